import PETCore

/// p values of the last coefficient of a linear model by permutation (Freedman and Lane 1983,
/// doi:10.1080/07350015.1983.10509354; Winkler 2014, doi:10.1016/j.neuroimage.2014.01.060).
///
/// Residuals of the model without the coefficient are shuffled, or change signs where persons are their own controls;
/// the statistic is |t|. Responses of the same persons, and regions with the same persons, see the same shuffles.
struct Permutation {
  /// Of each response by itself.
  let probabilities: [Double]
  /// Of each response among all: of a largest |t| over the responses as large as its own (Westfall and Young 1993,
  /// ISBN 0-471-55761-7; single step), however they depend on each other.
  let joint: [Double]

  /// Up to this many persons all 2ⁿ sign changes are gone through.
  private static let mostEnumerated = 13

  /// - Parameter responses: each with a value of every row of the model.
  init(_ model: LinearRegression, _ responses: [[Double]], isPaired: Bool, count: Int, seed: UInt64) {
    let residuals = responses.map(model.residualsWithoutLast)
    let direction = model.lastDirection
    let freedom = Double(model.freedom)
    /// t² of a response.
    func statistic(_ response: [Double]) -> Double {
      let rest = model.residualsWithoutLast(response)
      let share = LinearRegression.dot(direction, rest)
      let left = max(0, LinearRegression.dot(rest, rest) - share * share)
      return share * share * freedom / max(left, 1e-300)
    }
    let observed = residuals.map { statistic($0) * (1 - 1e-9) }
    var own = observed.map { _ in 0 }
    var largest = own
    func tally(_ arrangement: ([Double]) -> [Double]) {
      let found = residuals.map { statistic(arrangement($0)) }
      let most = found.max() ?? 0
      for i in observed.indices {
        if found[i] >= observed[i] { own[i] += 1 }
        if most >= observed[i] { largest[i] += 1 }
      }
    }
    if isPaired, model.rows <= Self.mostEnumerated {
      let all = 1 << model.rows
      for mask in 0..<all {
        tally { values in values.indices.map { mask >> $0 & 1 == 1 ? -values[$0] : values[$0] } }
      }
      probabilities = own.map { Double($0) / Double(all) }
      joint = largest.map { Double($0) / Double(all) }
      return
    }
    var random = SeededGenerator(seed: seed)
    var order = Array(0..<model.rows)
    var signs = order.map { _ in false }
    for _ in 0..<count {
      if isPaired {
        for i in signs.indices { signs[i] = random.next() & 1 == 1 }
        tally { values in values.indices.map { signs[$0] ? -values[$0] : values[$0] } }
      } else {
        random.shuffle(&order)
        tally { values in order.map { values[$0] } }
      }
    }
    probabilities = own.map { Double($0 + 1) / Double(count + 1) }
    joint = largest.map { Double($0 + 1) / Double(count + 1) }
  }
}
