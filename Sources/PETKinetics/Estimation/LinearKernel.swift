import PETCore

/// A model whose equation is linear in its unknowns, at most four.
package protocol LinearModel: KineticModel {
  /// The card's parameters from the coefficients, and their derivatives by the coefficients and by k2'.
  static func solution(_ coefficients: [Double], k2prime: Double?) -> LinearSolution

  /// Whether estimates can be what the model says they are.
  static func isPossible(_ estimates: [Double]) -> Bool
}

extension LinearModel {
  package static func isPossible(_ estimates: [Double]) -> Bool { true }
}

/// What coefficients mean.
package struct LinearSolution: Sendable {
  /// One for each of the card's parameters, internal units.
  var estimates: [Double]
  /// d(estimate)/d(coefficient).
  var byCoefficient: Matrix
  var byK2prime: [Double]?
}

/// The kernel of every linear model: weighted least squares of its equation.
///
/// Regressors made from the target carry its noise, so errors follow from how the residuals of the equation move with
/// every frame of target and reference (`Linearization`), not from the regression's own covariance.
package struct LinearKernel<Model: LinearModel>: FitKernel {
  package let weights: [Double]
  private let equation: LinearEquation
  private let k2prime: Double?

  init(_ equation: LinearEquation, input: ScanInput) throws(PETError) {
    weights = input.usedWeights(from: input.linearStart)
    try input.check(Model.card, used: weights, parameters: equation.regressors.count)
    self.equation = equation
    k2prime = Model.card.needs.contains(.k2prime) ? try input.requiredK2prime(Model.card).value : nil
    if case .known(let divisor) = equation.division {
      for i in weights.indices where weights[i] > 0 && divisor[i] <= 0 {
        throw PETError(
          .wrongInput, field: "frame \(i + 1)", "the input has no activity there, and \(Model.card.id) divides by it",
          remedy: "choose a later t*")
      }
    }
  }

  /// A term of the equation at one frame, the target being the measured curve without the blood in it.
  private func value(_ term: LinearTerm, _ measured: UnsafeBufferPointer<Double>, _ i: Int) -> Double {
    guard let map = term.onTarget else { return term.constant[i] }
    let volume = equation.bloodVolume
    let own = map.dot(row: i, measured)
    guard volume > 0, let blood = term.ofBlood else { return term.constant[i] + own }
    return term.constant[i] + (own - volume * blood[i]) / (1 - volume)
  }

  private func scale(_ frame: Int, _ tissue: Double) -> Double {
    guard weights[frame] > 0 else { return 0 }
    switch equation.division {
    case .none: return 1
    case .target: return 1 / tissue
    case .known(let divisor): return 1 / divisor[frame]
    }
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    let n = curve.count
    let unknowns = equation.regressors.count
    var solution: InlineArray<4, Double> = .init(repeating: 0)
    var hasTarget = true
    let solved = curve.withUnsafeBufferPointer { curve in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: (unknowns + 2) * n) { memory in
        for i in 0..<n {
          let target = value(equation.target, curve, i)
          if case .target = equation.division, weights[i] > 0, target <= 0 { hasTarget = false }
          memory[i] = scale(i, target)
        }
        for k in 0...unknowns {
          let term = k < unknowns ? equation.regressors[k] : equation.response
          let column = (k + 1) * n
          for i in 0..<n { memory[column + i] = value(term, curve, i) * memory[i] }
        }
        guard hasTarget else { return false }
        return weights.withUnsafeBufferPointer { weights in
          SmallLeastSquares.solve(
            columns: UnsafeBufferPointer(rebasing: memory[n..<(unknowns + 1) * n]), unknowns: unknowns,
            weights: weights, data: UnsafeBufferPointer(rebasing: memory[(unknowns + 1) * n..<(unknowns + 2) * n]),
            into: &solution)
        }
      }
    }
    guard hasTarget else { return .noSignal }
    guard solved else { return .singular }
    let outcome = Model.solution((0..<unknowns).map { solution[$0] }, k2prime: k2prime)
    for (i, value) in outcome.estimates.enumerated() { estimates[i] = value }
    return Model.isPossible(outcome.estimates) ? .converged : .poorlyIdentified
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let n = weights.count
    let scales = curve.withUnsafeBufferPointer { curve in (0..<n).map { scale($0, value(equation.target, curve, $0)) } }
    func column(_ term: LinearTerm) -> [Double] {
      curve.withUnsafeBufferPointer { curve in (0..<n).map { value(term, curve, $0) * scales[$0] } }
    }
    let observed = column(equation.response)
    let columns = equation.regressors.map(column)
    // The coefficients again: the equation is solved, not read back from the estimates.
    var solution: InlineArray<4, Double> = .init(repeating: 0)
    let flat = columns.flatMap { $0 }
    _ = flat.withUnsafeBufferPointer { columns in
      weights.withUnsafeBufferPointer { weights in
        observed.withUnsafeBufferPointer { data in
          SmallLeastSquares.solve(
            columns: columns, unknowns: equation.regressors.count, weights: weights, data: data, into: &solution)
        }
      }
    }
    let coefficients = columns.indices.map { solution[$0] }
    let predicted = (0..<n).map { i in columns.indices.reduce(0) { $0 + coefficients[$1] * columns[$1][i] } }

    var data = equation.response.onTarget ?? Matrix(rows: n, columns: n)
    var reference: Matrix?
    var byK2prime: [Double]?
    for (k, term) in equation.regressors.enumerated() {
      if let map = term.onTarget { data = data - coefficients[k] * map }
      if let map = term.onReference {
        let scaled = (coefficients[k] * map).scalingRows(scales)
        reference = reference.map { $0 + scaled } ?? scaled
      }
      if let gradient = term.byK2prime {
        byK2prime = (0..<n).map { (byK2prime?[$0] ?? 0) + coefficients[k] * gradient[$0] * scales[$0] }
      }
    }
    if case .target = equation.division {
      for i in 0..<n { data[i, i] -= observed[i] - predicted[i] }
    }
    let outcome = Model.solution(coefficients, k2prime: k2prime)
    return Linearization(
      predicted: predicted, observed: observed, weights: weights, design: Matrix(columns: columns),
      dataOperator: (1 / (1 - equation.bloodVolume)) * data.scalingRows(scales), referenceOperator: reference,
      k2primeGradient: byK2prime, outcome: outcome.byCoefficient, outcomeByK2prime: outcome.byK2prime,
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
