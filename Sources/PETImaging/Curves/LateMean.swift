package import PETCore

/// The mean of some frames of a scan, and what of it is noise.
package struct LateMean: Sendable {
  package let grid: Grid
  /// One value a voxel, x fastest.
  package let values: [Float]
  /// The same sum with every second frame negative; nil for one frame alone.
  ///
  /// Its noise is as large as the mean's, and of activity that changes slowly little is left.
  package let difference: [Float]?

  /// - Parameter shares: the factor of each stored frame; those with 0 take no part.
  package init(path: String, shares: [Double]) throws(PETError) {
    let pass = try FramePass(path: path, frames: shares.count)
    let sums = Self.sums(shares).map { FrameSum(of: pass.header, shares: $0) }
    try pass.eachFrame { frame in for sum in sums { sum.add(frame) } }
    self.init(grid: pass.header.grid, sums: sums.map(\.values))
  }

  /// The factors of the sums that it is made of.
  package static func sums(_ shares: [Double]) -> [[Double]] {
    var sign = -1.0
    let alternating = shares.map { share in
      guard share != 0 else { return 0.0 }
      sign = -sign
      return sign * share
    }
    return shares.count { $0 != 0 } > 1 ? [shares, alternating] : [shares]
  }

  /// Of sums that were made already.
  package init(grid: Grid, sums: [[Float]]) {
    self.grid = grid
    (values, difference) = (sums[0], sums.count > 1 ? sums[1] : nil)
  }
}
