package import PETCore

/// The mean of a scan over time, frames weighted by their duration, in the unit of the image.
package struct MeanImage: Sendable {
  package let grid: Grid
  /// One value a voxel, x fastest.
  package let values: [Double]

  /// - Parameter durations: one for each stored frame, s.
  package init(path: String, durations: [Double]) throws(PETError) {
    let pass = try FramePass(path: path, frames: durations.count)
    let whole = durations.reduce(0, +)
    let sum = FrameSum(of: pass.header, shares: durations.map { $0 / whole })
    try pass.eachFrame { sum.add($0) }
    grid = pass.header.grid
    values = sum.values.map(Double.init)
  }
}

/// A weighted sum of frames, voxel by voxel, gathered while they pass.
final class FrameSum {
  private let sums: UnsafeMutableBufferPointer<Float>
  private let header: ImageHeader
  private let shares: [Double]
  private var frame = 0

  /// - Parameter shares: the factor of each stored frame; those with 0 are passed over.
  init(of header: ImageHeader, shares: [Double]) {
    self.header = header
    self.shares = shares
    sums = .allocate(capacity: header.grid.count)
    sums.initialize(repeating: 0)
  }

  deinit { sums.deallocate() }

  /// The sum so far, scaled by the header.
  var values: [Float] { Array(sums) }

  func add(_ stored: VoxelBytes) {
    defer { frame += 1 }
    let share = shares[frame]
    guard share != 0 else { return }
    stored.withElements(Add(sums: sums, slope: header.slope * share, offset: header.intercept * share))
  }

  private struct Add: ElementBody {
    let sums: UnsafeMutableBufferPointer<Float>
    let slope: Double
    let offset: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) {
      for i in elements.indices { sums[i] += Float(elements[i].double * slope + offset) }
    }
  }
}
