import PETCore

/// The search of a nonlinear model's lowest residual sum: from local minima of a grid, beside the simpler models within it,
/// and on the faces of its box.
struct StartSearch<Model: NonlinearStarts> {
  typealias Found = (point: [Double], outcome: LevenbergMarquardt.Outcome)

  /// Local minima of the grid that are followed.
  static var usualStarts: Int { 6 }
  private static var probeRounds: Int { 5 }
  private static var faceRounds: Int { 3 }
  /// A simpler model whose residual sum is this many times the best is not gone on from.
  private static var nestedReach: Double { 2 }
  private static var nestedRounds: Int { 3 }

  private let descent: LevenbergMarquardt
  private let starts: Int?
  private let isBoundedByUser: Bool
  private var best: Found?
  private let model: Model
  private var problem: Residuals<Model>

  /// - Parameter starts: local minima that are followed, all of them to the end; nil for the usual few, of which those
  ///   that fall behind are left.
  init(_ problem: Residuals<Model>, _ descent: LevenbergMarquardt, starts: Int?, isBoundedByUser: Bool) {
    self.problem = problem
    model = problem.model
    self.descent = descent
    self.starts = starts
    self.isBoundedByUser = isBoundedByUser
  }

  /// The lowest that is found; nil when no start leads anywhere.
  mutating func run(_ minima: [StartGrid.Start]) -> Found? {
    // With next to no noise every start is far at first, and all are followed.
    let energy = problem.energy
    func isFar(_ sum: Double, _ best: Double) -> Bool { sum > 20 * best && best > 1e-5 * energy }
    for start in minima {
      var found = follow(model.point(start), rounds: starts == nil ? Self.probeRounds : descent.mostRounds)
      if starts == nil, !found.outcome.converged {
        if let best, isFar(found.outcome.sum, best.outcome.sum) || Self.isSame(best.point, found.point) { continue }
        found = follow(found.point, rounds: descent.mostRounds)
      }
      keep(found)
    }
    for nested in model.nested { searchBeside(nested) }
    searchFaces()
    return best
  }

  private mutating func keep(_ found: Found) { if found.outcome.sum < best?.outcome.sum ?? .infinity { best = found } }

  private mutating func follow(_ point: [Double], rounds: Int, held: (unknown: Int, value: Double)? = nil) -> Found {
    var point = point
    var descent = descent
    descent.mostRounds = rounds
    if let held {
      descent.lower[held.unknown] = held.value
      descent.upper[held.unknown] = held.value
    }
    let outcome = point.withUnsafeMutableBufferPointer { descent.minimise(&problem, from: $0) }
    return (point, outcome)
  }

  /// Where the simpler model nearly describes the curve, the grid is too coarse to tell what is best beside it.
  private mutating func searchBeside(_ nested: NestedModel) {
    guard let whole = best else { return }
    let simple = follow(nested.simpler(whole.point), rounds: descent.mostRounds, held: (nested.closed, 0))
    if simple.outcome.sum < whole.outcome.sum { best = simple }
    guard let idle = nested.idle else {
      if simple.outcome.sum < whole.outcome.sum { best = follow(simple.point, rounds: descent.mostRounds) }
      return
    }
    guard simple.outcome.sum < Self.nestedReach * whole.outcome.sum else { return }
    var near: [Found] = []
    for value in nested.values {
      near.append(follow(nested.beside(simple.point, value), rounds: Self.nestedRounds))
    }
    followLowest(near, below: simple.outcome.sum)
    // The idle unknown is held at first: where nearly nothing tells it, a step in it is a leap.
    var held: [Found] = []
    for value in nested.slopes {
      var point = simple.point
      point[idle] = value
      var found = follow(point, rounds: Self.nestedRounds, held: (idle, value))
      found.outcome.converged = false
      held.append(found)
    }
    followLowest(held, below: simple.outcome.sum)
  }

  /// What is lower than its neighbours, to the end.
  private mutating func followLowest(_ tried: [Found], below limit: Double) {
    for (i, found) in tried.enumerated() where found.outcome.sum < limit {
      guard found.outcome.sum <= tried[max(i - 1, 0)].outcome.sum,
        found.outcome.sum < tried[min(i + 1, tried.count - 1)].outcome.sum || i + 1 == tried.count
      else { continue }
      keep(found.outcome.converged ? found : follow(found.point, rounds: descent.mostRounds))
    }
  }

  /// A bound cuts valleys in two, and the parts may lie on different faces of the box: the best point is moved to every
  /// face, for as long as that finds a lower sum.
  ///
  /// A free minimum inside the usual bounds shows no such cut, and what the model is linear in makes no valleys.
  private mutating func searchFaces() {
    for _ in 0..<Self.faceRounds {
      guard let whole = best else { return }
      let curved = model.curved.filter { model.bounds[$0].lowerBound < model.bounds[$0].upperBound }
      guard isBoundedByUser || curved.contains(where: { model.bounds[$0].hasEnd(at: whole.point[$0]) }) else { return }
      for unknown in curved {
        let range = model.bounds[unknown]
        for value in [range.lowerBound, range.upperBound] where value != whole.point[unknown] {
          let face = follow(whole.point, rounds: descent.mostRounds, held: (unknown, value))
          guard face.outcome.sum < best?.outcome.sum ?? .infinity else { continue }
          best = follow(face.point, rounds: descent.mostRounds)
        }
      }
      if best?.outcome.sum == whole.outcome.sum { return }
    }
  }

  /// Whether two points lead to one solution.
  private static func isSame(_ a: [Double], _ b: [Double]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= 1e-3 * max(abs($0), abs($1)) }
  }
}

/// The weighted residuals of a model on one curve.
struct Residuals<Model: NonlinearModel>: LeastSquaresProblem {
  let model: Model
  let data: UnsafeBufferPointer<Double>
  let roots: UnsafeBufferPointer<Double>
  var observations: Int { data.count }
  var unknowns: Int { model.bounds.count }

  /// Weighted sum of squares of the curve itself.
  var energy: Double {
    var energy = 0.0
    for i in data.indices { energy += roots[i] * roots[i] * data[i] * data[i] }
    return energy
  }

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
