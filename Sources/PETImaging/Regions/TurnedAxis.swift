package import PETCore

/// Labels whose matrix is that of their scan with one axis turned round: stored the other way, or labelled on the wrong side.
///
/// Both have the same header. Where the labels are right as their matrix has them they explain more of the scan than the
/// same labels laid over the scan's voxels one by one, and the other way round.
package enum TurnedAxis {
  /// The axis of which one grid has the other's with the other sign, 0 to 2; nil when they differ otherwise, or not.
  static func axis(_ a: Grid, _ b: Grid) -> Int? {
    guard a.nx == b.nx, a.ny == b.ny, a.nz == b.nz else { return nil }
    let size = b.voxelSize
    let tolerance = 0.01 * min(size.0, size.1, size.2)
    /// Whether the axes agree, the sign of some entries being turned.
    func agree(_ isTurned: (_ row: Int, _ column: Int) -> Bool) -> Bool {
      (0..<3).allSatisfy { row in
        (0..<3).allSatisfy { column in
          abs(a.affine[row, column] - (isTurned(row, column) ? -1 : 1) * b.affine[row, column]) <= tolerance
        }
      }
    }
    return (0..<3).first { axis in agree { _, column in column == axis } || agree { row, _ in row == axis } }
  }

  /// What is to be said of a segmentation and its scan; nil where their matrices are no mirror of each other.
  ///
  /// - Parameter mean: of the scan over time, one value a voxel; asked for only when needed.
  package static func finding(_ regions: RegionWeights, on grid: Grid, mean: () throws(PETError) -> [Float])
    throws(PETError) -> Finding?
  {
    guard regions.pose == nil, let axis = axis(regions.grid, grid) else { return nil }
    let values = try mean()
    let asStated = unexplained(values, try regions.labels(on: grid))
    let asStored = unexplained(values, try regions.labels(on: regions.grid))
    func finding(_ level: Finding.Level, _ problem: String, _ remedy: String) -> Finding {
      Finding(
        level, axis == 0 ? .leftRight : .turned, file: regions.file, field: "sform",
        "its matrix is the scan's with \(["x", "y", "z"][axis]) turned round" + problem, remedy: remedy,
        castsDoubt: level != .note)
    }
    if asStated < 0.9 * asStored {
      return finding(.note, ", and its labels fit the scan so", "nothing: it is stored the other way")
    }
    return asStored < 0.9 * asStated
      ? finding(
        .warning,
        ", and its labels fit the scan better without that"
          + (axis == 0 ? ": left is probably right" : ""),
        "correct the matrix of the one that is wrong")
      : finding(
        .warning, ": stored the other way, or labelled on the wrong side, which the scan does not tell",
        "find out which, and store both the same way")
  }

  /// The sum of squares about the means of labels, background being one of them.
  private static func unexplained(_ values: [Float], _ labels: [Int32]) -> Double {
    var sums: [Int32: (count: Double, sum: Double, squares: Double)] = [:]
    for (value, label) in zip(values, labels) where value.isFinite {
      let value = Double(value)
      let own = sums[label] ?? (0, 0, 0)
      sums[label] = (own.count + 1, own.sum + value, own.squares + value * value)
    }
    return sums.values.reduce(0) { $0 + $1.squares - $1.sum * $1.sum / $1.count }
  }
}

extension Finding.Code {
  package static let turned = Finding.Code("turned")
}
