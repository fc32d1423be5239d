import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

struct BrainMaskTests {
  private static func mask(_ frames: [[Double]], durations: [Double]) throws -> VoxelMask {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [4, 10, 10, frames[0].count / 100, frames.count, 1, 1, 1]
    raw.store(frames.flatMap(\.self), as: 16)
    return try VoxelMask(brainOf: folder.write("a.nii", raw.data), durations: durations)
  }

  /// Otsu's threshold from its definition: each way to part 256 bins, the variance between both parts worked out anew.
  private static func limit(_ mean: [Double]) -> Double {
    let sorted = mean.filter { $0 > 0 }.sorted()
    let top = sorted[min(sorted.count - 1, sorted.count * 999 / 1000)]
    let centres = sorted.map { min(255, (256 * $0 / top).rounded(.down)) + 0.5 }
    var best = (between: -1.0, bin: 0)
    for bin in 1...255 {
      let low = centres.filter { $0 < Double(bin) }
      let high = centres.filter { $0 > Double(bin) }
      guard !low.isEmpty, !high.isEmpty else { continue }
      let apart = low.reduce(0, +) / Double(low.count) - high.reduce(0, +) / Double(high.count)
      let between = Double(low.count) * Double(high.count) * apart * apart
      if between > best.between * (1 + 1e-12) { best = (between, bin) }
    }
    let bright = sorted.filter { $0 >= Double(best.bin) * top / 256 }
    return bright[bright.count / 2] / 3
  }

  /// A head in air with noise and a hot vessel: the mask is what the rule says, by brute force.
  @Test(arguments: 1...3)
  func byTheRule(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let shape = (0..<400).map { (i: Int) -> Double in i % 10 < 4 ? 0.5 : i % 10 < 9 ? 6 : 30 }
    func frame(_ scale: Double) -> [Double] { shape.map { Double(Float($0 * scale * (0.3 + random.uniform()))) } }
    let frames = [frame(0.2), frame(1.6)]
    // Shares of time 1/4 and 3/4.
    let mean = shape.indices.map { 0.25 * frames[0][$0] + 0.75 * frames[1][$0] }
    let limit = Self.limit(mean)
    let found = try Self.mask(frames, durations: [20, 60])
    // Sums are of single precision: a voxel within 1e-5 of the limit might fall on either side.
    let unsure = mean.indices.filter { abs(mean[$0] - limit) < 1e-5 * limit }
    #expect(unsure.isEmpty && found.offsets == mean.indices.filter { mean[$0] >= limit }.map(Int32.init))
    #expect(found.rule.contains("in the unit of the image") && found.grid.count == 400)
  }

  /// All alike is all brain; what is not finite in one frame is none of it, and neither is what is below 0.
  @Test func oddVoxels() throws {
    var frames = [[Double]](repeating: Array(repeating: 5, count: 100), count: 2)
    #expect(try Self.mask(frames, durations: [1, 1]).offsets.count == 100)
    (frames[0][3], frames[1][7], frames[1][20]) = (.nan, .infinity, -500)
    let found = try Self.mask(frames, durations: [1, 1]).offsets
    #expect(found.count == 97 && !found.contains(3) && !found.contains(7) && !found.contains(20))
  }

  @Test(arguments: [0, -3, .nan] as [Double])
  func noActivity(value: Double) {
    let error = #expect(throws: PETError.self) {
      try Self.mask([Array(repeating: value, count: 100)], durations: [60])
    }
    #expect(error?.field == "voxels" && error?.problem.contains("no activity") == true)
  }
}
