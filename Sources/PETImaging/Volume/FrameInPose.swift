import PETCore

/// A frame with the head back in the reference pose: read between its voxels once, by cubic B-splines.
package struct FrameInPose: Sendable {
  private let spline: CubicSpline
  private let map: Affine
  private let grid: Grid
  /// Voxels without a number; empty where there are none.
  private let isMissing: [Bool]

  /// - Parameters:
  ///   - values: of the frame, x fastest; what is no number counts as 0 and leaves no number where it is next.
  ///   - pose: takes points of the reference pose to points of the frame.
  package init(_ values: [Float], on grid: Grid, pose: Affine) {
    self.grid = grid
    map = (grid.affine.inverse ?? .identity).after(pose).after(grid.affine)
    if values.allSatisfy(\.isFinite) {
      isMissing = []
      spline = CubicSpline(values, on: grid)
    } else {
      isMissing = values.map { !$0.isFinite }
      spline = CubicSpline(values.map { $0.isFinite ? $0 : 0 }, on: grid)
    }
  }

  /// At some voxels of the same grid; NaN beyond the centres of the frame's outermost ones, and beside one without a number.
  package func values(_ offsets: [Int32], jobs: Int) -> [Float] {
    let part = 8192
    let parts = Parallel.map((offsets.count + part - 1) / part, jobs: jobs) { index in
      offsets[index * part..<min(offsets.count, (index + 1) * part)].map { value(Int($0)) }
    }
    return Array(parts.joined())
  }

  private func value(_ offset: Int) -> Float {
    let place = map.apply(
      Double(offset % grid.nx), Double(offset / grid.nx % grid.ny), Double(offset / (grid.nx * grid.ny)))
    guard let value = spline.value(place.0, place.1, place.2) else { return .nan }
    return isMissing.isEmpty || !isBesideNone(Int(place.0), Int(place.1), Int(place.2)) ? Float(value) : .nan
  }

  /// Whether one of the eight voxels from that on has no number.
  private func isBesideNone(_ i: Int, _ j: Int, _ k: Int) -> Bool {
    for z in k...min(k + 1, grid.nz - 1) {
      for y in j...min(j + 1, grid.ny - 1) {
        for x in i...min(i + 1, grid.nx - 1) where isMissing[x + grid.nx * (y + grid.ny * z)] { return true }
      }
    }
    return false
  }
}
