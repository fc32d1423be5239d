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
        var lines = [SIMD8<Float>](repeating: .zero, count: count)
        let whole = all.count / count
        for start in Swift.stride(from: 0, to: whole, by: 8) {
          // Lines beyond the last are done once more, and not kept.
          let firsts = InlineArray<8, Int> { lane in
            let line = min(start + lane, whole - 1)
            return line / stride * stride * count + line % stride
          }
          for i in 0..<count { for lane in 0..<8 { lines[i][lane] = all[firsts[lane] + i * stride] } }
          Self.filter(&lines)
          for i in 0..<count { for lane in 0..<8 { all[firsts[lane] + i * stride] = lines[i][lane] } }
        }
      }
    }
    coefficients = all
  }

  /// One pole, to and fro, of eight lines at a time.
  private static func filter(_ line: inout [SIMD8<Float>]) {
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
        let raw = UnsafeRawBufferPointer(all)
        func row(_ dy: Int, _ dz: Int) -> SIMD4<Float> {
          let at = i - 1 + grid.nx * (j - 1 + dy + grid.ny * (k - 1 + dz))
          return a * raw.loadUnaligned(fromByteOffset: 4 * at, as: SIMD4<Float>.self)
        }
        func plane(_ dz: Int) -> SIMD4<Float> { b * Self.sums(row(0, dz), row(1, dz), row(2, dz), row(3, dz)) }
        let terms = c * Self.sums(plane(0), plane(1), plane(2), plane(3))
        return Double(terms[0] + terms[1] + terms[2] + terms[3])
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

  private static func weights(_ t: Float) -> SIMD4<Float> {
    let u = 1 - t
    return SIMD4(u * u * u / 6, 2 / 3 - t * t * (2 - t) / 2, 2 / 3 - u * u * (2 - u) / 2, t * t * t / 6)
  }

  /// Of the four of each, from the first to the last: by columns of the matrix that they are the rows of.
  @inline(__always)
  private static func sums(
    _ first: SIMD4<Float>, _ second: SIMD4<Float>, _ third: SIMD4<Float>, _ fourth: SIMD4<Float>
  ) -> SIMD4<Float> {
    let (low, high) = (SIMD8(lowHalf: first, highHalf: second), SIMD8(lowHalf: third, highHalf: fourth))
    let even = SIMD8(lowHalf: low.evenHalf, highHalf: high.evenHalf)
    let odd = SIMD8(lowHalf: low.oddHalf, highHalf: high.oddHalf)
    return even.evenHalf + odd.evenHalf + even.oddHalf + odd.oddHalf
  }
}
