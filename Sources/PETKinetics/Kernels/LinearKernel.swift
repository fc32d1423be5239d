import PETCore

/// A model whose equation is linear in its unknowns, at most four.
package protocol LinearModel: KineticModel {
  typealias Coefficients = InlineArray<4, Double>

  /// The card's parameters from the coefficients.
  ///
  /// - Parameter k2prime: NaN for models that do not fix it.
  static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>)

  /// Their derivatives by the coefficients and by k2'.
  static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient

  /// Whether estimates can be what the model says they are.
  static func isPossible(_ estimates: Span<Double>) -> Bool
}

extension LinearModel {
  package static func isPossible(_ estimates: Span<Double>) -> Bool { true }
}

/// The kernel of every linear model: weighted least squares of its equation.
///
/// Regressors made from the target carry its noise, so errors follow from how the residuals of the equation move with
/// every frame of target and reference (`Linearization`), not from the regression's own covariance.
package struct LinearKernel<Model: LinearModel>: FitKernel {
  package let weights: [Double]
  let used: Int
  private let outcome: Int
  let equation: LinearEquation
  let k2prime: Double
  /// Regressors, then the response.
  private let columns: LinearColumns
  private let target: LinearColumns

  init(_ equation: LinearEquation, input: ScanInput) throws(PETError) {
    weights = input.usedWeights(from: input.linearStart)
    try input.check(Model.card, used: weights, parameters: equation.regressors.count)
    used = weights.count { $0 > 0 }
    outcome = Model.card.index(of: Model.card.outcome) ?? 0
    self.equation = equation
    k2prime = Model.card.needs.contains(.k2prime) ? try input.requiredK2prime(Model.card).value : .nan
    columns = LinearColumns(
      equation.regressors + [equation.response], bloodVolume: equation.bloodVolume, frames: weights.count)
    target = LinearColumns([equation.target], bloodVolume: equation.bloodVolume, frames: weights.count)
    if case .known(let divisor) = equation.division {
      for i in weights.indices where weights[i] > 0 && divisor[i] <= 0 {
        throw PETError(
          .wrongInput, field: "frame \(i + 1)", "the input has no activity there, and \(Model.card.id) divides by it",
          remedy: "choose a later t*")
      }
    }
  }

  /// What every frame's equation is multiplied with; false when that cannot be.
  private func scales(_ curve: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>) -> Bool {
    switch equation.division {
    case .none: for i in 0..<curve.count { out[i] = weights[i] > 0 ? 1 : 0 }
    case .known(let divisor): for i in 0..<curve.count { out[i] = weights[i] > 0 ? 1 / divisor[i] : 0 }
    case .target:
      target.evaluate(curve, into: out)
      for i in 0..<curve.count {
        if weights[i] > 0, out[i] <= 0 { return false }
        out[i] = weights[i] > 0 ? 1 / out[i] : 0
      }
    }
    return true
  }

  struct Solution {
    var coefficients: InlineArray<4, Double> = .init(repeating: 0)
    /// Columns of a root of their covariance, from the equation's own residuals.
    var spread: InlineArray<16, Double> = .init(repeating: 0)
  }

  /// Fits a curve; hands back coefficients, the scaled equation (regressors, then response) and its scales.
  func solve(
    _ curve: UnsafeBufferPointer<Double>, equation memory: UnsafeMutableBufferPointer<Double>,
    scales: UnsafeMutableBufferPointer<Double>, into solution: inout Solution
  ) -> FitStatus {
    let n = curve.count
    let unknowns = equation.regressors.count
    guard self.scales(curve, into: scales) else { return .noSignal }
    columns.evaluate(curve, into: memory)
    for k in 0...unknowns { for i in 0..<n { memory[k * n + i] *= scales[i] } }
    let columns = UnsafeBufferPointer(rebasing: memory[..<(unknowns * n)])
    let data = UnsafeBufferPointer(rebasing: memory[(unknowns * n)..<(unknowns + 1) * n])
    return weights.withUnsafeBufferPointer { weights in
      let solved = SmallLeastSquares.solve(
        columns: columns, unknowns: unknowns, weights: weights, data: data, into: &solution.coefficients,
        spread: &solution.spread)
      guard solved else { return .singular }
      let sum = SmallLeastSquares.residualSum(
        columns: columns, unknowns: unknowns, weights: weights, data: data, at: solution.coefficients)
      let deviation = (sum / Double(max(used - unknowns, 1))).squareRoot()
      for i in 0..<16 { solution.spread[i] *= deviation }
      return .converged
    }
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    var solution = Solution()
    let n = curve.count
    let size = (equation.regressors.count + 1) * n
    let status = curve.withUnsafeBufferPointer { curve in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size + n) { memory in
        solve(
          curve, equation: UnsafeMutableBufferPointer(rebasing: memory[..<size]),
          scales: UnsafeMutableBufferPointer(rebasing: memory[size...]), into: &solution)
      }
    }
    guard status == .converged else { return status }
    Model.estimates(solution.coefficients, k2prime: k2prime, into: &estimates)
    return Model.isPossible(estimates.span) && isTold(solution, estimates[outcome]) ? .converged : .poorlyIdentified
  }

  /// Whether two standard deviations along each axis of the coefficients' covariance leave the outcome near its place.
  ///
  /// Two, for that covariance is too small where the target stands on both sides of the equation.
  private func isTold(_ solution: Solution, _ value: Double) -> Bool {
    guard let base = Model.card.outcomeBase(value), value.isFinite else { return true }
    var moved: InlineArray<8, Double> = .init(repeating: 0)
    var square = 0.0
    for j in 0..<equation.regressors.count {
      var other = solution.coefficients
      for a in 0..<equation.regressors.count { other[a] += solution.spread[a * 4 + j] }
      var span = moved.mutableSpan
      Model.estimates(other, k2prime: k2prime, into: &span)
      square += (span[outcome] - value) * (span[outcome] - value)
    }
    return 2 * square.squareRoot() <= ModelCard.largestRelativeError * abs(base)
  }

  package func errors(_ input: ScanInput) -> any CurveErrors {
    LinearEquationErrors(self, input) ?? LinearizedErrors(self, input)
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let n = weights.count
    let unknowns = equation.regressors.count
    // The coefficients again: the equation is solved, not read back from the estimates.
    var solution = Solution()
    var flat = [Double](repeating: 0, count: (unknowns + 1) * n)
    var scales = [Double](repeating: 0, count: n)
    _ = curve.withUnsafeBufferPointer { curve in
      flat.withUnsafeMutableBufferPointer { flat in
        scales.withUnsafeMutableBufferPointer { solve(curve, equation: flat, scales: $0, into: &solution) }
      }
    }
    let columns = (0..<unknowns).map { Array(flat[$0 * n..<($0 + 1) * n]) }
    let observed = Array(flat[(unknowns * n)...])
    let coefficients = (0..<unknowns).map { solution.coefficients[$0] }
    let predicted = (0..<n).map { i in columns.indices.reduce(0) { $0 + coefficients[$1] * columns[$1][i] } }

    var data = Matrix(rows: n, columns: n)
    equation.response.onTarget?.add(to: &data, times: 1)
    var reference: Matrix?
    var byK2prime: [Double]?
    for (k, term) in equation.regressors.enumerated() {
      term.onTarget?.add(to: &data, times: -coefficients[k])
      if let map = term.onReference {
        var sum = reference ?? Matrix(rows: n, columns: n)
        map.add(to: &sum, times: coefficients[k])
        reference = sum
      }
      if let gradient = term.byK2prime {
        byK2prime = (0..<n).map { (byK2prime?[$0] ?? 0) + coefficients[k] * gradient[$0] * scales[$0] }
      }
    }
    if case .target = equation.division {
      for i in 0..<n { data[i, i] -= observed[i] - predicted[i] }
    }
    let parameters = Model.card.parameters.count
    let outcome = Model.derivatives(solution.coefficients, k2prime: k2prime)
    return Linearization(
      predicted: predicted, observed: observed, weights: weights, design: Matrix(columns: columns),
      dataOperator: (1 / (1 - equation.bloodVolume)) * data.scalingRows(scales),
      referenceOperator: reference?.scalingRows(scales),
      k2primeGradient: byK2prime, outcome: outcome.matrix(parameters: parameters, unknowns: unknowns),
      outcomeByK2prime: outcome.byK2prime(parameters: parameters),
      largestTerm: (0..<n).map { i in
        columns.indices.reduce(abs(observed[i])) { max($0, abs(coefficients[$1] * columns[$1][i])) }
      })
  }
}

extension ScanInput {
  /// How the equation of a plot is divided: uniform weights are those of the plot's points, all others those of frames.
  ///
  /// A point's error is that of its frame over the divisor, so weights of frames are kept by not dividing at all.
  func plotDivision(_ division: LinearEquation.Division) -> LinearEquation.Division {
    weights.scheme == .uniform ? division : .none
  }
}
