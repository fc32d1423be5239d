import Foundation
package import PETCore

/// One independent error and what it does to the two estimates of a ratio.
package struct BudgetTerm: Sendable {
  package let effect: BudgetEffect
  package let component: String
  /// Of one standard deviation; nil where the error does not touch the estimate.
  package let numerator: LogResponse?
  package let denominator: LogResponse?

  package init(_ effect: BudgetEffect, _ component: String, numerator: LogResponse?, denominator: LogResponse?) {
    (self.effect, self.component) = (effect, component)
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  /// Of the log ratio.
  package var response: LogResponse {
    LogResponse(
      slope: (numerator?.slope ?? 0) - (denominator?.slope ?? 0),
      bend: (numerator?.bend ?? 0) - (denominator?.bend ?? 0))
  }

  /// How much the two sides' common error takes from the variance, or adds to it: -2 g_a g_b.
  var correlated: Double { -2 * (numerator?.slope ?? 0) * (denominator?.slope ?? 0) }
}

/// The statistical error of a ratio and stated errors of other kinds together: a budget, and never a total.
///
/// First order: exp(L ± c √(SE² + Σ g²)) with g the change of L for one standard deviation of each independent error, and c with
/// the statistical degrees of freedom (GUM, JCGM 100:2008, 5.1). Where an error up and down do not do the same, its distribution
/// is carried through instead (JCGM 101:2008), by seeded draws.
package struct RatioBudget: Sendable {
  package enum Method: String, Sendable {
    case firstOrder = "first-order"
    case sampled
  }

  /// Of the ratio.
  package let low: Double
  package let high: Double
  package let method: Method
  /// SD of the log ratio.
  package let error: Double
  /// Of its variance, by effect, noise first; what both scans share is within, and they sum to 1.
  package let shares: [(name: String, share: Double)]
  /// Of its variance, what errors common to both scans take from it (below 0) or add.
  package let correlated: Double
  /// The effect that was sampled and weighs most; nil to first order.
  package let bent: String?

  /// The statistical error among the shares.
  package static let noise = "noise"
  /// Difference of the changes up and down, of the larger, from which an effect is sampled.
  static let largestDifference = 0.3
  /// Share of the variance below which it does not matter.
  static let leastShare = 0.01
  static let draws = 20_000

  /// Nil where a term is not known.
  ///
  /// - Parameters:
  ///   - logRatio: with its statistical error.
  ///   - freedom: of Student's t; infinite for the normal quantile.
  ///   - name: of the stream of draws.
  package init?(_ logRatio: Estimate, terms: [BudgetTerm], level: Double, freedom: Double, name: String) {
    let responses = terms.map(\.response)
    let own = logRatio.standardError * logRatio.standardError
    let whole = responses.reduce(own) { $0 + $1.variance }
    guard logRatio.value.isFinite, whole.isFinite, whole > 0 else { return nil }
    let bent = zip(terms, responses).filter { Self.isBent($0.1, of: whole) }
    let straight = responses.filter { !Self.isBent($0, of: whole) }.reduce(0) { $0 + $1.slope * $1.slope }
    let variance = own + straight + bent.reduce(0) { $0 + $1.1.variance }
    error = variance.squareRoot()
    var sums: [String: Double] = [:]
    for (term, response) in zip(terms, responses) {
      let part = Self.isBent(response, of: whole) ? response.variance : response.slope * response.slope
      sums[term.effect.key, default: 0] += part
    }
    shares =
      [(Self.noise, own / variance)]
      + BudgetEffect.all.compactMap { effect in sums[effect.key].map { (effect.key, $0 / variance) } }
    correlated = terms.reduce(0) { $0 + $1.correlated } / variance
    method = bent.isEmpty ? .firstOrder : .sampled
    self.bent = bent.max { $0.1.variance < $1.1.variance }?.0.effect.key
    if bent.isEmpty {
      let reach = Quantile.twoSided(level: level, degreesOfFreedom: freedom) * error
      (low, high) = (exp(logRatio.value - reach), exp(logRatio.value + reach))
    } else {
      let ends = Self.limits(
        logRatio, straight: straight.squareRoot(), bent: bent.map(\.1), level: level, freedom: freedom, name: name)
      (low, high) = (exp(ends.low), exp(ends.high))
    }
  }

  private static func isBent(_ response: LogResponse, of variance: Double) -> Bool {
    let (up, down) = (abs(response(1)), abs(response(-1)))
    // Changes to one side alone are as bent as can be.
    let isOneSided = response(1) * response(-1) > 0
    return (isOneSided || abs(up - down) > largestDifference * max(up, down))
      && max(up, down) * max(up, down) > leastShare * variance
  }

  /// - Parameters:
  ///   - straight: SD of all errors to first order.
  ///   - bent: what is carried through.
  private static func limits(
    _ logRatio: Estimate, straight: Double, bent: [LogResponse], level: Double, freedom: Double, name: String
  ) -> (low: Double, high: Double) {
    var random = SeededGenerator(seed: 1, stream: name)
    var values: [Double] = []
    values.reserveCapacity(draws)
    for _ in 0..<draws {
      var value = logRatio.value + logRatio.standardError * studentT(freedom, &random) + straight * random.normal()
      for response in bent { value += response(random.normal()) }
      values.append(value)
    }
    values.sort()
    return (Order.quantile(values, (1 - level) / 2), Order.quantile(values, (1 + level) / 2))
  }

  /// A deviate of Student's t (Bailey 1994, Math Comp 62:779).
  private static func studentT(_ freedom: Double, _ random: inout SeededGenerator) -> Double {
    guard freedom.isFinite else { return random.normal() }
    let radius = (freedom * (pow(random.uniform(), -2 / freedom) - 1)).squareRoot()
    return radius * cos(2 * Double.pi * random.uniform())
  }
}
