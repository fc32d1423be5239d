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

  /// Local minima of the grid that are followed.
  private static let usualStarts = 6
  private static let probeRounds = 5
  private static let faceRounds = 3
  /// A simpler model whose residual sum is this many times the best is not gone on from.
  private static let nestedReach = 2.0
  private static let nestedRounds = 3

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
    var best: (point: [Double], outcome: LevenbergMarquardt.Outcome)?
    curve.withUnsafeBufferPointer { data in
      roots.withUnsafeBufferPointer { roots in
        var problem = Residuals(model: model, data: data, roots: roots)
        func follow(_ point: [Double], rounds: Int, held: (unknown: Int, value: Double)? = nil) -> (
          point: [Double], outcome: LevenbergMarquardt.Outcome
        ) {
          var point = point
          var search = search
          search.mostRounds = rounds
          if let held {
            search.lower[held.unknown] = held.value
            search.upper[held.unknown] = held.value
          }
          let outcome = point.withUnsafeMutableBufferPointer { search.minimise(&problem, from: $0) }
          return (point, outcome)
        }
        var energy = 0.0
        for i in data.indices { energy += roots[i] * roots[i] * data[i] * data[i] }
        // With next to no noise every start is far at first, and all are followed.
        func isFar(_ sum: Double, _ best: Double) -> Bool { sum > 20 * best && best > 1e-5 * energy }
        for start in model.grid.starts(curve, most: starts ?? Self.usualStarts) {
          var found = follow(model.point(start), rounds: starts == nil ? Self.probeRounds : search.mostRounds)
          if starts == nil, !found.outcome.converged {
            if let best, isFar(found.outcome.sum, best.outcome.sum) || Self.isSame(best.point, found.point) { continue }
            found = follow(found.point, rounds: search.mostRounds)
          }
          if found.outcome.sum < best?.outcome.sum ?? .infinity { best = found }
        }
        for nested in model.nested { searchBeside(nested) }
        searchFaces()

        // Where the simpler model nearly describes the curve, the grid is too coarse to tell what is best beside it.
        func searchBeside(_ nested: NestedModel) {
          guard let whole = best else { return }
          let simple = follow(nested.simpler(whole.point), rounds: search.mostRounds, held: (nested.closed, 0))
          if simple.outcome.sum < whole.outcome.sum { best = simple }
          guard let idle = nested.idle else {
            if simple.outcome.sum < whole.outcome.sum { best = follow(simple.point, rounds: search.mostRounds) }
            return
          }
          guard simple.outcome.sum < Self.nestedReach * whole.outcome.sum else { return }
          let near = nested.values.map { follow(nested.beside(simple.point, $0), rounds: Self.nestedRounds) }
          followLowest(near, below: simple.outcome.sum)
          // The idle unknown is held at first: where nearly nothing tells it, a step in it is a leap.
          let held = nested.slopes.map { value in
            var point = simple.point
            point[idle] = value
            var found = follow(point, rounds: Self.nestedRounds, held: (idle, value))
            found.outcome.converged = false
            return found
          }
          followLowest(held, below: simple.outcome.sum)
        }

        // What is lower than its neighbours, to the end.
        func followLowest(_ tried: [(point: [Double], outcome: LevenbergMarquardt.Outcome)], below limit: Double) {
          for (i, found) in tried.enumerated() where found.outcome.sum < limit {
            guard found.outcome.sum <= tried[max(i - 1, 0)].outcome.sum,
              found.outcome.sum < tried[min(i + 1, tried.count - 1)].outcome.sum || i + 1 == tried.count
            else { continue }
            let end = found.outcome.converged ? found : follow(found.point, rounds: search.mostRounds)
            if end.outcome.sum < best?.outcome.sum ?? .infinity { best = end }
          }
        }

        // A bound cuts valleys in two, and the parts may lie on different faces of the box: the best point is moved to
        // every face, for as long as that finds a lower sum. A free minimum inside the usual bounds shows no such cut,
        // and what the model is linear in makes no valleys.
        func searchFaces() {
          for _ in 0..<Self.faceRounds {
            guard let whole = best else { return }
            let curved = model.curved.filter { model.bounds[$0].lowerBound < model.bounds[$0].upperBound }
            guard isBoundedByUser || curved.contains(where: { isAtBound(whole.point, $0) }) else { return }
            for unknown in curved {
              let range = model.bounds[unknown]
              for value in [range.lowerBound, range.upperBound] where value != whole.point[unknown] {
                let face = follow(whole.point, rounds: search.mostRounds, held: (unknown, value))
                guard face.outcome.sum < best?.outcome.sum ?? .infinity else { continue }
                best = follow(face.point, rounds: search.mostRounds)
              }
            }
            if best?.outcome.sum == whole.outcome.sum { return }
          }
        }
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

  /// Whether two points lead to one solution.
  private static func isSame(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= 1e-3 * max(abs($0), abs($1)) }
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

  private struct Residuals<Model: NonlinearModel>: LeastSquaresProblem {
    let model: Model
    let data: UnsafeBufferPointer<Double>
    let roots: UnsafeBufferPointer<Double>
    var observations: Int { data.count }
    var unknowns: Int { model.bounds.count }

    func evaluate(
      _ point: UnsafeBufferPointer<Double>, residuals: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      model.evaluate(point, predicted: residuals, jacobian: jacobian)
      let n = data.count
      for i in 0..<n { residuals[i] = roots[i] * (residuals[i] - data[i]) }
      for j in 0..<point.count { for i in 0..<n { jacobian[j * n + i] *= roots[i] } }
    }
  }
}
