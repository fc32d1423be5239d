/// A small dense matrix, row by row; used for errors, never in a kernel's fit.
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

  /// One row times a vector.
  func dot(row i: Int, _ vector: UnsafeBufferPointer<Double>) -> Double {
    values.withUnsafeBufferPointer { values in
      var sum = 0.0
      for j in 0..<columns { sum += values[i * columns + j] * vector[j] }
      return sum
    }
  }

  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  static func * (a: Matrix, b: Matrix) -> Matrix {
    var result = Matrix(rows: a.rows, columns: b.columns)
    let width = b.columns
    result.values.withUnsafeMutableBufferPointer { out in
      a.values.withUnsafeBufferPointer { left in
        b.values.withUnsafeBufferPointer { right in
          for i in 0..<a.rows {
            for k in 0..<a.columns {
              let factor = left[i * a.columns + k]
              if factor == 0 { continue }
              for j in 0..<width { out[i * width + j] += factor * right[k * width + j] }
            }
          }
        }
      }
    }
    return result
  }

  static func + (a: Matrix, b: Matrix) -> Matrix { combine(a, b, +) }
  static func - (a: Matrix, b: Matrix) -> Matrix { combine(a, b, -) }
  static func * (factor: Double, a: Matrix) -> Matrix {
    var result = a
    result.values.withUnsafeMutableBufferPointer { out in for i in out.indices { out[i] *= factor } }
    return result
  }

  private static func combine(_ a: Matrix, _ b: Matrix, _ operation: (Double, Double) -> Double)
    -> Matrix
  {
    var result = a
    result.values.withUnsafeMutableBufferPointer { out in
      b.values.withUnsafeBufferPointer { b in for i in out.indices { out[i] = operation(out[i], b[i]) } }
    }
    return result
  }

  /// Rows multiplied by the given factors.
  func scalingRows(_ factors: [Double]) -> Matrix {
    var result = self
    result.values.withUnsafeMutableBufferPointer { out in
      for i in 0..<rows { for j in 0..<columns { out[i * columns + j] *= factors[i] } }
    }
    return result
  }

  func scalingColumns(_ factors: [Double]) -> Matrix {
    var result = self
    result.values.withUnsafeMutableBufferPointer { out in
      for i in 0..<rows { for j in 0..<columns { out[i * columns + j] *= factors[j] } }
    }
    return result
  }

  func keepingRows(_ keep: [Int]) -> Matrix { Matrix(rows: keep.map { i in (0..<columns).map { self[i, $0] } }) }
  func keepingColumns(_ keep: [Int]) -> Matrix {
    var result = Matrix(rows: rows, columns: keep.count)
    for (place, j) in keep.enumerated() { for i in 0..<rows { result[i, place] = self[i, j] } }
    return result
  }

  /// Its elements, row by row, to be written.
  mutating func withValues(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
    values.withUnsafeMutableBufferPointer { body($0) }
  }

  /// A D² Aᵀ, D a diagonal.
  func squareOfRows(_ diagonal: [Double]) -> Matrix {
    var result = Matrix(rows: rows, columns: rows)
    let scaled = scalingColumns(diagonal)
    scaled.values.withUnsafeBufferPointer { a in
      for i in 0..<rows {
        for j in 0...i {
          var sum = 0.0
          for k in 0..<columns { sum += a[i * columns + k] * a[j * columns + k] }
          result[i, j] = sum
          result[j, i] = sum
        }
      }
    }
    return result
  }

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

  /// Ratio of largest to smallest singular value after scaling columns to unit length (Jacobi rotations).
  var conditionOfUnitColumns: Double {
    var gram = transposed * self
    let scale = (0..<columns).map { gram[$0, $0].squareRoot() }
    guard columns > 0, scale.allSatisfy({ $0 > 0 && $0.isFinite }) else { return .infinity }
    gram = gram.scalingRows(scale.map { 1 / $0 }).scalingColumns(scale.map { 1 / $0 })
    for _ in 0..<30 {
      var off = 0.0
      for p in 0..<columns {
        for q in p + 1..<max(columns, p + 1) where gram[p, q] != 0 {
          off = max(off, abs(gram[p, q]))
          let theta = (gram[q, q] - gram[p, p]) / (2 * gram[p, q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<columns {
            let (x, y) = (gram[k, p], gram[k, q])
            gram[k, p] = c * x - s * y
            gram[k, q] = s * x + c * y
          }
          for k in 0..<columns {
            let (x, y) = (gram[p, k], gram[q, k])
            gram[p, k] = c * x - s * y
            gram[q, k] = s * x + c * y
          }
        }
      }
      if off < 1e-15 { break }
    }
    let values = (0..<columns).map { gram[$0, $0] }
    guard let most = values.max(), let least = values.min(), least > 0 else { return .infinity }
    return (most / least).squareRoot()
  }
}
