import PETCore

/// How far the choices of an analysis move a measure in one region, over all combinations of them.
package struct UniverseSpread: Sendable {
  /// Universes, and those that tell the measure.
  package let universes: Int
  package let told: Int
  /// Persons with a value in every universe that tells any.
  package let persons: Int
  /// Of the mean over those persons.
  package let median: Double
  package let least: Double
  package let most: Double
  package let sd: Double
  /// One for each choice: the share of the variance between universes that its main effect has (η²); NaN without spread.
  package let shares: [Double]

  /// The choice that moves the measure most; nil without spread.
  package var mostMoving: Int? {
    shares.indices.filter { shares[$0].isFinite }.max { (shares[$0], $1) < (shares[$1], $0) }
  }

  /// - Parameters:
  ///   - values: universes x persons; NaN where there is none.
  ///   - choices: universes x choices.
  package init(_ values: [[Double]], choices: [[String]]) {
    universes = values.count
    let open = values.indices.filter { u in values[u].contains { $0.isFinite } }
    told = open.count
    let common = (values.first ?? []).indices.filter { person in open.allSatisfy { values[$0][person].isFinite } }
    persons = open.isEmpty ? 0 : common.count
    let count = choices.first?.count ?? 0
    guard !open.isEmpty, !common.isEmpty else {
      (median, least, most, sd) = (.nan, .nan, .nan, .nan)
      shares = [Double](repeating: .nan, count: count)
      return
    }
    let means = open.map { u in common.reduce(0) { $0 + values[u][$1] } / Double(common.count) }
    let sorted = means.sorted()
    median = Order.quantile(sorted, 0.5)
    least = sorted[0]
    most = sorted[sorted.count - 1]
    let all = Moments(means)
    sd = all.sd
    let total = means.reduce(0) { $0 + ($1 - all.mean) * ($1 - all.mean) }
    shares = (0..<count).map { choice in
      guard total > 1e-24 * all.mean * all.mean * Double(means.count) else { return .nan }
      // Where a model has no use for it a choice has no effect: only the others tell it.
      let using = open.indices.filter { choices[open[$0]][choice] != "n/a" }
      let centre = using.reduce(0) { $0 + means[$1] } / Double(max(1, using.count))
      let groups = Dictionary(grouping: using, by: { choices[open[$0]][choice] }).sorted { $0.key < $1.key }
      let between = groups.reduce(0) { sum, group in
        let mean = group.value.reduce(0) { $0 + means[$1] } / Double(group.value.count)
        return sum + Double(group.value.count) * (mean - centre) * (mean - centre)
      }
      // What is left of rounding is no share.
      return between > 1e-12 * total ? between / total : 0
    }
  }
}
