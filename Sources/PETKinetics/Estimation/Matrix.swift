/// A small dense matrix, row by row; used for errors of regional fits, never in a voxel kernel.
struct Matrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  private(set) var values: [Double]

  init(rows: Int, columns: Int, fill: Double = 0) {
    self.rows = rows
    self.columns = columns
    values = Array(repeating: fill, count: rows * columns)
  }

  init(columns list: [[Double]]) {
    self.init(rows: list.first?.count ?? 0, columns: list.count)
    for j in list.indices { for i in 0..<rows { self[i, j] = list[j][i] } }
  }

  init(rows list: [[Double]]) {
    self.init(rows: list.count, columns: list.first?.count ?? 0)
    for i in list.indices { for j in 0..<columns { self[i, j] = list[i][j] } }
  }

  static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for i in 0..<size { result[i, i] = 1 }
    return result
  }

  subscript(_ i: Int, _ j: Int) -> Double {
    get { values[i * columns + j] }
    set { values[i * columns + j] = newValue }
  }

  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    for i in 0..<a.rows {
      for k in 0..<a.columns {
        let factor = a[i, k]
        if factor == 0 { continue }
        for j in 0..<b.columns { result[i, j] += factor * b[k, j] }
      }
    }
    return result
  }

  static func + (a: Matrix, b: Matrix) -> Matrix { combine(a, b, +) }
  static func - (a: Matrix, b: Matrix) -> Matrix { combine(a, b, -) }
  static func * (factor: Double, a: Matrix) -> Matrix {
    var result = a
    for i in a.values.indices { result.values[i] *= factor }
    return result
  }

  private static func combine(_ a: Matrix, _ b: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    var result = a
    for i in a.values.indices { result.values[i] = operation(a.values[i], b.values[i]) }
    return result
  }

  /// Rows multiplied by the given factors.
  func scalingRows(_ factors: [Double]) -> Matrix {
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] *= factors[i] } }
    return result
  }

  func scalingColumns(_ factors: [Double]) -> Matrix {
    var result = self
    for i in 0..<rows { for j in 0..<columns { result[i, j] *= factors[j] } }
    return result
  }

  func keepingRows(_ keep: [Int]) -> Matrix { Matrix(rows: keep.map { i in (0..<columns).map { self[i, $0] } }) }
  func keepingColumns(_ keep: [Int]) -> Matrix { Matrix(columns: keep.map { j in (0..<rows).map { self[$0, j] } }) }

  /// Σ of squares of all elements.
  var squaredNorm: Double { values.reduce(0) { $0 + $1 * $1 } }

  func row(_ i: Int) -> [Double] { Array(values[i * columns..<(i + 1) * columns]) }

  /// Inverse of a symmetric positive definite matrix after scaling to unit diagonal; nil when it is singular.
  var inverseOfPositiveDefinite: Matrix? {
    let scale = (0..<rows).map { self[$0, $0].squareRoot() }
    guard scale.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    var lower = Matrix(rows: rows, columns: rows)
    for i in 0..<rows {
      for j in 0...i {
        var sum = self[i, j] / (scale[i] * scale[j])
        for k in 0..<j { sum -= lower[i, k] * lower[j, k] }
        if i == j {
          guard sum > SmallLeastSquares.singularPivot else { return nil }
          lower[i, i] = sum.squareRoot()
        } else {
          lower[i, j] = sum / lower[j, j]
        }
      }
    }
    var inverse = Matrix.identity(rows)
    for column in 0..<rows {
      for i in 0..<rows {
        var sum = inverse[i, column]
        for k in 0..<i { sum -= lower[i, k] * inverse[k, column] }
        inverse[i, column] = sum / lower[i, i]
      }
      for i in stride(from: rows - 1, through: 0, by: -1) {
        var sum = inverse[i, column]
        for k in i + 1..<max(rows, i + 1) { sum -= lower[k, i] * inverse[k, column] }
        inverse[i, column] = sum / lower[i, i]
      }
    }
    return inverse.scalingRows(scale.map { 1 / $0 }).scalingColumns(scale.map { 1 / $0 })
  }
}
