import PETCore

/// The reference regions of a page's scans.
struct ReferenceRegions: Sendable {
  private let keys: Set<String>

  /// Those of the scans' fits: there is nothing to be told of them.
  init(of scans: [ScanReport]) { self.init(scans.flatMap { $0.reference?.regions ?? [] }) }

  init(_ names: [String]) { keys = Set(names.map(RegionName.key)) }

  /// Whether a region is one of them, or one side of it.
  func contains(_ region: String) -> Bool {
    keys.contains(RegionName.key(region))
      || RegionName.side(of: region).map { keys.contains(RegionName.key($0.base)) } ?? false
  }
}
