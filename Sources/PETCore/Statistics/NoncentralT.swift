import Foundation

/// Student's t where there is an effect: (Z + δ)/s, with s² a chi-squared over its degrees of freedom.
///
/// P(T <= t) is the integral of Φ(t s - δ) over the density of s, by Gauss and Legendre's rule in pieces about where the integrand
/// turns; within 1e-12 of values with 40 digits.
package enum NoncentralT {
  /// P(T <= t); NaN without degrees of freedom.
  ///
  /// - Parameter noncentrality: δ, the effect in its own standard errors.
  package static func lower(_ t: Double, freedom: Double, noncentrality: Double) -> Double {
    guard freedom > 0, t.isFinite, noncentrality.isFinite else { return .nan }
    let normal = { (z: Double) in 0.5 * erfc(-z / 2.0.squareRoot()) }
    guard freedom.isFinite else { return normal(t - noncentrality) }
    let spread = 1 / (2 * freedom).squareRoot()
    let (low, high) = (max(0, 1 - 13 * spread), 1 + 13 * spread)
    let turns = t == 0 ? [] : [-7, -3, -1, 0, 1, 3, 7].map { (noncentrality + $0) / t }
    let even = (0...8).map { low + (high - low) * Double($0) / 8 }
    let edges = (even + turns.filter { $0 > low && $0 < high }).sorted()
    // But for a constant, which is divided out: that of large degrees of freedom has no digits to spare.
    func density(_ s: Double) -> Double { exp((freedom - 1) * log(s) - freedom / 2 * (s * s - 1)) }
    var (sum, whole) = (0.0, 0.0)
    for (a, b) in zip(edges, edges.dropFirst()) {
      sum += GaussLegendre.integral(from: a, to: b) { density($0) * normal(t * $0 - noncentrality) }
      whole += GaussLegendre.integral(from: a, to: b, of: density)
    }
    return min(1, max(0, sum / whole))
  }

  /// Probability that |T| reaches the two-sided quantile of Student's t.
  package static func power(freedom: Double, noncentrality: Double, alpha: Double) -> Double {
    guard freedom > 0 else { return .nan }
    let limit = Quantile.twoSided(level: 1 - alpha, degreesOfFreedom: freedom)
    return 1 - lower(limit, freedom: freedom, noncentrality: noncentrality)
      + lower(-limit, freedom: freedom, noncentrality: noncentrality)
  }

  /// The noncentralities that a t is no more than (1 - level)/2 away from, at either end.
  package static func limits(_ t: Double, freedom: Double, level: Double) -> (low: Double, high: Double) {
    guard freedom > 0, t.isFinite else { return (.nan, .nan) }
    func noncentrality(_ probability: Double) -> Double {
      // It falls as δ grows.
      let reach = 12 + abs(t) * 12
      return LineSearch.zero(t - reach...t + reach) {
        probability - lower(t, freedom: freedom, noncentrality: $0)
      }
    }
    let tail = (1 - level) / 2
    return (noncentrality(1 - tail), noncentrality(tail))
  }
}
