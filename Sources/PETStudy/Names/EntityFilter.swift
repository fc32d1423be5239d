package import PETCore

/// Which of several scans, or images of one scan, is meant: entities of BIDS names that must be there, or must not.
///
/// `rec: acdyn`, `run: 1` (compared as a number), `space: none` (the entity is absent).
package struct EntityFilter: Sendable, Equatable {
  /// Entities that tell scans apart.
  static let ofScans = ["task", "acq", "ce", "rec", "run"]
  /// Entities that tell images of one scan apart.
  static let ofImages = ["space", "res", "desc"]
  package static let keys = ofScans + ofImages
  static let absent = "none"

  package private(set) var values: [String: String] = [:]

  package init() {}

  package var isEmpty: Bool { values.isEmpty }

  /// `rec-acdyn, run-1`.
  package var words: String {
    values.sorted { $0.key < $1.key }.map { "\($0.key)-\($0.value)" }.joined(separator: ", ")
  }

  package subscript(key: String) -> String? {
    get { values[key] }
    set { values[key] = newValue }
  }

  /// Whether images as they were reconstructed are meant, and no other.
  var wantsReconstructed: Bool { values["space"] == Self.absent }

  /// With what another asks for, which counts where both do.
  func merging(_ other: EntityFilter) -> EntityFilter {
    var merged = self
    merged.values.merge(other.values) { $1 }
    return merged
  }

  /// `ROLE:KEY=VALUE`, as on the command line.
  package static func option(_ text: String) throws(PETError) -> (role: String, key: String, value: String) {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    let pair = parts.count == 2 ? parts[1].split(separator: "=", maxSplits: 1).map(String.init) : []
    guard pair.count == 2 else {
      throw PETError(
        .usage, field: "--filter", "'\(text)' is not ROLE:ENTITY=VALUE", remedy: "write dopamine:rec=acdyn")
    }
    guard keys.contains(pair[0]) else {
      throw PETError(
        .usage, field: "--filter", "'\(pair[0])' is no entity that tells scans apart",
        remedy: NearestName.advice(for: pair[0], among: keys))
    }
    return (parts[0], pair[0], pair[1])
  }

  private func takes(_ name: BIDSName, _ keys: [String]) -> Bool {
    keys.allSatisfy { key in
      guard let wanted = values[key] else { return true }
      guard let own = name[key] else { return wanted == Self.absent }
      if key == "run", let a = Int(own), let b = Int(wanted) { return a == b }
      return own == wanted
    }
  }

  /// Whether a scan of that name is meant.
  package func takesScan(_ name: BIDSName) -> Bool { takes(name, Self.ofScans) }

  /// Whether an image of that name is meant.
  func takesImage(_ name: BIDSName) -> Bool { takes(name, Self.ofImages) }
}
