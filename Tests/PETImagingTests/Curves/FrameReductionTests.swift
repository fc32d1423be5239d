import Foundation
import PETCore
import Testing

@testable import PETImaging

/// The two ways in which the voxels of a frame become sums of labels.
struct FrameReductionTests {
  private static let grid = Grid(nx: 30, ny: 3, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))

  private static func sums(_ reduction: some FrameReduction, _ values: [Float]) -> FrameSums {
    values.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return FrameSums(sums: [], weights: []) }
      return reduction.reduce(VoxelBytes(type: .float32, base: base, count: values.count))
    }
  }

  /// Runs of every length from 1 to 12, over the ends of rows, against a plain loop; whole numbers have no rounding.
  @Test func runsAgainstAPlainLoop() throws {
    let labels = (1...12).flatMap { Array(repeating: Int32($0 % 4), count: $0) } + Array(repeating: 3, count: 12)
    let values = (0..<90).map { Float(($0 * 37) % 101) }
    // 9 is no label of the image; 0 is nobody's region; the order is that asked for.
    let runs = try LabelRuns(
      LabelImage(grid: Self.grid, labels: labels).weights, on: Self.grid, labels: [3, 9, 1], image: "a.nii")
    let found = Self.sums(runs, values)
    for (place, label) in [3, 9, 1].enumerated() {
      let own = labels.indices.filter { labels[$0] == Int32(label) }
      #expect(found.sums[place] == own.reduce(0) { $0 + Double(values[$1]) })
      #expect(found.weights[place] == Double(own.count) && runs.voxels[place] == own.count)
    }
    #expect(found.nonfinite == 0)
  }

  /// What is no number is left out of its own label and counted; infinities of both signs too, though their sum is none.
  @Test func voxelsThatAreNoNumbers() throws {
    let labels = (0..<90).map { Int32($0 / 30 + 1) }
    var values = [Float](repeating: 2, count: 90)
    (values[3], values[7], values[8], values[65]) = (.nan, .infinity, -.infinity, -.infinity)
    let image = LabelImage(grid: Self.grid, labels: labels)
    for reduction in [
      try LabelRuns(image.weights, on: Self.grid, labels: [1, 2, 3], image: "a") as any FrameReduction,
      try WeightedVoxels(image.weights, on: Self.grid, labels: [1, 2, 3], image: "a"),
    ] {
      let found = Self.sums(reduction, values)
      #expect(found.sums == [54, 60, 58] && found.weights == [27, 30, 29] && found.nonfinite == 4)
    }
  }

  /// Half a voxel on and a finer grid: a map that is linear in space has the mean of its values at the labels' places.
  @Test func samplesOfALinearMap() throws {
    let fine = Grid(nx: 5, ny: 4, nz: 1, affine: Affine(rows: [1, 0, 0, 3, 0, 1, 0, 0.5, 0, 0, 1, 0]))
    let labels = (0..<20).map { Int32($0 % 5 < 2 ? 1 : 2) }
    let values = (0..<90).map { (i: Int) -> Float in 4 * Float(i % 30) + 0.5 * Float(i / 30) }
    let image = LabelImage(grid: fine, labels: labels, file: "dseg.nii")
    let found = Self.sums(try WeightedVoxels(image.weights, on: Self.grid, labels: [1, 2], image: "a"), values)
    // In mm the map is 2 x + 0.25 y; labels lie at x 3, 4 and 5, 6, 7, and at y 0.5 to 3.5, whose mean is 2.
    #expect(abs(found.sums[0] / found.weights[0] - 7.5) < 1e-12 && abs(found.sums[1] / found.weights[1] - 12.5) < 1e-12)
    #expect(abs(found.weights[0] - 8) < 1e-12 && abs(found.weights[1] - 12) < 1e-12)
  }

  /// Samples outside the image are no part of the means and are told; where none lies inside it is an error.
  @Test func outsideTheImage() throws {
    let moved = Grid(nx: 4, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 56, 0, 2, 0, 0, 0, 0, 2, 0]))
    let image = LabelImage(grid: moved, labels: [1, 1, 1, 2], file: "dseg.nii")
    let weighted = try WeightedVoxels(image.weights, on: Self.grid, labels: [1, 2], image: "a")
    #expect(weighted.voxels == [2, 0])
    let finding = weighted.outsideFinding(image.file)
    #expect(finding?.value == "2" && finding?.file == "dseg.nii" && finding?.level == .warning)
    // A label that nobody asks for is not missed.
    #expect(
      try WeightedVoxels(image.weights, on: Self.grid, labels: [1], image: "a").outsideFinding(image.file)?.value == "1"
    )
    for labels in [[2], [7], []] {
      #expect(throws: PETError.self) { try WeightedVoxels(image.weights, on: Self.grid, labels: labels, image: "a") }
      #expect(throws: PETError.self) { try LabelRuns(image.weights, on: Self.grid, labels: labels, image: "a") }
    }
  }
}
