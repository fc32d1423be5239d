/// The image voxels and weights of one trilinear sample; weights of zero are left out.
package struct TrilinearCorners: Sendable {
  package private(set) var count = 0
  package private(set) var offsets: InlineArray<8, Int> = .init(repeating: 0)
  package private(set) var weights: InlineArray<8, Double> = .init(repeating: 0)

  /// Nil when a coordinate is outside [0, dim - 1].
  package init?(_ u: (Double, Double, Double), in grid: Grid) {
    guard u.0 >= 0, u.1 >= 0, u.2 >= 0, u.0 <= Double(grid.nx - 1), u.1 <= Double(grid.ny - 1),
      u.2 <= Double(grid.nz - 1)
    else { return nil }
    let x = Int(u.0)
    let y = Int(u.1)
    let z = Int(u.2)
    let fx = u.0 - Double(x)
    let fy = u.1 - Double(y)
    let fz = u.2 - Double(z)
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
