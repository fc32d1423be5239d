/// Weighted linear least squares in at most four unknowns, without allocation.
///
/// Normal equations of columns scaled to unit norm, by Cholesky, then refined on the residuals, which restores the
/// accuracy that squaring the condition number costs.
enum SmallLeastSquares {
  /// A pivot of the scaled normal matrix below this means that the columns cannot be told apart.
  static let singularPivot = 1e-13

  /// Solves min Σ w (y - X θ)² with X column by column, and says whether it could.
  ///
  /// - Parameter spread: receives in its first columns R with R Rᵀ = (Xᵀ W X)⁻¹, row a from 4 a on.
  static func solve(
    columns: UnsafeBufferPointer<Double>, unknowns: Int, weights: UnsafeBufferPointer<Double>,
    data: UnsafeBufferPointer<Double>, into solution: inout InlineArray<4, Double>,
    spread: inout InlineArray<16, Double>
  ) -> Bool {
    let n = data.count
    guard let first = columns.baseAddress, let w = weights.baseAddress, let y = data.baseAddress else { return false }
    var gram: InlineArray<16, Double> = .init(repeating: 0)
    var scale: InlineArray<4, Double> = .init(repeating: 1)
    for a in 0..<unknowns {
      for b in 0...a {
        gram[a * 4 + b] = product(w, first + a * n, first + b * n, n)
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
      var step = gradient(w, first, y, n, unknowns: unknowns, at: solution)
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
    // L⁻ᵀ column by column, scaled back.
    for j in 0..<unknowns {
      for a in stride(from: unknowns - 1, through: 0, by: -1) {
        var sum = a == j ? 1.0 : 0
        for k in a + 1..<max(unknowns, a + 1) { sum -= gram[k * 4 + a] * spread[k * 4 + j] }
        spread[a * 4 + j] = sum / gram[a * 4 + a]
      }
    }
    for a in 0..<unknowns { for j in 0..<unknowns { spread[a * 4 + j] *= scale[a] } }
    return true
  }

  /// As above, without the spread.
  static func solve(
    columns: UnsafeBufferPointer<Double>, unknowns: Int, weights: UnsafeBufferPointer<Double>,
    data: UnsafeBufferPointer<Double>, into solution: inout InlineArray<4, Double>
  ) -> Bool {
    var spread: InlineArray<16, Double> = .init(repeating: 0)
    return solve(
      columns: columns, unknowns: unknowns, weights: weights, data: data, into: &solution, spread: &spread)
  }

  /// Σ w (y - X θ)².
  static func residualSum(
    columns: UnsafeBufferPointer<Double>, unknowns: Int, weights: UnsafeBufferPointer<Double>,
    data: UnsafeBufferPointer<Double>, at solution: InlineArray<4, Double>
  ) -> Double {
    let n = data.count
    var sum = 0.0
    for i in 0..<n {
      var residual = data[i]
      for a in 0..<unknowns { residual -= solution[a] * columns[a * n + i] }
      sum += weights[i] * residual * residual
    }
    return sum
  }

  /// Σ a b, in four partial sums of a fixed order.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ n: Int) -> Double {
    var four = SIMD4<Double>.zero
    let whole = n & ~3
    for i in stride(from: 0, to: whole, by: 4) { four += a.four(i) * b.four(i) }
    var sum = (four[0] + four[1]) + (four[2] + four[3])
    for i in whole..<n { sum += a[i] * b[i] }
    return sum
  }

  /// Σ w a b, in four partial sums of a fixed order.
  private static func product(
    _ w: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ n: Int
  ) -> Double {
    var four = SIMD4<Double>.zero
    let whole = n & ~3
    for i in stride(from: 0, to: whole, by: 4) { four += w.four(i) * a.four(i) * b.four(i) }
    var sum = (four[0] + four[1]) + (four[2] + four[3])
    for i in whole..<n { sum += w[i] * a[i] * b[i] }
    return sum
  }

  /// Xᵀ W (y - X θ).
  private static func gradient(
    _ w: UnsafePointer<Double>, _ columns: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ n: Int, unknowns: Int,
    at solution: InlineArray<4, Double>
  ) -> InlineArray<4, Double> {
    var fours: InlineArray<4, SIMD4<Double>> = .init(repeating: .zero)
    let whole = n & ~3
    for i in stride(from: 0, to: whole, by: 4) {
      var residual = y.four(i)
      for a in 0..<unknowns { residual -= solution[a] * (columns + a * n).four(i) }
      residual *= w.four(i)
      for a in 0..<unknowns { fours[a] += (columns + a * n).four(i) * residual }
    }
    var result: InlineArray<4, Double> = .init(repeating: 0)
    for a in 0..<unknowns { result[a] = (fours[a][0] + fours[a][1]) + (fours[a][2] + fours[a][3]) }
    for i in whole..<n {
      var residual = y[i]
      for a in 0..<unknowns { residual -= solution[a] * columns[a * n + i] }
      for a in 0..<unknowns { result[a] += w[i] * columns[a * n + i] * residual }
    }
    return result
  }
}

extension UnsafeMutablePointer<Double> {
  func setFour(_ values: SIMD4<Double>) { UnsafeMutableRawPointer(self).storeBytes(of: values, as: SIMD4<Double>.self) }
}

extension UnsafePointer<Double> {
  /// Four neighbours from a place on.
  func four(_ i: Int) -> SIMD4<Double> {
    UnsafeRawPointer(self + i).loadUnaligned(as: SIMD4<Double>.self)
  }
}
