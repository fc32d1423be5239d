import Foundation
package import PETCore

/// The result of fitting one model to one region's curve: the same type for every model.
package struct CurveFit: Sendable {
  package let card: ModelCard
  package let region: String
  package let status: FitStatus
  /// One for each of the card's parameters, internal units; NaN where there is none.
  package let estimates: [Estimate]
  /// Frames that counted.
  package let frames: Int
  /// Frames less fitted parameters.
  package let freedom: Int
  /// Weighted residual sum of squares, weights of mean 1 over all frames.
  package let residualSum: Double
  /// Akaike's criterion as R computes it for weighted least squares, with the variance counted as a parameter.
  package let aic: Double
  package let notes: [String]
  /// d(parameter)/d(reference value), and covariance from the curve's own noise: what fits of one scan share or not.
  let referenceSensitivity: Matrix?
  let ownCovariance: Matrix?

  /// The row of the reference region, against which nothing can be fitted.
  init(_ card: ModelCard, referenceItself region: String) {
    self.card = card
    self.region = region
    status = .singular
    estimates = card.parameters.map { _ in .missing }
    frames = 0
    freedom = 0
    residualSum = .nan
    aic = .nan
    notes = ["the reference region itself"]
    referenceSensitivity = nil
    ownCovariance = nil
  }

  package func estimate(_ symbol: String) -> Estimate {
    card.index(of: symbol).map { estimates[$0] } ?? .missing
  }

  /// Fits one curve and works out its errors.
  package init<Kernel: FitKernel>(
    _ card: ModelCard, kernel: Kernel, curve: [Double], region: String, input: ScanInput
  ) {
    var values = [Double](repeating: .nan, count: card.parameters.count)
    var notes: [String] = []
    var status = FitStatus.noSignal
    let usable = kernel.weights.indices.allSatisfy { kernel.weights[$0] == 0 || curve[$0].isFinite }
    if !usable {
      notes.append("a frame has no value")
    } else if curve.allSatisfy({ $0 <= 0 || !$0.isFinite }) {
      notes.append("no activity")
    } else {
      var span = values.mutableSpan
      status = kernel.fit(curve.span, into: &span)
    }
    self.card = card
    self.region = region
    let used = kernel.weights.count { $0 > 0 }
    frames = used
    guard status.hasEstimates, values.allSatisfy(\.isFinite) else {
      let final = status.hasEstimates ? .singular : status
      if final == .singular { notes.append("the curve does not determine the parameters") }
      self.status = final
      estimates = values.map { _ in .missing }
      freedom = 0
      residualSum = .nan
      aic = .nan
      self.notes = notes
      referenceSensitivity = nil
      ownCovariance = nil
      return
    }
    let fit = kernel.linearization(curve, at: values)
    let covariance = FitCovariance(fit, curve: curve, input: input)
    let fitted = fit.design.columns
    freedom = max(0, used - fitted)
    var sum = 0.0
    var logWeights = 0.0
    for i in fit.weights.indices where fit.weights[i] > 0 {
      let residual = fit.observed[i] - fit.predicted[i]
      sum += fit.weights[i] * residual * residual
      logWeights += log(fit.weights[i])
    }
    residualSum = sum
    let n = Double(used)
    aic = n * (log(2 * Double.pi) + 1 - log(n) + log(sum)) - logWeights + 2 * Double(fitted + 1)
    estimates = values.indices.map { i in
      let hasError = covariance?.withoutError.contains(i) == false
      let variance = hasError ? covariance?.covariance[i, i] ?? .nan : .nan
      return Estimate(values[i], standardError: variance >= 0 ? variance.squareRoot() : .nan)
    }
    referenceSensitivity = covariance?.referenceSensitivity
    ownCovariance = covariance?.ownCovariance
    if covariance == nil { notes.append("no standard errors: the parameters cannot be told apart") }
    for (i, parameter) in card.parameters.enumerated() {
      let allowed = card.bounds(parameter.symbol, in: input)
      if status == .converged, !allowed.contains(values[i]), abs(values[i]) > 1e-12 {
        status = .poorlyIdentified
        notes.append("\(parameter.symbol) outside its usual range")
      }
    }
    if status == .atBound { notes.append("a parameter lies at its bound: limits suppose it known") }
    if status == .converged, covariance == nil { status = .poorlyIdentified }
    self.status = status
    self.notes = notes
  }

  /// Confidence limits of a parameter by Student's t with the fit's degrees of freedom.
  package func limits(_ index: Int, level: Double) -> (low: Double, high: Double) {
    guard freedom > 0, estimates[index].standardError.isFinite else { return (.nan, .nan) }
    return estimates[index].limits(
      quantile: Quantile.twoSided(level: level, degreesOfFreedom: Double(freedom)))
  }
}
