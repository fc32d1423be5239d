package import PETCore

/// The mean of a scan over time, frames weighted by their duration, in the unit of the image.
package struct MeanImage: Sendable {
  package let grid: Grid
  /// One value a voxel, x fastest.
  package let values: [Double]

  /// - Parameter durations: one for each stored frame, s.
  package init(path: String, durations: [Double]) throws(PETError) {
    let pass = try FramePass(path: path, frames: durations.count)
    let header = pass.header
    grid = header.grid
    let sums = UnsafeMutableBufferPointer<Double>.allocate(capacity: header.grid.count)
    sums.initialize(repeating: 0)
    defer { sums.deallocate() }
    let whole = durations.reduce(0, +)
    var frame = 0
    try pass.eachFrame { stored in
      let share = durations[frame] / whole
      stored.withElements(Add(sums: sums, slope: header.slope * share, offset: header.intercept * share))
      frame += 1
    }
    values = Array(sums)
  }

  private struct Add: ElementBody {
    let sums: UnsafeMutableBufferPointer<Double>
    let slope: Double
    let offset: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) {
      for i in elements.indices { sums[i] += elements[i].double * slope + offset }
    }
  }
}
