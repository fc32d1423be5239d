import PETCore
import PETTestSupport
import Testing

@testable import PETRegistration

struct PointMomentsTests {
  /// Against the variance of each point's three coordinates, row by row of d + w × q: 1e-12 is rounding.
  @Test func againstEachPoint() {
    var random = SeededGenerator(seed: 8)
    let points = (0..<50).map { _ in (x: 40 * random.normal(), y: 30 * random.normal(), z: 20 * random.normal()) }
    let centre = (x: 3.0, y: -2.0, z: 5.0)
    let root = (0..<6).map { _ in (0..<6).map { _ in random.normal() } }
    let covariance = (0..<6).map { i in
      (0..<6).map { j in (0..<6).reduce(0.0) { $0 + root[i][$1] * root[j][$1] } }
    }
    var sum = 0.0
    for point in points {
      let (x, y, z) = (point.x - centre.x, point.y - centre.y, point.z - centre.z)
      let rows: [[Double]] = [[1, 0, 0, 0, z, -y], [0, 1, 0, -z, 0, x], [0, 0, 1, y, -x, 0]]
      for row in rows {
        for i in 0..<6 { for j in 0..<6 { sum += row[i] * covariance[i][j] * row[j] } }
      }
    }
    let found = PointMoments(points, about: centre).displacementError(covariance)
    #expect(abs(found / (sum / 50).squareRoot() - 1) < 1e-12)
  }
}
