import PETCore

/// What the errors of `FitCovariance` are made of when its frames are summed over, for one curve.
///
/// Q are the orthonormal columns of the weighted design √W J = Q T, K and M how residual and prediction move with curve and
/// reference, D² the relative variance of frames.
struct FitSums {
  /// T, row k from 4 k on.
  var triangle = InlineArray<16, Double>(repeating: 0)
  /// Weighted residual sum.
  var residual = 0.0
  /// Qᵀ√W K D² Kᵀ√W Q of the curve, likewise, and the square of what Q leaves of √W K D.
  var own = InlineArray<16, Double>(repeating: 0)
  var ownLeft = 0.0
  /// The same of M and the reference.
  var reference = InlineArray<16, Double>(repeating: 0)
  var referenceLeft = 0.0
  /// Qᵀ√W ∂prediction/∂k2', and Qᵀ√W M D² g with g = dk2'/d(reference).
  var byRate = InlineArray<4, Double>(repeating: 0)
  var rateByReference = InlineArray<4, Double>(repeating: 0)

  /// Adds Qᵀ A D² Aᵀ Q from the rows of Qᵀ A D, `count` of `length` numbers; returns the sum of its diagonal.
  static func addProducts(
    _ rows: UnsafePointer<Double>, _ count: Int, length: Int, to sums: inout InlineArray<16, Double>
  ) -> Double {
    var trace = 0.0
    for a in 0..<count {
      for b in 0...a {
        let dot = SmallLeastSquares.dot(rows + a * length, rows + b * length, length)
        sums[4 * a + b] += dot
        if a == b { trace += dot } else { sums[4 * b + a] += dot }
      }
    }
    return trace
  }
}

/// The noise that all curves of a scan share, and standard errors from it.
struct FitVariances: Sendable {
  let unknowns: Int
  let parameters: Int
  /// Variance scale of the reference's noise; 0 when not known.
  private let referenceNoise: Double
  /// Variance of k2' from noise of its own, and gᵀ D² g.
  private let rateVariance: Double
  private let rateByReference: Double
  private let hasRate: Bool
  private let isRateKnown: Bool

  init(_ input: ScanInput, parameters: Int, unknowns: Int, usesRate: Bool) {
    self.parameters = parameters
    self.unknowns = unknowns
    referenceNoise = input.reference?.noise ?? 0
    let rate = usesRate ? input.k2prime : nil
    hasRate = rate != nil
    isRateKnown = (rate?.standardError ?? 0) > 0
    rateVariance = rate?.ownVariance ?? 0
    rateByReference =
      rate.flatMap { rate in
        input.reference.map { zip(rate.referenceGradient, $0.variance).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } }
      } ?? 0
  }

  /// Standard errors of the parameters; NaN where nothing fitted has a say or the estimate itself is missing.
  func standardErrors(
    _ sums: FitSums, _ outcome: OutcomeGradient, at estimates: Span<Double>,
    into errors: inout MutableSpan<Double>
  ) {
    let scale = sums.referenceLeft > 0 ? min(referenceNoise, sums.residual / sums.referenceLeft) : 0
    let own = max(0, sums.residual - scale * sums.referenceLeft) / sums.ownLeft
    for a in 0..<parameters {
      var (isTold, gain) = (false, InlineArray<4, Double>(repeating: 0))
      for j in 0..<unknowns {
        var value = outcome[a, j]
        if value != 0 { isTold = true }
        for k in 0..<j { value -= gain[k] * sums.triangle[4 * k + j] }
        gain[j] = value / sums.triangle[5 * j]
      }
      var (fromOwn, fromReference, byRate, cross) = (0.0, 0.0, outcome.byK2prime[a], 0.0)
      for j in 0..<unknowns {
        for k in 0..<unknowns {
          fromOwn += gain[j] * sums.own[4 * j + k] * gain[k]
          fromReference += gain[j] * sums.reference[4 * j + k] * gain[k]
        }
        byRate -= gain[j] * sums.byRate[j]
        cross += gain[j] * sums.rateByReference[j]
      }
      if !hasRate { byRate = 0 }
      fromReference += byRate * (byRate * rateByReference - 2 * cross)
      let variance = own * fromOwn + scale * fromReference + byRate * byRate * rateVariance
      guard estimates[a].isFinite, isTold || isRateKnown && outcome.byK2prime[a] != 0, variance >= 0 else {
        errors[a] = .nan
        continue
      }
      errors[a] = variance.squareRoot()
    }
  }
}
