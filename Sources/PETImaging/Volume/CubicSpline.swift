/// A volume between its voxels, by cubic B-splines through them (Unser 1999, IEEE Signal Process Mag, doi:10.1109/79.799930).
package struct CubicSpline: Sendable {
  private let grid: Grid
  private let coefficients: [Float]

  /// - Parameter values: x fastest, all of them numbers; beyond the edges they go on as in a mirror.
  package init(_ values: [Float], on grid: Grid) {
    self.grid = grid
    var all = values
    all.withUnsafeMutableBufferPointer { all in
      for (count, stride) in [(grid.nx, 1), (grid.ny, grid.nx), (grid.nz, grid.nx * grid.ny)] where count > 1 {
        let block = stride * count
        var line = [Float](repeating: 0, count: count)
        for start in 0..<all.count / count {
          let first = start / stride * block + start % stride
          for i in 0..<count { line[i] = all[first + i * stride] }
          Self.filter(&line)
          for i in 0..<count { all[first + i * stride] = line[i] }
        }
      }
    }
    coefficients = all
  }

  /// One pole, to and fro.
  private static func filter(_ line: inout [Float]) {
    let pole: Float = 1.7320508 - 2
    let n = line.count
    for i in 0..<n { line[i] *= 6 }
    // As far as powers of the pole tell, through the mirrors at both ends.
    var (sum, power) = (line[0], pole)
    for i in 1..<28 {
      let place = i % (2 * n - 2)
      sum += power * line[min(place, 2 * n - 2 - place)]
      power *= pole
    }
    line[0] = sum
    for i in 1..<n { line[i] += pole * line[i - 1] }
    line[n - 1] = pole / (pole * pole - 1) * (line[n - 1] + pole * line[n - 2])
    for i in (0..<n - 1).reversed() { line[i] = pole * (line[i + 1] - line[i]) }
  }

  /// At a place in voxels; nil outside the centres of the outermost ones.
  package func value(_ x: Double, _ y: Double, _ z: Double) -> Double? {
    guard x >= 0, y >= 0, z >= 0, x <= Double(grid.nx - 1), y <= Double(grid.ny - 1), z <= Double(grid.nz - 1) else {
      return nil
    }
    let (i, j, k) = (Int(x), Int(y), Int(z))
    let (a, b, c) = (
      Self.weights(Float(x - Double(i))), Self.weights(Float(y - Double(j))), Self.weights(Float(z - Double(k)))
    )
    return coefficients.withUnsafeBufferPointer { all in
      // Inside, the four along x are neighbours.
      if i > 0, j > 0, k > 0, i + 2 < grid.nx, j + 2 < grid.ny, k + 2 < grid.nz {
        var total: Float = 0
        for dz in 0..<4 {
          var plane: Float = 0
          for dy in 0..<4 {
            let at = i - 1 + grid.nx * (j - 1 + dy + grid.ny * (k - 1 + dz))
            plane += b[dy] * (a[0] * all[at] + a[1] * all[at + 1] + a[2] * all[at + 2] + a[3] * all[at + 3])
          }
          total += c[dz] * plane
        }
        return Double(total)
      }
      var total: Float = 0
      for dz in 0..<4 {
        for dy in 0..<4 {
          let row = grid.nx * (Self.mirrored(j - 1 + dy, grid.ny) + grid.ny * Self.mirrored(k - 1 + dz, grid.nz))
          for dx in 0..<4 { total += c[dz] * b[dy] * a[dx] * all[row + Self.mirrored(i - 1 + dx, grid.nx)] }
        }
      }
      return Double(total)
    }
  }

  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    let folded = abs(index)
    return folded < count ? folded : 2 * (count - 1) - folded
  }

  private static func weights(_ t: Float) -> InlineArray<4, Float> {
    let u = 1 - t
    return [
      u * u * u / 6, 2 / 3 - t * t * (2 - t) / 2, 2 / 3 - u * u * (2 - u) / 2, t * t * t / 6,
    ]
  }
}
