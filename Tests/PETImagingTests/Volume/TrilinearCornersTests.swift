import Testing

@testable import PETImaging

struct TrilinearCornersTests {
  private static let grid = Grid(nx: 3, ny: 4, nz: 5, affine: Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]))

  private static func corners(_ x: Double, _ y: Double, _ z: Double) -> [Int: Double]? {
    TrilinearCorners((x, y, z), in: grid).map { corners in
      Dictionary(uniqueKeysWithValues: (0..<corners.count).map { (corners.offsets[$0], corners.weights[$0]) })
    }
  }

  /// A voxel's own place is that voxel alone, at the far ends too.
  @Test func onAVoxel() {
    #expect(Self.corners(0, 0, 0) == [0: 1])
    #expect(Self.corners(2, 3, 4) == [59: 1])
    #expect(Self.corners(1, 2, 3) == [1 + 3 * (2 + 4 * 3): 1])
  }

  /// By hand: a quarter along x and half along z.
  @Test func between() {
    #expect(Self.corners(1.25, 3, 0.5) == [10: 0.375, 11: 0.125, 22: 0.375, 23: 0.125])
    let eight = Self.corners(0.5, 0.5, 0.5) ?? [:]
    #expect(eight.count == 8 && eight.values.allSatisfy { $0 == 0.125 })
    #expect(eight.keys.sorted() == [0, 1, 3, 4, 12, 13, 15, 16])
  }

  /// A matrix of few digits puts a voxel a little beyond the edge that it lies on.
  @Test func atTheEdge() {
    #expect(Self.corners(-1e-16, 2e-5, 4.00005) == Self.corners(0, 2e-5, 4) && Self.corners(2.00001, 3, 4) == [59: 1])
  }

  @Test func outside() {
    for (x, y, z) in [(-0.001, 0, 0), (2.001, 0, 0), (0, 3.5, 0), (0, 0, 4.1), (.nan, 0, 0), (0, .infinity, 0)] {
      #expect(Self.corners(x, y, z) == nil)
    }
  }
}
