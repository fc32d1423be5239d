/// The image voxels and weights of one trilinear sample; weights of zero are left out.
package struct TrilinearCorners: Sendable {
  package private(set) var count = 0
  package private(set) var offsets: InlineArray<8, Int> = .init(repeating: 0)
  package private(set) var weights: InlineArray<8, Double> = .init(repeating: 0)

  /// How far beyond the last voxel's centre matrices of few digits may put a place that is on it, in voxels.
  private static let rounding = 1e-4

  /// A coordinate within [0, dim - 1], up to rounding; nil outside.
  private static func inside(_ u: Double, _ count: Int) -> Double? {
    let last = Double(count - 1)
    guard u >= -rounding, u <= last + rounding else { return nil }
    return min(max(u, 0), last)
  }

  /// Nil when a coordinate is outside [0, dim - 1].
  package init?(_ u: (Double, Double, Double), in grid: Grid) {
    guard let ux = Self.inside(u.0, grid.nx), let uy = Self.inside(u.1, grid.ny), let uz = Self.inside(u.2, grid.nz)
    else { return nil }
    let x = Int(ux)
    let y = Int(uy)
    let z = Int(uz)
    let fx = ux - Double(x)
    let fy = uy - Double(y)
    let fz = uz - Double(z)
    for corner in 0..<8 {
      let weight =
        (corner & 1 == 0 ? 1 - fx : fx) * (corner & 2 == 0 ? 1 - fy : fy) * (corner & 4 == 0 ? 1 - fz : fz)
      if weight == 0 { continue }
      offsets[count] = x + (corner & 1) + grid.nx * (y + (corner >> 1 & 1) + grid.ny * (z + (corner >> 2)))
      weights[count] = weight
      count += 1
    }
  }
}
