/// An ordinary least-squares model y = X β + e that is prepared once for its design and fitted to many responses.
///
/// X = Q T by Gram and Schmidt, twice for rounding (Björck 1967, doi:10.1007/BF01934122).
package struct LinearRegression: Sendable {
  package let rows: Int
  /// Number of coefficients.
  package let columns: Int
  /// Orthonormal columns, one after the other.
  private let q: [[Double]]
  /// T⁻¹, upper triangle, row after row.
  private let inverse: [[Double]]
  /// (XᵀX)⁻¹.
  package let inverseGram: [[Double]]

  package var freedom: Int { rows - columns }

  /// A response fitted.
  package struct Fit: Sendable {
    package let coefficients: [Double]
    package let residuals: [Double]
    /// Residual variance; NaN without degrees of freedom.
    package let variance: Double
  }

  /// - Parameter design: columns of X.
  /// - Returns: nil when the columns cannot be told apart or outnumber the rows.
  package init?(columns design: [[Double]]) {
    let n = design.first?.count ?? 0
    let p = design.count
    guard p > 0, n >= p else { return nil }
    var q: [[Double]] = []
    var triangle = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
    for (j, column) in design.enumerated() {
      var rest = column
      let size = Self.dot(rest, rest)
      for _ in 0..<2 {
        for k in 0..<j {
          let share = Self.dot(q[k], rest)
          triangle[k][j] += share
          for i in 0..<n { rest[i] -= share * q[k][i] }
        }
      }
      let left = Self.dot(rest, rest)
      guard left > 1e-20 * size, left > 0, left.isFinite else { return nil }
      triangle[j][j] = left.squareRoot()
      q.append(rest.map { $0 / left.squareRoot() })
    }
    var inverse = [[Double]](repeating: [Double](repeating: 0, count: p), count: p)
    for j in 0..<p {
      inverse[j][j] = 1 / triangle[j][j]
      for i in (0..<j).reversed() {
        let sum = (i + 1...j).reduce(0) { $0 + triangle[i][$1] * inverse[$1][j] }
        inverse[i][j] = -sum / triangle[i][i]
      }
    }
    rows = n
    columns = p
    self.q = q
    self.inverse = inverse
    inverseGram = (0..<p).map { i in (0..<p).map { j in Self.dot(inverse[i], inverse[j]) } }
  }

  package func fit(_ y: [Double]) -> Fit {
    let shares = q.map { Self.dot($0, y) }
    var residuals = y
    for (column, share) in zip(q, shares) { for i in residuals.indices { residuals[i] -= share * column[i] } }
    return Fit(
      coefficients: inverse.map { Self.dot($0, shares) }, residuals: residuals,
      variance: freedom > 0 ? Self.dot(residuals, residuals) / Double(freedom) : .nan)
  }

  /// xᵀ(XᵀX)⁻¹x: the variance of a prediction in residual variances.
  package static func leverage(of x: [Double], inverseGram: [[Double]]) -> Double {
    zip(x, inverseGram).reduce(0) { $0 + $1.0 * dot($1.1, x) }
  }

  /// Of each row: the share of its error that the fit takes up.
  package var leverages: [Double] { (0..<rows).map { row in q.reduce(0) { $0 + $1[row] * $1[row] } } }

  /// The direction that the last coefficient measures, of length 1 and at right angles to the other columns.
  ///
  /// For a response y cleared of those, t = d·y/s with s² = (y·y - (d·y)²)/freedom.
  package var lastDirection: [Double] { q[columns - 1] }

  /// Residuals of the model without its last column.
  package func residualsWithoutLast(_ y: [Double]) -> [Double] {
    var residuals = y
    for column in q.dropLast() {
      let share = Self.dot(column, y)
      for i in residuals.indices { residuals[i] -= share * column[i] }
    }
    return residuals
  }

  package static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }
}
