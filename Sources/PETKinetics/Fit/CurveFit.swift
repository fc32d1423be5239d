import Foundation
package import PETCore

/// The result of fitting one model to one region's curve: the same type for every model.
package struct CurveFit: Sendable {
  package let card: ModelCard
  package let region: String
  package private(set) var status: FitStatus
  /// One for each of the card's parameters, internal units; NaN where there is none.
  package private(set) var estimates: [Estimate]
  /// Parameters that lie at a bound of their search, in the card's order; held ones are not at a bound.
  package private(set) var atBound: [String] = []
  /// Frames that counted.
  package private(set) var frames = 0
  /// Frames less fitted parameters.
  package private(set) var freedom = 0
  /// Weighted residual sum of squares, weights of mean 1 over all frames.
  package private(set) var residualSum = Double.nan
  /// Akaike's criterion as R computes it for weighted least squares, with the variance counted as a parameter.
  package private(set) var aic = Double.nan
  /// Schwarz's criterion, likewise.
  package private(set) var bic = Double.nan
  package var notes: [String] = []
  /// The model around its solution; nil when there is no fit.
  private var linearization: Linearization?
  private var covariance: Matrix?
  /// Prediction, what it is compared with, and weights, one value a frame in the space of the fit; nil without one.
  package var points: (predicted: [Double], observed: [Double], weights: [Double])? {
    linearization.map { ($0.predicted, $0.observed, $0.weights) }
  }
  /// Of models with a plot of their own, y = slope x + intercept: what the two sides of the equation are divided by, and x.
  package var plot: (divisor: [Double], abscissa: [Double])? {
    guard let fit = linearization, fit.dataOperator != nil, fit.design.columns == 2 else { return nil }
    let columns = fit.designColumns
    return (columns[1], zip(columns[0], columns[1]).map { $0 / $1 })
  }
  /// Whether there is a fit whose residuals are those of the measured curve.
  var predictsCurve: Bool { linearization.map { $0.dataOperator == nil } ?? false }
  /// What the fit says of itself beyond its numbers, worked out when asked for; nil when there is no fit.
  package var diagnostics: FitDiagnostics? { linearization.map { FitDiagnostics($0, covariance: covariance) } }
  /// d(parameter)/d(reference value), and covariance from the curve's own noise: what fits of one scan share or not.
  private(set) var referenceSensitivity: Matrix?
  private(set) var ownCovariance: Matrix?
  private var shared: Matrix?
  /// Variance scale of the curve's own noise; nil without a covariance.
  private(set) var noiseScale: Double?
  /// d(outcome)/d(curve value); empty without a covariance.
  private var curveSensitivity: [Double] = []
  /// How noise moves the outcome, beyond what is straight; nil until it is followed.
  private var path: NoisePath?
  /// What noise moves the outcome's mean by, to second order; nil where the curve stands on one side of the equation.
  package private(set) var noiseBias: Double?

  /// The row of the reference region, against which nothing can be fitted.
  init(_ card: ModelCard, referenceItself region: String) {
    self.init(card, notFitted: region)
    notes = ["the reference region itself"]
  }

  /// A region without a fit of this model.
  init(_ card: ModelCard, notFitted region: String) {
    self.card = card
    self.region = region
    status = .singular
    estimates = card.parameters.map { _ in .missing }
  }

  /// The error of a parameter that was estimated over all regions, and whether it ended at a bound of its search.
  mutating func setCommon(_ symbol: String, error: Double, isAtBound: Bool) {
    guard status.hasEstimates, let index = card.index(of: symbol) else { return }
    estimates[index].standardError = error
    guard isAtBound else { return }
    if status == .converged { status = .atBound }
    atBound.insert(symbol, at: 0)
  }

  /// The part of a parameter's error that regions of the scan share, one number for each source of it.
  ///
  /// The covariance of two regions is the product of theirs. Nil when no source is known.
  package func sharedErrors(of symbol: String) -> [Double]? {
    guard let shared, let index = card.index(of: symbol) else { return nil }
    let row = shared.row(index)
    return row.contains { $0 != 0 } ? row : nil
  }

  package func estimate(_ symbol: String) -> Estimate {
    card.index(of: symbol).map { estimates[$0] } ?? .missing
  }

  /// Fits one curve and works out its errors, with a parameter at its bound as known in those of the others.
  package init<Kernel: FitKernel>(
    _ card: ModelCard, kernel: Kernel, curve: [Double], region: String, input: ScanInput
  ) {
    var values = [Double](repeating: .nan, count: card.parameters.count)
    let rules = FitRules(card, input: input)
    var span = values.mutableSpan
    let status = rules.fit(kernel, curve.span, into: &span)
    self.init(card, notFitted: region)
    self.status = status
    frames = kernel.weights.count { $0 > 0 }
    guard status.hasEstimates else {
      notes = [
        status == .singular
          ? "the curve does not determine the parameters"
          : rules.reasonWithoutSignal(curve.span, weights: kernel.weights)
      ]
      return
    }
    var fit = kernel.linearization(curve, at: values)
    let errors = FitCovariance(fit, curve: curve, input: input)
    measure(fit)
    setErrors(errors, of: values, outcome: rules.outcome)
    addRemarks(values, rules)
    if status == .converged, errors == nil, freedom > 0 { self.status = .poorlyIdentified }
    // The operator is as large as the curve squared, and has done its work.
    fit.referenceOperator = nil
    linearization = fit
  }

  /// Degrees of freedom, residual sum and the criteria of a fit.
  private mutating func measure(_ fit: Linearization) {
    let fitted = fit.design.columns + fit.searched
    freedom = max(0, frames - fitted)
    var sum = 0.0
    var logWeights = 0.0
    for i in fit.weights.indices where fit.weights[i] > 0 {
      let residual = fit.observed[i] - fit.predicted[i]
      sum += fit.weights[i] * residual * residual
      logWeights += log(fit.weights[i])
    }
    residualSum = sum
    let n = Double(frames)
    let deviance = n * (log(2 * Double.pi) + 1 - log(n) + log(sum)) - logWeights
    let parameters = Double(fitted + 1)
    aic = deviance + 2 * parameters
    bic = deviance + log(n) * parameters
  }

  /// - Parameter errors: nil where the parameters cannot be told apart, or nothing is left to tell noise from.
  private mutating func setErrors(_ errors: FitCovariance?, of values: [Double], outcome: Int) {
    estimates = values.indices.map { i in
      guard values[i].isFinite else { return .missing }
      return Estimate(values[i], standardError: errors?.standardError(i, of: values[i]) ?? .nan)
    }
    covariance = errors?.covariance
    referenceSensitivity = errors?.referenceSensitivity
    ownCovariance = errors?.ownCovariance
    shared = errors?.shared
    noiseScale = errors?.curveScale
    curveSensitivity = errors?.curveSensitivity.row(outcome) ?? []
  }

  /// What stands beside the numbers, and which parameters lie at their bounds.
  private mutating func addRemarks(_ values: [Double], _ rules: FitRules) {
    if covariance == nil {
      notes.append(
        freedom == 0
          ? "no standard error: as many frames as parameters"
          : "no standard errors: the parameters cannot be told apart")
    }
    if status == .poorlyIdentified {
      for (i, parameter) in card.parameters.enumerated() where rules.isOutside(i, values[i]) {
        notes.append("\(parameter.symbol) outside its usual range")
      }
    }
    if status == .poorlyIdentified, notes.isEmpty {
      let error = estimates[rules.outcome]
      let base = card.outcomeBase(error.value).map(abs) ?? .infinity
      notes.append(
        error.standardError > ModelCard.largestRelativeError * base
          ? "the data do not tell \(card.outcome): see its error" : "the estimates contradict the model")
    }
    atBound = rules.atBound(values).map { card.parameters[$0].symbol }
    // Estimated over regions, a model has rates of a region that its card does not list.
    if atBound.isEmpty, status == .atBound { atBound = ["rates"] }
    if !atBound.isEmpty { notes.append("\(atBound.joined(separator: ", ")) at the bound: limits suppose it known") }
    if status == .iterationLimit { notes.append("the search did not settle") }
  }

  /// Whether what lies at a bound leaves the outcome its meaning.
  package var isBesideOutcome: Bool {
    !atBound.isEmpty && !card.factors(of: card.outcome).contains(where: atBound.contains)
  }

  /// Confidence limits of a parameter by Student's t with the fit's degrees of freedom; the outcome's follow its path.
  package func limits(_ index: Int, level: Double) -> (low: Double, high: Double) {
    guard freedom > 0, estimates[index].standardError.isFinite else { return (.nan, .nan) }
    let quantile = Quantile.twoSided(level: level, degreesOfFreedom: Double(freedom))
    if let path, card.parameters[index].symbol == card.outcome { return path.limits(quantile) }
    return estimates[index].limits(quantile: quantile)
  }

  /// A bias by noise above this share of the standard error is told, and one that leaves no estimate.
  private static let toldBias = 0.5
  /// One above the standard error, or this share of 1 + BPND or VT, leaves no estimate to believe.
  private static let largestBias = 0.05

  /// Replaces the outcome's linearised error by what noise does to the fit itself, and says where that is not told.
  mutating func followNoise<Kernel: FitKernel>(_ kernel: Kernel, curve: [Double], input: ScanInput) {
    guard status.hasEstimates, freedom > 0, let outcome = card.index(of: card.outcome), let noiseScale else { return }
    let variance = input.weights.variance(of: curve)
    let gain = zip(curveSensitivity, variance).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    let error = estimates[outcome].standardError
    guard gain > 0, error > 0 else { return }
    let direction = zip(curveSensitivity, variance).map { $0 * $1 * error / gain }
    path = NoisePath(
      kernel, curve: curve, estimate: estimates[outcome], outcome: outcome, direction: direction,
      parameters: card.parameters.count, bounds: card.bounds(card.outcome, in: input))
    guard let path else { return }
    estimates[outcome].standardError = path.standardError
    let base = card.outcomeBase(estimates[outcome].value).map(abs) ?? .infinity
    if !path.isOneCurve || path.standardError > ModelCard.largestRelativeError * base, status == .converged {
      status = .poorlyIdentified
      notes.append("the data do not tell \(card.outcome): noise takes it far off the straight line of its error")
    }
    guard linearization?.dataOperator != nil else { return }
    var refit = Refit(kernel, parameters: card.parameters.count, outcome: outcome)
    let bias = refit.bias(
      curve, at: estimates[outcome].value, deviations: variance.map { (noiseScale * $0).squareRoot() })
    noiseBias = bias
    if bias.isNaN, status == .converged {
      status = .poorlyIdentified
      notes.append("the data do not tell \(card.outcome): a curve that noise moved has no fit")
    }
    guard hasToldBias else { return }
    let inUnits = bias * card.parameters[outcome].unit.fromInternal
    notes.append("noise moves \(card.outcome) by about \(NumberText.short(inUnits))")
    if abs(bias) > largestBias, status == .converged { status = .poorlyIdentified }
  }

  /// What the bias by noise may be for a fit to be believed.
  private var largestBias: Double {
    let outcome = estimate(card.outcome)
    return min(outcome.standardError, Self.largestBias * (card.outcomeBase(outcome.value).map(abs) ?? .infinity))
  }

  /// Whether noise moves the outcome's mean by so much that it is said.
  var hasToldBias: Bool {
    guard let noiseBias else { return false }
    return abs(noiseBias) > min(Self.toldBias * estimate(card.outcome).standardError, largestBias)
  }
}
