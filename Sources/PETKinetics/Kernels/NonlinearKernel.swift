import PETCore

/// A model with several nonlinear unknowns, bound to one scan.
protocol NonlinearModel: Sendable {
  /// Bounds of each unknown, internal units; one value for an unknown that is known.
  var bounds: [ClosedRange<Double>] { get }

  /// Prediction at a point for every frame, and its derivatives, column after column.
  func evaluate(
    _ point: UnsafeBufferPointer<Double>, predicted: UnsafeMutableBufferPointer<Double>,
    jacobian: UnsafeMutableBufferPointer<Double>)

  /// The card's parameters at a point, and their derivatives by the unknowns.
  func outcome(_ point: [Double]) -> (estimates: [Double], gradient: Matrix)

  /// The unknowns of a solution, from the card's parameters; nil when these do not hold them all.
  func point(of estimates: [Double]) -> [Double]?

  /// d(prediction)/d(reference value); nil when there is no such noise to carry.
  func referenceOperator(_ point: [Double]) -> Matrix?
}

/// What a grid of starts hands to the search.
protocol NonlinearStarts: NonlinearModel {
  var grid: StartGrid { get }
  /// Unknowns that the model is not linear in.
  var curved: [Int] { get }
  /// The unknowns at a node.
  func point(_ start: StartGrid.Start) -> [Double]
  /// What the model is without one of its unknowns, in the order in which it is searched beside.
  var nested: [NestedModel] { get }
}

extension NonlinearStarts {
  var curved: [Int] { Array(bounds.indices) }
  var nested: [NestedModel] { [] }
}

/// The simpler model within another: `closed` = 0, where another unknown, the idle one, may be without effect.
///
/// There a search in rates is stuck at whatever value that one has, though at another the sum would fall as `closed` grows.
struct NestedModel: Sendable {
  let closed: Int
  /// Nil where every other unknown keeps its effect: the search goes on from the simpler model if that is better.
  var idle: Int?
  /// Values of the idle unknown that are tried a little way from the simpler model.
  var values: [Double] = []
  /// Values of the idle unknown at which the sum is followed from the simpler model itself, for as long as it falls.
  var slopes: [Double] = []
  /// A point of the simpler model that is like one of the whole.
  let simpler: @Sendable ([Double]) -> [Double]
  /// A point of the whole a little way from one of the simpler model, the idle unknown at a value: beyond the rise that
  /// may lie between.
  var beside: @Sendable (_ simpler: [Double], _ idle: Double) -> [Double] = { simpler, _ in simpler }
}

