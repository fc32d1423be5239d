import Foundation

/// Pearson's correlation of two quantities, with limits by Fisher's transformation.
package struct Correlation: Sendable {
  package let count: Int
  package let value: Double
  package let low: Double
  package let high: Double
  /// Two-sided, by Student's t with count - 2 degrees of freedom.
  package let probability: Double

  /// Pairs with a value that is not finite do not count; fewer than four make no correlation.
  package init(_ x: [Double], _ y: [Double], level: Double = 0.95) {
    let used = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
    count = used.count
    let n = Double(used.count)
    let (mx, my) = (used.reduce(0) { $0 + x[$1] } / n, used.reduce(0) { $0 + y[$1] } / n)
    var (sxx, syy, sxy) = (0.0, 0.0, 0.0)
    for i in used {
      sxx += (x[i] - mx) * (x[i] - mx)
      syy += (y[i] - my) * (y[i] - my)
      sxy += (x[i] - mx) * (y[i] - my)
    }
    guard used.count >= 4, sxx > 0, syy > 0 else {
      (value, low, high, probability) = (.nan, .nan, .nan, .nan)
      return
    }
    let r = max(-1, min(1, sxy / (sxx * syy).squareRoot()))
    value = r
    (low, high) = Self.limits(r, count: n, level: level)
    probability = Distribution.twoSidedT(r * ((n - 2) / (1 - r * r)).squareRoot(), n - 2)
  }

  /// Fisher's limits (1921): atanh(r) ± z/√(n - 3); for a partial correlation n is less by each variable held.
  package static func limits(_ r: Double, count n: Double, level: Double) -> (low: Double, high: Double) {
    guard n > 3, abs(r) < 1 else { return (.nan, .nan) }
    let half = Quantile.twoSided(level: level, degreesOfFreedom: .infinity) / (n - 3).squareRoot()
    return (tanh(atanh(r) - half), tanh(atanh(r) + half))
  }
}
