import Foundation
import PETCore

/// Smoothing with a Gaussian of a stated FWHM in mm, one axis after the other; the volume's edges are normalised.
package struct GaussianSmoothing: Sendable {
  private let grid: Grid
  /// Half kernels (centre first) of x, y and z.
  private let kernels: [[Double]]
  private let jobs: Int

  /// FWHM = sqrt(8 ln 2) σ; kernels are cut where they fall below 1e-4 of the centre, or leave the volume.
  package init(fwhm: Double, grid: Grid, jobs: Int = 1) {
    self.grid = grid
    self.jobs = jobs
    let size = grid.voxelSize
    kernels = [
      Self.kernel(fwhm, edge: size.0, count: grid.nx), Self.kernel(fwhm, edge: size.1, count: grid.ny),
      Self.kernel(fwhm, edge: size.2, count: grid.nz),
    ]
  }

  private static func kernel(_ fwhm: Double, edge: Double, count: Int) -> [Double] {
    let sigma = fwhm / (8 * log(2)).squareRoot() / edge
    guard sigma > 0 else { return [1] }
    // A header may state edges so small that the kernel would be longer than any row.
    let reach = Int(min(Double(count - 1), (sigma * (2 * log(1e4)).squareRoot()).rounded(.up)))
    return (0...reach).map { (step: Int) -> Double in
      step == 0 ? 1 : exp(-0.5 * Double(step * step) / (sigma * sigma))
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

  /// Hands a smoothed copy of a stored frame to `body`.
  func smoothed<Result>(_ frame: VoxelBytes, _ body: (VoxelBytes) -> Result) -> Result {
    var values = frame.withElements(Doubles())
    apply(to: &values)
    return values.withUnsafeBytes { bytes in
      body(VoxelBytes(type: .float64, base: bytes.baseAddress.unsafelyUnwrapped, count: frame.count))
    }
  }

  private struct Doubles: ElementBody {
    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> [Double] { elements.map(\.double) }
  }

  /// Rows of x are what is moved: within a plane along x and y, then through the planes along z.
  private func smooth(_ values: inout [Double]) {
    let (nx, ny, nz) = (grid.nx, grid.ny, grid.nz)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let memory = SharedMemory(base)
      Parallel.each(nz, jobs: jobs) { z in
        let plane = memory.base + z * nx * ny
        for y in 0..<ny { alongRow(plane + y * nx) }
        acrossRows(plane, count: ny, stride: nx, kernel: kernels[1])
      }
      Parallel.each(ny, jobs: jobs) { y in
        acrossRows(memory.base + y * nx, count: nz, stride: nx * ny, kernel: kernels[2])
      }
    }
  }

  /// One row along itself.
  private func alongRow(_ row: UnsafeMutablePointer<Double>) {
    let kernel = kernels[0]
    guard kernel.count > 1 else { return }
    let n = grid.nx
    let reach = kernel.count - 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n + 2 * reach) { padded in
      padded.initialize(repeating: 0)
      for i in 0..<n { padded[reach + i] = row[i] }
      for i in 0..<n { row[i] *= kernel[0] }
      for d in 1...reach {
        let factor = kernel[d]
        for i in 0..<n { row[i] += factor * (padded[reach + i - d] + padded[reach + i + d]) }
      }
      for i in 0..<n { row[i] /= norm(kernel, i, of: n) }
    }
  }

  /// Rows that follow each other at a stride, across them.
  private func acrossRows(_ first: UnsafeMutablePointer<Double>, count: Int, stride: Int, kernel: [Double]) {
    guard kernel.count > 1 else { return }
    let n = grid.nx
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n * count) { copy in
      let source = copy.baseAddress.unsafelyUnwrapped
      for j in 0..<count { (source + j * n).initialize(from: first + j * stride, count: n) }
      for j in 0..<count {
        let row = first + j * stride
        for i in 0..<n { row[i] = 0 }
        for other in max(0, j - kernel.count + 1)..<min(count, j + kernel.count) {
          let factor = kernel[abs(other - j)]
          let from = source + other * n
          for i in 0..<n { row[i] += factor * from[i] }
        }
        let norm = norm(kernel, j, of: count)
        for i in 0..<n { row[i] /= norm }
      }
    }
  }

  /// Sum of a kernel as far as it lies within the volume.
  private func norm(_ kernel: [Double], _ place: Int, of count: Int) -> Double {
    var sum = 0.0
    for other in max(0, place - kernel.count + 1)..<min(count, place + kernel.count) {
      sum += kernel[abs(other - place)]
    }
    return sum
  }
}