/// The kernel of models that projection alone does not solve: a grid of starts, then Levenberg-Marquardt in a box.
package struct NonlinearKernel: FitKernel {
  package static let predictsCurve = true
  package let weights: [Double]
  private let model: any NonlinearStarts
  private let search: LevenbergMarquardt
  private let roots: [Double]
  private let card: ModelCard
  /// Place of the outcome among the card's parameters.
  private let outcome: Int
  private let starts: Int?
  private let isBoundedByUser: Bool

  /// - Parameter starts: local minima of the grid that are followed, all of them to the end, for models whose valleys
  ///   wind; nil for the usual few, of which those that fall behind are left.
  init(_ model: any NonlinearStarts, card: ModelCard, weights: [Double], input: ScanInput, starts: Int? = nil)
    throws(PETError)
  {
    self.starts = starts
    isBoundedByUser = !input.bounds.isEmpty
    try input.check(card, used: weights, parameters: model.bounds.count { $0.lowerBound < $0.upperBound })
    self.model = model
    self.card = card
    outcome = card.index(of: card.outcome) ?? 0
    self.weights = weights
    roots = weights.map { $0.squareRoot() }
    search = LevenbergMarquardt(lower: model.bounds.map(\.lowerBound), upper: model.bounds.map(\.upperBound))
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    let (point, status, sum) = best(curve, model)
    guard status.hasEstimates else { return status }
    let (values, gradient) = model.outcome(point)
    for i in values.indices { estimates[i] = values[i] }
    guard status != .iterationLimit, let base = card.outcomeBase(values[outcome]) else { return status }
    let error = deviation(of: gradient.row(outcome), at: point, sum: sum)
    return error <= ModelCard.largestRelativeError * abs(base) ? status : .poorlyIdentified
  }

  /// Standard deviation of a quantity, from the residuals and with what lies at a bound as known, by its gradient;
  /// infinite when the data do not tell it.
  private func deviation(of gradient: [Double], at point: [Double], sum: Double) -> Double {
    let n = weights.count
    let fitted = point.indices.filter { model.bounds[$0].lowerBound < model.bounds[$0].upperBound }
    let free = fitted.filter { !isAtBound(point, $0) }
    var predicted = [Double](repeating: 0, count: n)
    var jacobian = [Double](repeating: 0, count: n * point.count)
    point.withUnsafeBufferPointer { point in
      predicted.withUnsafeMutableBufferPointer { predicted in
        jacobian.withUnsafeMutableBufferPointer { model.evaluate(point, predicted: predicted, jacobian: $0) }
      }
    }
    let design = Matrix(columns: free.map { Array(jacobian[$0 * n..<($0 + 1) * n]) })
    guard let basis = OrthonormalBasis(design, rows: roots, columns: Array(free.indices)) else { return .infinity }
    let row = basis.solvingTriangle(Matrix(rows: [free.map { gradient[$0] }]), columns: Array(free.indices)).row(0)
    let freedom = Double(max(weights.count { $0 > 0 } - fitted.count, 1))
    return (row.reduce(0) { $0 + $1 * $1 } * sum / freedom).squareRoot()
  }

  /// Weighted residual sum at the solution.
  func residualSum(_ curve: [Double]) -> Double { best(curve.span, model).2 }

  private func best<Model: NonlinearStarts>(_ curve: Span<Double>, _ model: Model) -> (
    [Double], FitStatus, Double
  ) {
    let best = curve.withUnsafeBufferPointer { data in
      roots.withUnsafeBufferPointer { roots -> StartSearch<Model>.Found? in
        var search = StartSearch(
          Residuals(model: model, data: data, roots: roots), search, starts: starts, isBoundedByUser: isBoundedByUser)
        return search.run(model.grid.starts(curve, most: starts ?? StartSearch<Model>.usualStarts))
      }
    }
    guard let best else { return ([], .singular, .infinity) }
    if !best.outcome.converged { return (best.point, .iterationLimit, best.outcome.sum) }
    let atBound = best.point.indices.contains { isAtBound(best.point, $0) }
    return (best.point, atBound ? .atBound : .converged, best.outcome.sum)
  }

  /// Whether an unknown that is not held lies at a bound.
  private func isAtBound(_ point: [Double], _ unknown: Int) -> Bool {
    model.bounds[unknown].hasEnd(at: point[unknown])
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let point = model.point(of: estimates) ?? best(curve.span, model).0
    let n = weights.count
    var predicted = [Double](repeating: 0, count: n)
    var jacobian = [Double](repeating: 0, count: n * point.count)
    point.withUnsafeBufferPointer { point in
      predicted.withUnsafeMutableBufferPointer { predicted in
        jacobian.withUnsafeMutableBufferPointer { model.evaluate(point, predicted: predicted, jacobian: $0) }
      }
    }
    let fitted = point.indices.filter { model.bounds[$0].lowerBound < model.bounds[$0].upperBound }
    let held = fitted.indices.filter { isAtBound(point, fitted[$0]) }
    return Linearization(
      predicted: predicted, observed: curve, weights: weights,
      design: Matrix(columns: fitted.map { Array(jacobian[$0 * n..<($0 + 1) * n]) }), held: Set(held),
      referenceOperator: model.referenceOperator(point),
      outcome: model.outcome(point).gradient.keepingColumns(fitted))
  }
}
