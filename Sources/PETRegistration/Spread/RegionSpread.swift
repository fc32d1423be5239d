import PETCore
import PETImaging

/// What each region adds to each voxel of a scan: R_j, the region blurred by the point spread and averaged over the voxel, and
/// p_j, how much of the voxel is the region's own (Rousset, J Nucl Med 1998;39:904).
///
/// Every place belongs to a region, so that in each voxel all of them sum to 1: the air, or the largest where there is none, is
/// what the others leave.
package struct RegionSpread: Sendable {
  /// Numbers of the regions: of the labels, ascending, then what surrounds them.
  package let regions: [Int]
  /// How many of them are labels.
  package let labelled: Int
  /// mm3 of each region's labels.
  package let volumes: [Double]
  /// The region that is what the others leave.
  let rest: Int
  /// R_j at voxels of the scan, by region; empty for the rest.
  let spreads: [Sparse]
  /// p_j likewise.
  let fractions: [Sparse]
  /// Voxels of the scan that the labels' space covers.
  let covered: [Int32]

  /// Values at some voxels of a scan.
  struct Sparse: Sendable {
    var voxels: [Int32] = []
    var values: [Float] = []
  }

  /// With some regions as parts of others, which then have one activity with them.
  ///
  /// - Parameter targets: the place of the other, by the place of the region that goes.
  func absorbing(_ targets: [Int: Int]) -> RegionSpread {
    func end(_ place: Int) -> Int { targets[place].map(end) ?? place }
    let kept = regions.indices.filter { targets[$0] == nil }
    func joined(_ all: [Sparse], _ place: Int) -> Sparse {
      let parts = [place] + targets.keys.sorted().filter { end($0) == place }
      guard parts.count > 1 else { return all[place] }
      var sums: [Int32: Float] = [:]
      for part in parts {
        for (voxel, value) in zip(all[part].voxels, all[part].values) { sums[voxel, default: 0] += value }
      }
      let voxels = sums.keys.sorted()
      return Sparse(voxels: voxels, values: voxels.map { sums[$0] ?? 0 })
    }
    return RegionSpread(
      regions: kept.map { regions[$0] }, labelled: kept.count { $0 < labelled }, volumes: kept.map { volumes[$0] },
      rest: kept.firstIndex(of: rest) ?? 0,
      // What the others leave is not told by itself.
      spreads: kept.map { $0 == rest ? Sparse() : joined(spreads, $0) }, fractions: kept.map { joined(fractions, $0) },
      covered: covered)
  }

  init(
    regions: [Int], labelled: Int, volumes: [Double], rest: Int, spreads: [Sparse], fractions: [Sparse],
    covered: [Int32]
  ) {
    (self.regions, self.labelled, self.volumes, self.rest) = (regions, labelled, volumes, rest)
    (self.spreads, self.fractions) = (spreads, fractions)
    self.covered = covered
  }
}
