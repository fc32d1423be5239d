import Foundation
import PETCore

/// Standard errors of one regional fit, to first order.
///
/// With residual r = K C - f(θ; R, k2'), H = (JᵀWJ)⁻¹JᵀW and G = ∂card/∂θ, an error e of the curve, ε of the reference
/// and η of k2' move the card's parameters by G H K e + (q gᵀ - G H M) ε + q η, where M = ∂f/∂R, g = dk2'/dR and
/// q = ∂card/∂k2' - G H ∂f/∂k2'. The frames of curve and reference have variance s² v (`FrameWeights.variance`):
/// s² of the reference is that of its own roughness, s² of the curve follows from the residuals less the share that
/// the reference's noise has in them. (Least squares as in Seber and Wild 1989, chapter 2; propagation by the chain rule.)
struct FitCovariance {
  /// Covariance of the card's parameters.
  let covariance: Matrix
  /// Its part from the curve's own noise.
  let ownCovariance: Matrix
  /// d(card parameter)/d(reference value), parameters x frames.
  let referenceSensitivity: Matrix
  /// Card parameters that nothing fitted has a say in (held at a bound, or given without an error): no standard error.
  let withoutError: Set<Int>

  init?(_ fit: Linearization, curve: [Double], input: ScanInput) {
    let used = fit.weights.indices.filter { fit.weights[$0] > 0 }
    let free = (0..<fit.design.columns).filter { !fit.held.contains($0) }
    guard used.count > fit.design.columns else { return nil }
    let weights = used.map { fit.weights[$0] }
    let design = fit.design.keepingRows(used).keepingColumns(free)
    let weighted = design.scalingRows(weights)
    guard let inverse = (design.transposed * weighted).inverseOfPositiveDefinite else { return nil }
    let hat = inverse * weighted.transposed
    let outcome = fit.outcome.keepingColumns(free)
    let deviations = input.weights.variance(of: curve).map { $0.squareRoot() }
    let referenceDeviations = input.referenceVariance.map { $0.squareRoot() }

    func residualShare(_ map: Matrix, _ deviations: [Double]) -> Double {
      let seen = map.keepingRows(used)
      let left = seen - design * (hat * seen)
      return left.scalingRows(weights.map { $0.squareRoot() }).scalingColumns(deviations).squaredNorm
    }
    let data = fit.dataOperator ?? Matrix.identity(fit.weights.count)
    var rss = 0.0
    for i in used {
      let residual = fit.observed[i] - fit.predicted[i]
      rss += fit.weights[i] * residual * residual
    }

    let count = fit.weights.count
    var referenceScale = input.referenceNoise ?? 0
    var referenceMap = Matrix(rows: outcome.rows, columns: count)
    var shared = 0.0
    if let operatorOnReference = fit.referenceOperator {
      referenceMap = -1 * (outcome * (hat * operatorOnReference.keepingRows(used)))
      // The residuals hold the reference's noise as well, so they bound it: a larger estimate is taken as what they allow.
      let share = residualShare(operatorOnReference, referenceDeviations)
      referenceScale = min(referenceScale, rss / share)
      shared = referenceScale * share
    }
    let curveScale = max(0, rss - shared) / residualShare(data, deviations)
    let own = (outcome * (hat * data.keepingRows(used))).scalingColumns(deviations)
    ownCovariance = curveScale * (own * own.transposed)
    var total = ownCovariance

    if let rate = input.k2prime, let gradient = fit.k2primeGradient {
      let byRate = outcome * (hat * Matrix(columns: [used.map { gradient[$0] }]))
      let direct = fit.outcomeByK2prime ?? Array(repeating: 0, count: outcome.rows)
      let q = (0..<outcome.rows).map { direct[$0] - byRate[$0, 0] }
      for a in 0..<outcome.rows {
        for j in 0..<count { referenceMap[a, j] += q[a] * rate.referenceGradient[j] }
        for b in 0..<outcome.rows { total[a, b] += q[a] * q[b] * rate.ownVariance }
      }
    }
    let fromReference = referenceMap.scalingColumns(referenceDeviations)
    covariance = total + referenceScale * (fromReference * fromReference.transposed)
    referenceSensitivity = referenceMap
    let known = (input.k2prime?.standardError ?? 0) > 0
    withoutError = Set(
      (0..<outcome.rows).filter { a in
        outcome.row(a).allSatisfy { $0 == 0 } && !(known && fit.outcomeByK2prime?[a] ?? 0 != 0)
      })
  }
}
