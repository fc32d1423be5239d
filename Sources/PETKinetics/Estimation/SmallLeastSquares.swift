/// Weighted linear least squares in at most four unknowns, without allocation.
///
/// Normal equations of columns scaled to unit norm, by Cholesky, then refined on the residuals, which restores the
/// accuracy that squaring the condition number costs.
enum SmallLeastSquares {
  /// A pivot of the scaled normal matrix below this means that the columns cannot be told apart.
  static let singularPivot = 1e-13

  /// Solves min Σ w (y - X θ)² with X column by column, and says whether it could.
  static func solve(
    columns: UnsafeBufferPointer<Double>, unknowns: Int, weights: UnsafeBufferPointer<Double>,
    data: UnsafeBufferPointer<Double>, into solution: inout InlineArray<4, Double>
  ) -> Bool {
    let n = data.count
    var gram: InlineArray<16, Double> = .init(repeating: 0)
    var scale: InlineArray<4, Double> = .init(repeating: 1)
    for a in 0..<unknowns {
      for b in 0...a {
        var sum = 0.0
        for i in 0..<n { sum += weights[i] * columns[a * n + i] * columns[b * n + i] }
        gram[a * 4 + b] = sum
      }
      let norm = gram[a * 4 + a].squareRoot()
      guard norm > 0, norm.isFinite else { return false }
      scale[a] = 1 / norm
    }
    for a in 0..<unknowns {
      for b in 0...a {
        var sum = gram[a * 4 + b] * scale[a] * scale[b]
        for k in 0..<b { sum -= gram[a * 4 + k] * gram[b * 4 + k] }
        if a == b {
          guard sum > singularPivot else { return false }
          gram[a * 4 + a] = sum.squareRoot()
        } else {
          gram[a * 4 + b] = sum / gram[b * 4 + b]
        }
      }
    }
    solution = .init(repeating: 0)
    for _ in 0..<3 {
      var step: InlineArray<4, Double> = .init(repeating: 0)
      for i in 0..<n {
        var residual = data[i]
        for a in 0..<unknowns { residual -= solution[a] * columns[a * n + i] }
        for a in 0..<unknowns { step[a] += weights[i] * columns[a * n + i] * residual }
      }
      for a in 0..<unknowns {
        var sum = step[a] * scale[a]
        for k in 0..<a { sum -= gram[a * 4 + k] * step[k] }
        step[a] = sum / gram[a * 4 + a]
      }
      for a in stride(from: unknowns - 1, through: 0, by: -1) {
        var sum = step[a]
        for k in a + 1..<max(unknowns, a + 1) { sum -= gram[k * 4 + a] * step[k] }
        step[a] = sum / gram[a * 4 + a]
      }
      for a in 0..<unknowns { solution[a] += step[a] * scale[a] }
    }
    for a in 0..<unknowns where !solution[a].isFinite { return false }
    return true
  }
}
