import Foundation

/// Smoothing with a Gaussian of a stated FWHM in mm, one axis after the other; the volume's edges are normalised.
package struct GaussianSmoothing: Sendable {
  private let grid: Grid
  /// Half kernels (centre first) of x, y and z.
  private let kernels: [[Double]]

  /// FWHM = sqrt(8 ln 2) σ; kernels are cut where they fall below 1e-4 of the centre.
  package init(fwhm: Double, grid: Grid) {
    self.grid = grid
    let size = grid.voxelSize
    kernels = [size.0, size.1, size.2].map { edge in
      let sigma = fwhm / (8 * log(2)).squareRoot() / edge
      guard sigma > 0 else { return [1] }
      let reach = Int((sigma * (2 * log(1e4)).squareRoot()).rounded(.up))
      return (0...reach).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
    }
  }

  /// Smooths in place; voxels that are not finite stay as they are and have no share in others.
  package func apply(to values: inout [Double]) {
    let missing = values.indices.filter { !values[$0].isFinite }
    guard !missing.isEmpty else { return smooth(&values) }
    let kept = missing.map { values[$0] }
    var present = [Double](repeating: 1, count: values.count)
    for i in missing {
      values[i] = 0
      present[i] = 0
    }
    smooth(&values)
    smooth(&present)
    for i in values.indices where present[i] > 0 { values[i] /= present[i] }
    for (i, value) in zip(missing, kept) { values[i] = value }
  }

  private func smooth(_ values: inout [Double]) {
    var line = [Double](repeating: 0, count: max(grid.nx, grid.ny, grid.nz))
    for (axis, kernel) in kernels.enumerated() where kernel.count > 1 {
      let counts = [grid.nx, grid.ny, grid.nz]
      let strides = [1, grid.nx, grid.nx * grid.ny]
      let length = counts[axis]
      let step = strides[axis]
      let norms = (0..<length).map { i in
        (max(0, i - kernel.count + 1)..<min(length, i + kernel.count)).reduce(0) { $0 + kernel[abs($1 - i)] }
      }
      let others = [0, 1, 2].filter { $0 != axis }
      for b in 0..<counts[others[1]] {
        for a in 0..<counts[others[0]] {
          let start = a * strides[others[0]] + b * strides[others[1]]
          for i in 0..<length { line[i] = values[start + i * step] }
          for i in 0..<length {
            var sum = 0.0
            for j in max(0, i - kernel.count + 1)..<min(length, i + kernel.count) {
              sum += kernel[abs(j - i)] * line[j]
            }
            values[start + i * step] = sum / norms[i]
          }
        }
      }
    }
  }
}
