import Foundation
package import PETImaging

extension Affine {
  /// A turn about a centre, then a shift.
  ///
  /// - Parameter step: mm, then the vector of the turn, whose length is its angle in radians.
  package static func rigid(_ step: [Double], about centre: (x: Double, y: Double, z: Double)) -> Affine {
    let turn = rotation(Array(step[3..<6]))
    let c = [centre.x, centre.y, centre.z]
    var rows = [Double](repeating: 0, count: 12)
    for i in 0..<3 {
      var start = c[i] + step[i]
      for j in 0..<3 {
        rows[4 * i + j] = turn[i][j]
        start -= turn[i][j] * c[j]
      }
      rows[4 * i + 3] = start
    }
    return Affine(rows: rows)
  }

  /// What `rigid` makes it of, for turns below 180 degrees.
  package func rigidStep(about centre: (x: Double, y: Double, z: Double)) -> [Double] {
    let moved = apply(centre.x, centre.y, centre.z)
    let axis = [self[2, 1] - self[1, 2], self[0, 2] - self[2, 0], self[1, 0] - self[0, 1]].map { $0 / 2 }
    let sine = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let angle = atan2(sine, (self[0, 0] + self[1, 1] + self[2, 2] - 1) / 2)
    let turn = axis.map { sine > 1e-12 ? $0 * angle / sine : $0 }
    return [moved.0 - centre.x, moved.1 - centre.y, moved.2 - centre.z] + turn
  }

  /// Rodrigues: about a vector, by its length in radians.
  private static func rotation(_ w: [Double]) -> [[Double]] {
    let angle = w.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard angle > 0 else { return [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }
    let k = w.map { $0 / angle }
    let (s, c) = (sin(angle), cos(angle))
    let cross = [[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]]
    return (0..<3).map { i in
      (0..<3).map { j in (i == j ? c : 0) + s * cross[i][j] + (1 - c) * k[i] * k[j] }
    }
  }
}
