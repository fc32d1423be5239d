import PETCore
import Testing

@testable import PETImaging

struct TurnedAxisTests {
  private static func grid(_ rows: [Double]) -> Grid { Grid(nx: 4, ny: 2, nz: 2, affine: Affine(rows: rows)) }
  private static let plain = grid([2, 0, 0, -3, 0, 2, 0, -1, 0, 0, 2, -1])
  /// The same place, its first axis counted from the other side.
  private static let mirrored = grid([-2, 0, 0, 3, 0, 2, 0, -1, 0, 0, 2, -1])

  @Test func whichAxis() {
    #expect(TurnedAxis.axis(Self.plain, Self.plain) == nil)
    #expect(TurnedAxis.axis(Self.mirrored, Self.plain) == 0 && TurnedAxis.axis(Self.plain, Self.mirrored) == 0)
    #expect(TurnedAxis.axis(Self.grid([2, 0, 0, 0, 0, -2, 0, 9, 0, 0, 2, 0]), Self.plain) == 1)
    #expect(TurnedAxis.axis(Self.grid([2, 0, 0, 0, 0, 2, 0, 0, 0, 0, -2, 9]), Self.plain) == 2)
    // Two axes turned, another voxel size, another shape.
    #expect(TurnedAxis.axis(Self.grid([-2, 0, 0, 3, 0, -2, 0, 1, 0, 0, 2, -1]), Self.plain) == nil)
    #expect(TurnedAxis.axis(Self.grid([-2.1, 0, 0, 3, 0, 2, 0, -1, 0, 0, 2, -1]), Self.plain) == nil)
    #expect(TurnedAxis.axis(Grid(nx: 3, ny: 2, nz: 2, affine: Self.mirrored.affine), Self.plain) == nil)
  }

  private static func finding(_ labels: [Int32], _ values: [Float]) throws -> Finding? {
    try TurnedAxis.finding(LabelImage(grid: mirrored, labels: labels, file: "dseg.nii").weights, on: plain) { values }
  }

  /// A scan with its activity at one end of x, and labels that name it by place, or by storage, or by neither.
  @Test func whatTheScanTells() throws {
    let values: [Float] = (0..<16).map { (i: Int) -> Float in i % 4 == 0 ? 10 : 0.01 * Float(i % 4) }
    let first: [Int32] = (0..<16).map { $0 % 4 == 0 ? 1 : 0 }
    let last: [Int32] = (0..<16).map { $0 % 4 == 3 ? 1 : 0 }
    // In the mirrored matrix the last voxel of x lies where the scan has its first.
    let right = try #require(try Self.finding(last, values))
    #expect(right.level == .note && !right.castsDoubt && right.code.word == "left-right" && right.file == "dseg.nii")
    let wrong = try #require(try Self.finding(first, values))
    #expect(wrong.level == .warning && wrong.castsDoubt && wrong.problem.contains("left is probably right"))
    let both = (0..<16).map { first[$0] + last[$0] }
    let untold = try #require(try Self.finding(both, values))
    #expect(untold.castsDoubt && untold.problem.contains("which the scan does not tell"))
    // A voxel without a value has no say.
    var holed = values
    holed[5] = .nan
    #expect(try Self.finding(last, holed)?.level == .note)
  }

  /// Grids that are no mirror of each other ask for no scan.
  @Test func noMirror() throws {
    let labels = LabelImage(grid: Self.plain, labels: Array(repeating: 1, count: 16))
    var isAsked = false
    let found = try TurnedAxis.finding(labels.weights, on: Self.plain) {
      isAsked = true
      return []
    }
    #expect(found == nil && !isAsked)
  }
}

struct SingleVoxelsTests {
  @Test func namesThem() {
    #expect(SingleVoxels.finding([], voxels: [], file: "a") == nil)
    #expect(SingleVoxels.finding(["a", "b"], voxels: [0, 2], file: "f") == nil)
    let one = SingleVoxels.finding(["a", "b", "c"], voxels: [1, 2, 0], file: "f")
    #expect(one?.problem == "regions of one voxel: a" && one?.value == "1" && one?.file == "f" && one?.level == .note)
    let names = (1...7).map { "r\($0)" }
    let seven = SingleVoxels.finding(names, voxels: names.map { _ in 1 }, file: "f")
    #expect(seven?.problem == "regions of one voxel: r1, r2, r3, r4, r5 and 2 more" && seven?.value == "7")
  }
}
