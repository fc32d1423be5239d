import PETCore

/// p values of the last coefficient of a linear model by permutation (Freedman and Lane 1983,
/// doi:10.1080/07350015.1983.10509354; Winkler 2014, doi:10.1016/j.neuroimage.2014.01.060).
///
/// Residuals of the model without the coefficient are shuffled, or change signs where persons are their own controls;
/// the statistic is |t|. Responses of the same persons, and regions with the same persons, see the same shuffles.
struct Permutation {
  /// Of each response by itself.
  let probabilities: [Double]
  /// The smallest that each of them can be with these data and arrangements.
  let least: [Double]
  /// Of each response among all: of a largest |t| over the responses as large as its own (Westfall and Young 1993,
  /// ISBN 0-471-55761-7; single step), however they depend on each other.
  let joint: [Double]
  /// Of the sum of t² over the responses.
  let combined: Double

  /// Up to this many persons all 2ⁿ sign changes are gone through.
  private static let mostEnumerated = 13

  /// - Parameters:
  ///   - responses: each with a value of every row of the model.
  ///   - count: of random arrangements; where there are no more than that (of signs: up to `mostEnumerated` persons), all are gone
  ///     through.
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
    let together = observed.reduce(0, +)
    var own = observed.map { _ in 0 }
    var largest = own
    var beyond = 0
    // The most extreme arrangement of each response, and how often it was met.
    var extreme = observed.map { _ in (value: 0.0, times: 0) }
    func tally(_ arrangement: ([Double]) -> [Double]) {
      let found = residuals.map { statistic(arrangement($0)) }
      let most = found.max() ?? 0
      if found.reduce(0, +) >= together { beyond += 1 }
      for i in observed.indices {
        if found[i] >= observed[i] { own[i] += 1 }
        if most >= observed[i] { largest[i] += 1 }
        if found[i] > extreme[i].value * (1 + 1e-9) {
          extreme[i] = (found[i], 1)
        } else if found[i] >= extreme[i].value * (1 - 1e-9) {
          extreme[i].times += 1
        }
      }
    }
    if let all = Arrangements(model, isPaired: isPaired, most: isPaired ? 1 << Self.mostEnumerated : count) {
      all.forEach(tally)
      let total = Double(all.count)
      probabilities = own.map { Double($0) / total }
      least = extreme.map { Double($0.times) / total }
      joint = largest.map { Double($0) / total }
      combined = Double(beyond) / total
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
    least = own.map { _ in 1 / Double(count + 1) }
    joint = largest.map { Double($0 + 1) / Double(count + 1) }
    combined = Double(beyond + 1) / Double(count + 1)
  }
}
