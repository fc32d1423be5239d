package import PETKinetics

/// A key of a pipeline, described once: the reader's rules, the page of keys and what depends on a value come from it.
package struct PipelineKey: Sendable {
  /// What may be written.
  package enum Kind: Sendable {
    case value(FitSetting.Kind)
    /// Text, with what it is.
    case text(String)
    case flag
    /// How sharp a scan is.
    case resolution
    /// A list of texts, with what they are.
    case list(String)
    /// A mapping, with its form.
    case mapping(String)
  }

  /// What has to be made again when the value is another.
  package enum Reach: String, Sendable, CaseIterable {
    case curves, fits, maps, pairs, pages
  }

  /// From the root, such as `balance.level`; `*` stands for each system that is read.
  package let path: String
  package let kind: Kind
  /// What holds when nothing is said, as it would be written, or in words; nil where something must be said.
  package let standard: String?
  package let meaning: String
  package let example: String
  package let reach: Set<Reach>

  init(
    _ path: String, _ kind: Kind, standard: String?, _ meaning: String, example: String, reaches reach: Set<Reach>
  ) {
    self.path = path
    self.kind = kind
    self.standard = standard
    self.meaning = meaning
    self.example = example
    self.reach = reach
  }

  /// The last part of the path.
  var name: String { path.split(separator: ".").last.map(String.init) ?? path }

  /// Paths in a pipeline of these systems.
  func paths(_ systems: [String]) -> [String] {
    path.contains("*") ? systems.map { path.replacing("*", with: $0) } : [path]
  }

  // MARK: - All of them

  /// Names of the keys of a section, such as `balance` or `models.*`; the root's is empty.
  static func names(in section: String) -> [String] {
    let inside = section.isEmpty ? "" : section + "."
    var seen: Set<String> = []
    return all.compactMap { key -> String? in
      guard key.path.hasPrefix(inside) else { return nil }
      let name = key.path.dropFirst(inside.count).prefix { $0 != "." }
      return name == "*" ? nil : String(name)
    }.filter { seen.insert($0).inserted }
  }

  /// What may be written, in words.
  package var words: String {
    switch kind {
    case .value(let kind): kind.sentence
    case .text(let what), .mapping(let what): what
    case .flag: "true or false"
    case .resolution: ScanResolution.words
    case .list(let what): "a list of \(what)"
    }
  }
}
