import PETCore
import PETImaging
import PETTracers

/// Which regions of a study count as tests of their own: merged ones, without sides and composites of others, and without what is no
/// target.
package enum StudyFamily {
  /// The regions that do not, and why.
  ///
  /// - Parameter names: of all regions of a study.
  package static func outside(_ names: [String]) -> [String: String] {
    let keys = Set(names.map(RegionName.key))
    let composites = RegionDefinitions.composites(among: names)
    var reasons: [String: String] = [:]
    for name in names {
      if let side = RegionName.side(of: name), keys.contains(RegionName.key(side.base)) {
        reasons[name] = "a side of \(side.base)"
      } else if let parts = composites[name] {
        reasons[name] = "made of \(parts.joined(separator: ", "))"
      } else if !isTarget(name) {
        reasons[name] = "no target"
      }
    }
    return reasons
  }

  /// Whether a region is one that a tracer binds in, by its name: not white matter, ventricles and the like.
  package static func isTarget(_ name: String) -> Bool {
    !TracerCard.Misuse.notTarget.contains { RegionName.holds(RegionName.key(name), RegionName.key($0)) }
  }
}
