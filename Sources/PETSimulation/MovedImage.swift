import PETCore
import PETImaging

/// A head as it is blurred at the resolution of its labels, seen from any pose.
struct MovedImage {
  private let phantom: Phantom
  private let values: [Float]

  /// - Parameter values: of every voxel of the labels' grid.
  init(_ phantom: Phantom, _ values: [Float]) { (self.phantom, self.values) = (phantom, values) }

  /// Means over the voxels of the scan, of all the small voxels in each, read by the cubics of Catmull and Rom.
  func averaged(_ pose: Affine) -> [Double] {
    let (own, grid, f) = (phantom.labelGrid, phantom.grid, phantom.factor)
    guard let back = pose.inverse, let toIndices = own.affine.inverse else { return [] }
    let map = toIndices.after(back).after(own.affine)
    let rows = Parallel.map(grid.nz, jobs: Parallel.cores) { layer -> [Double] in
      var sums = [Double](repeating: 0, count: grid.nx * grid.ny)
      for z in layer * f..<(layer + 1) * f {
        for y in 0..<grid.ny * f {
          let start = map.apply(0, Double(y), Double(z))
          let row = grid.nx * (y / f)
          for x in 0..<grid.nx * f {
            let i = Double(x)
            sums[row + x / f] += Double(
              value(start.0 + map[0, 0] * i, start.1 + map[1, 0] * i, start.2 + map[2, 0] * i))
          }
        }
      }
      return sums.map { $0 / Double(f * f * f) }
    }
    return rows.flatMap(\.self)
  }

  private func value(_ x: Double, _ y: Double, _ z: Double) -> Float {
    let own = phantom.labelGrid
    let (fx, fy, fz) = (x.rounded(.down), y.rounded(.down), z.rounded(.down))
    // Nothing lies at the edge of the field.
    guard fx >= 1, fy >= 1, fz >= 1, fx + 2 < Double(own.nx), fy + 2 < Double(own.ny), fz + 2 < Double(own.nz) else {
      return 0
    }
    let (a, b, c) = (Self.weights(Float(x - fx)), Self.weights(Float(y - fy)), Self.weights(Float(z - fz)))
    return values.withUnsafeBufferPointer { values in
      var total: Float = 0
      for k in 0..<4 {
        for j in 0..<4 {
          let at = Int(fx) - 1 + own.nx * (Int(fy) - 1 + j + own.ny * (Int(fz) - 1 + k))
          let line = a[0] * values[at] + a[1] * values[at + 1] + a[2] * values[at + 2] + a[3] * values[at + 3]
          total += c[k] * b[j] * line
        }
      }
      return total
    }
  }

  private static func weights(_ t: Float) -> InlineArray<4, Float> {
    let (t2, t3) = (t * t, t * t * t)
    return [
      (-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2,
    ]
  }
}
