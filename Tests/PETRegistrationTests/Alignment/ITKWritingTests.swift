import PETCore
import PETImaging
import PETTestSupport
import Testing

@testable import PETRegistration

struct ITKWritingTests {
  /// What is written is read as the same map.
  @Test func roundTrip() throws {
    let map = Affine(rows: [0.99, -0.1, 0.02, 3.25, 0.1, 0.98, -0.03, -7, -0.01, 0.03, 1.01, 0.125])
    let folder = try TemporaryFolder()
    let file = try folder.write("x.txt", map.itkText)
    let grid = Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]))
    let pose = try #require(try RegionTransform.pose([.init(file)], regions: grid, scan: grid)?.affine)
    #expect(zip(pose.m, map.m).allSatisfy { abs($0 - $1) < 1e-12 }, "\(pose.m)")
  }

  /// A point 1 mm to the right is -1 in ITK's left.
  @Test func leftAndPosterior() {
    let right = Affine(rows: [1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3])
    #expect(right.itkText.contains("Parameters: 1 0 0 0 1 0 0 0 1 -1 -2 3\n"))
  }
}
