import Foundation
import PETCore
import Testing

@testable import PETImaging

/// A volume between its voxels.
struct CubicSplineTests {
  private static let grid = Grid(nx: 14, ny: 12, nz: 10, affine: .identity)

  private static func wave(_ x: Double, _ y: Double, _ z: Double) -> Double {
    let d = [x - 6.3, y - 5.2, z - 4.9]
    return exp(-(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / 8)
  }

  private static let spline: CubicSpline = {
    let values = (0..<grid.count).map { (at: Int) -> Float in
      Float(wave(Double(at % 14), Double(at / 14 % 12), Double(at / 168)))
    }
    return CubicSpline(values, on: grid)
  }()

  /// Single precision and its sums: 1e-6 of the largest value.
  @Test func throughTheVoxels() throws {
    for (x, y, z) in [(0.0, 0.0, 0.0), (13, 11, 9), (6, 5, 5), (1, 10, 4)] {
      let value = try #require(Self.spline.value(x, y, z))
      #expect(abs(value - Self.wave(x, y, z)) < 2e-6, "\(value)")
    }
  }

  /// A Gaussian of σ 2 voxels between them, away from the mirrors at the edges: the fourth order of the spline leaves 2e-3; linear
  /// reading 3e-2.
  @Test func betweenThem() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let (x, y, z) = (3 + 7 * random.uniform(), 3 + 5 * random.uniform(), 3 + 3 * random.uniform())
      #expect(abs((Self.spline.value(x, y, z) ?? .nan) - Self.wave(x, y, z)) < 2e-3)
    }
  }

  @Test func outside() {
    for (x, y, z) in [(-0.01, 3.0, 3.0), (3, 11.01, 3), (3, 3, 9.5)] { #expect(Self.spline.value(x, y, z) == nil) }
    let plane = CubicSpline([1, 2, 3, 4], on: Grid(nx: 2, ny: 2, nz: 1, affine: .identity))
    #expect(abs((plane.value(0.5, 0.5, 0) ?? 0) - 2.5) < 1e-5)
  }
}
