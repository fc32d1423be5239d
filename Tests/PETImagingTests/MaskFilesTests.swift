import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// Masks as files: what they may hold, and what is said of what they may not.
struct MaskFilesTests {
  private static let grid = Grid(nx: 4, ny: 2, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))

  @discardableResult
  private static func write(_ folder: TemporaryFolder, _ name: String, _ volumes: [[Double]], on grid: Grid = grid)
    throws
    -> String
  {
    let path = folder.file(name)
    try NIfTIWriter.write(path, grid: grid, frames: volumes.count, description: "mask") { volumes[$0] }
    return path
  }

  private static func read(_ files: [String], names: LabelTable? = nil) throws -> (
    weights: RegionWeights, names: LabelTable
  ) {
    try MaskFiles.read(files, names: names) { path in
      String((path as NSString).lastPathComponent.prefix { $0 != "." })
    }
  }

  @Test func oneFileARegion() throws {
    let folder = try TemporaryFolder()
    let files = [
      try Self.write(folder, "a.nii.gz", [[1, 1, 0, 0, 0, 0, 0, 0]]),
      try Self.write(folder, "b.nii.gz", [[0, 0, 0.5, 0.25, 0, 0, 0, 0]]),
    ]
    let (weights, names) = try Self.read(files)
    #expect(names.entries == [.init(index: 1, name: "a"), .init(index: 2, name: "b")] && weights.files == files)
    #expect(
      try weights.voxels(of: [2, 1], on: Self.grid) == [
        [WeightedVoxel(offset: 2, weight: 0.5), WeightedVoxel(offset: 3, weight: 0.25)],
        [WeightedVoxel(offset: 0, weight: 1), WeightedVoxel(offset: 1, weight: 1)],
      ])
    #expect(weights.findings.isEmpty)
  }

  @Test func oneFileOfVolumes() throws {
    let folder = try TemporaryFolder()
    let file = try Self.write(folder, "m.nii.gz", [[1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0, 0]])
    let table = LabelTable(entries: [.init(index: 2, name: "B"), .init(index: 1, name: "A")])
    let (weights, names) = try Self.read([file], names: table)
    #expect(names.entries.map(\.name) == ["A", "B"] && weights.total(of: [2]) == 2)
    let none = #expect(throws: PETError.self) { try Self.read([file]) }
    #expect(none?.field == "names" && none?.problem.contains("2 volumes") == true)
    let short = LabelTable(entries: [.init(index: 1, name: "A")])
    #expect(throws: PETError.self) { try Self.read([file], names: short) }
    #expect(throws: PETError.self) { try Self.read([file, file], names: table) }
  }

  @Test(arguments: [
    ([0, 50, 100, 12.5], "percent"), ([0, 100, 100, 0], "0 and 100"), ([0, 255, 255, 0], "0 and 255"),
    ([0, 1, 2, 5], "label image"), ([0, -0.5, 1, 0], "below 0"), ([0, .nan, 1, 0], "not finite"),
    ([0, 0, 0, 0], "above 0"),
    ([0, 2.5, 3000.5, 0], "no mask"),
  ])
  func valuesOfNoMask(values: [Double], words: String) throws {
    let folder = try TemporaryFolder()
    let file = try Self.write(folder, "a.nii.gz", [values + [0, 0, 0, 0]])
    let error = #expect(throws: PETError.self) { try Self.read([file]) }
    #expect(error?.problem.contains(words) == true && error?.file == file, "\(error as Any)")
  }

  /// One empty mask of several is that region's matter; one on another grid, or two of one region, are refused.
  @Test func masksThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    let a = try Self.write(folder, "a.nii.gz", [[1, 1, 1, 1, 0, 0, 0, 0]])
    let empty = try Self.write(folder, "b.nii.gz", [[0, 0, 0, 0, 0, 0, 0, 0]])
    let (weights, _) = try Self.read([a, empty])
    #expect(weights.findings.map(\.code) == [.emptyMask] && weights.present == [1])
    let moved = Grid(nx: 4, ny: 2, nz: 1, affine: Affine(rows: [2, 0, 0, 1, 0, 2, 0, 0, 0, 0, 2, 0]))
    let other = try Self.write(folder, "c.nii.gz", [[1, 1, 1, 1, 0, 0, 0, 0]], on: moved)
    let error = #expect(throws: PETError.self) { try Self.read([a, other]) }
    #expect(error?.field == "grid" && error?.file == other)
    let twice = #expect(throws: PETError.self) {
      try MaskFiles.read([a, empty], names: nil) { _ in "Putamen" }
    }
    #expect(twice?.problem.contains("a.nii.gz as well") == true)
  }

  /// What two masks share is told as a share of the smaller one; of 256 masks too, and then at once.
  @Test func overlaps() throws {
    let folder = try TemporaryFolder()
    let a = try Self.write(folder, "a.nii.gz", [[1, 1, 1, 1, 0, 0, 0, 0]])
    let b = try Self.write(folder, "b.nii.gz", [[0, 0, 0, 0.5, 1, 0, 0, 0]])
    let (weights, _) = try Self.read([a, b])
    // 0.5 of 1.5 voxels.
    #expect(weights.findings.map(\.problem) == ["a and b share 33 % of the smaller one"])
    let grid = Grid(nx: 16, ny: 16, nz: 1, affine: Self.grid.affine)
    let volumes = (0..<256).map { index in (0..<256).map { $0 == index ? 1.0 : 0 } }
    let many = try Self.write(folder, "many.nii.gz", volumes, on: grid)
    let table = LabelTable(entries: (1...256).map { .init(index: $0, name: "r\($0)") })
    let read = try Self.read([many], names: table)
    #expect(read.weights.present.count == 256 && read.weights.findings.isEmpty)
  }
}
