/// A 3x4 affine from voxel indices (0-based centres) to millimetres, in Double.
package struct Affine: Sendable, Equatable {
  /// Row by row: 3 rows of 4.
  package var m: [Double]

  package init(rows: [Double]) { m = rows }

  package static let identity = Affine(rows: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])

  package subscript(_ row: Int, _ column: Int) -> Double { m[row * 4 + column] }

  package func apply(_ x: Double, _ y: Double, _ z: Double) -> (Double, Double, Double) {
    (
      m[0] * x + m[1] * y + m[2] * z + m[3], m[4] * x + m[5] * y + m[6] * z + m[7],
      m[8] * x + m[9] * y + m[10] * z + m[11]
    )
  }

  /// Signed volume of one voxel, mm3.
  package var determinant: Double {
    let first = m[0] * (m[5] * m[10] - m[6] * m[9])
    let second = m[1] * (m[4] * m[10] - m[6] * m[8])
    let third = m[2] * (m[4] * m[9] - m[5] * m[8])
    return first - second + third
  }

  /// Nil when singular.
  package var inverse: Affine? {
    let d = determinant
    guard d != 0, d.isFinite else { return nil }
    let c00 = (m[5] * m[10] - m[6] * m[9]) / d
    let c01 = (m[2] * m[9] - m[1] * m[10]) / d
    let c02 = (m[1] * m[6] - m[2] * m[5]) / d
    let c10 = (m[6] * m[8] - m[4] * m[10]) / d
    let c11 = (m[0] * m[10] - m[2] * m[8]) / d
    let c12 = (m[2] * m[4] - m[0] * m[6]) / d
    let c20 = (m[4] * m[9] - m[5] * m[8]) / d
    let c21 = (m[1] * m[8] - m[0] * m[9]) / d
    let c22 = (m[0] * m[5] - m[1] * m[4]) / d
    return Affine(rows: [
      c00, c01, c02, -(c00 * m[3] + c01 * m[7] + c02 * m[11]),
      c10, c11, c12, -(c10 * m[3] + c11 * m[7] + c12 * m[11]),
      c20, c21, c22, -(c20 * m[3] + c21 * m[7] + c22 * m[11]),
    ])
  }

  /// self after other.
  package func after(_ other: Affine) -> Affine {
    var rows = [Double](repeating: 0, count: 12)
    for i in 0..<3 {
      for j in 0..<4 {
        var sum = j == 3 ? self[i, 3] : 0
        for k in 0..<3 { sum += self[i, k] * other[k, j] }
        rows[i * 4 + j] = sum
      }
    }
    return Affine(rows: rows)
  }
}
