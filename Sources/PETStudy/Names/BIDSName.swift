/// A BIDS file name: `key-value` entities, a suffix, an extension.
package struct BIDSName: Sendable, Equatable {
  package let entities: [(key: String, value: String)]
  package let suffix: String
  /// With the dot, such as `.nii.gz`; empty when there is none.
  package let ext: String

  /// Nil when the name is not of that form.
  package init?(_ file: String) {
    guard let dot = file.firstIndex(of: ".") else { return nil }
    ext = String(file[dot...])
    let parts = file[..<dot].split(separator: "_", omittingEmptySubsequences: false)
    guard let last = parts.last, !last.isEmpty, !last.contains("-") else { return nil }
    var entities: [(key: String, value: String)] = []
    for part in parts.dropLast() {
      guard let dash = part.firstIndex(of: "-"), dash != part.startIndex, part.index(after: dash) != part.endIndex
      else { return nil }
      entities.append((String(part[..<dash]), String(part[part.index(after: dash)...])))
    }
    suffix = String(last)
    self.entities = entities
  }

  package static func == (a: BIDSName, b: BIDSName) -> Bool {
    a.stem == b.stem && a.suffix == b.suffix && a.ext == b.ext
  }

  package subscript(key: String) -> String? { entities.first { $0.key == key }?.value }

  /// The entities without suffix and extension.
  package var stem: String { entities.map { "\($0.key)-\($0.value)" }.joined(separator: "_") }

  /// Whether every entity of this name, but those listed, is one of the other's.
  package func entitiesBelong(to other: BIDSName, ignoring: Set<String> = []) -> Bool {
    entities.allSatisfy { ignoring.contains($0.key) || other[$0.key] == $0.value }
  }

  /// Whether every entity of another name, but those listed, is one of this name's: it may have more.
  package func holds(_ other: BIDSName, ignoring: Set<String> = []) -> Bool {
    other.entitiesBelong(to: self, ignoring: ignoring)
  }

  /// Without some entities.
  package func without(_ keys: [String]) -> BIDSName {
    BIDSName(entities: entities.filter { !keys.contains($0.key) }, suffix: suffix, ext: ext)
  }

  private init(entities: [(key: String, value: String)], suffix: String, ext: String) {
    self.entities = entities
    self.suffix = suffix
    self.ext = ext
  }

  /// Text made fit for an entity's value: letters and digits only.
  package static func label(_ text: String) -> String {
    String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
  }
}
