import PETCore

/// Runs of image voxels that are of one region: what the one pass over a frame walks along.
struct LabelRuns: FrameReduction {
  private struct Run: Sendable {
    let start: Int
    let count: Int
    /// Place among the labels.
    let label: Int
  }

  private let runs: [Run]
  let voxels: [Int]

  /// - Parameter regions: whose voxels are all whole.
  init(_ regions: RegionWeights, on grid: Grid, labels: [Int], image: String) throws(PETError) {
    let (runs, voxels) =
      regions.areMasks
      ? try Self.runs(ofMasks: regions, on: grid, labels: labels) : try Self.runs(of: regions, on: grid, labels: labels)
    guard !runs.isEmpty else { throw Resampling.noOverlap(regions, grid, image: image) }
    self.runs = runs
    self.voxels = voxels
  }

  private static func runs(of regions: RegionWeights, on grid: Grid, labels: [Int]) throws(PETError) -> ([Run], [Int]) {
    let onImage = try regions.labels(on: grid)
    let place = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (Int32($0.element), $0.offset) })
    var runs: [Run] = []
    var voxels = [Int](repeating: 0, count: labels.count)
    var i = 0
    while i < onImage.count {
      let label = onImage[i]
      var end = i + 1
      while end < onImage.count, onImage[end] == label { end += 1 }
      if label != 0, let l = place[label] {
        runs.append(Run(start: i, count: end - i, label: l))
        voxels[l] += end - i
      }
      i = end
    }
    return (runs, voxels)
  }

  /// In the order of the image too, so that the sums of a region are those of the same voxels as a label.
  private static func runs(ofMasks regions: RegionWeights, on grid: Grid, labels: [Int]) throws(PETError)
    -> ([Run], [Int])
  {
    let voxels = try regions.voxels(of: labels, on: grid)
    var runs: [Run] = []
    for (label, voxels) in voxels.enumerated() {
      var i = 0
      while i < voxels.count {
        var end = i + 1
        while end < voxels.count, voxels[end].offset == voxels[end - 1].offset + 1 { end += 1 }
        runs.append(Run(start: voxels[i].offset, count: end - i, label: label))
        i = end
      }
    }
    return (runs.sorted { $0.start < $1.start }, voxels.map(\.count))
  }

  func reduce(_ frame: VoxelBytes) -> FrameSums { frame.withElements(Sums(runs: runs, voxels: voxels)) }

  var totals: [Double] { voxels.map(Double.init) }

  func outsideFinding(_ file: String) -> Finding? { nil }

  private struct Sums: ElementBody {
    let runs: [Run]
    let voxels: [Int]

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> FrameSums {
      var result = FrameSums(sums: Array(repeating: 0, count: voxels.count), weights: voxels.map(Double.init))
      result.sums.withUnsafeMutableBufferPointer { sums in
        for run in runs {
          // Four partial sums in a fixed order: fast, and the same on every machine.
          var s0 = 0.0
          var s1 = 0.0
          var s2 = 0.0
          var s3 = 0.0
          let p = elements.baseAddress.unsafelyUnwrapped + run.start
          let whole = run.count & ~3
          var i = 0
          while i < whole {
            s0 += p[i].double
            s1 += p[i + 1].double
            s2 += p[i + 2].double
            s3 += p[i + 3].double
            i += 4
          }
          while i < run.count {
            s0 += p[i].double
            i += 1
          }
          sums[run.label] += (s0 + s1) + (s2 + s3)
        }
      }
      for label in result.sums.indices where !result.sums[label].isFinite { repair(label, elements, &result) }
      return result
    }

    /// A label with NaN or infinite voxels: the mean over the finite ones, and how many were not.
    private func repair<T: VoxelElement>(_ label: Int, _ elements: UnsafeBufferPointer<T>, _ result: inout FrameSums) {
      var sum = 0.0
      var count = 0
      for run in runs where run.label == label {
        for i in run.start..<run.start + run.count {
          let value = elements[i].double
          if value.isFinite {
            sum += value
            count += 1
          } else {
            result.nonfinite += 1
          }
        }
      }
      result.sums[label] = sum
      result.weights[label] = Double(count)
    }
  }
}
