import PETCore

/// What the k2' that stands for all regions does to their outcome, where regions differ in it.
package struct ReferenceRateEffect: Sendable {
  /// Change of the outcome for a k2' that is one SD between regions higher: median over regions and the largest, as shares.
  package let median: Double
  package let largest: Double
  package let region: String
  /// Median change for the k2' that weights with that spread give; NaN where it is the one that stands.
  package let byWeights: Double
  /// Symbol of the outcome.
  package let outcome: String

  /// - Parameters:
  ///   - refits: the regions with another k2', 1/s.
  ///   - outcome: of the card.
  init?(
    _ fits: [CurveFit], outcome: String, rate: ReferenceRate, refits: (Double) throws(PETError) -> [CurveFit?]
  ) throws(PETError) {
    guard let spread = rate.spread, spread.isUneven else { return nil }
    func changes(_ other: Double) throws(PETError) -> [(region: String, share: Double)] {
      zip(fits, try refits(other)).compactMap { before, after in
        guard before.status == .converged, let after, after.status.hasEstimates else { return nil }
        let share = after.estimate(outcome).value / before.estimate(outcome).value - 1
        return share.isFinite ? (before.region, share) : nil
      }
    }
    let up = try changes(rate.value * (1 + spread.between))
    guard let most = up.max(by: { abs($0.share) < abs($1.share) }) else { return nil }
    self.outcome = outcome
    median = Order.quantile(up.map { abs($0.share) }.sorted(), 0.5)
    (largest, region) = (most.share, most.region)
    let isEven = abs(spread.even / rate.value - 1) < 1e-9
    byWeights = isEven ? .nan : Order.quantile(try changes(spread.even).map(\.share).sorted(), 0.5)
  }

  /// - Parameters:
  ///   - rate: that stands, 1/s.
  ///   - even: by weights that hold the spread, 1/s.
  func words(rate: Double, even: Double) -> String {
    func percent(_ share: Double) -> String { NumberText.short(Rounding.significant(100 * share, digits: 2)) + " %" }
    func perMinute(_ rate: Double) -> String { NumberText.short(Rounding.significant(rate * 60, digits: 3)) }
    let weights =
      byWeights.isFinite
      ? "; weights that hold this spread give k2' \(perMinute(even)) for \(perMinute(rate)) 1/min and move \(outcome) by "
        + "\(percent(byWeights)) (k2prime: \(ReferenceRateRule.Average.randomEffects.rawValue))" : ""
    return "one SD moves \(outcome) by \(percent(median)) in the median and \(percent(largest)) in \(region)" + weights
  }
}
