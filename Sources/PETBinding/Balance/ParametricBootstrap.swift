import Foundation
package import PETCore

/// The percentile interval of a log ratio over draws of both estimates from their errors.
///
/// A draw with b ≤ 0 counts as a log ratio of +inf, one with a ≤ 0 < b as one of -inf: where such draws are more than
/// half of what the level leaves out, that end is open, and says so by being infinite.
package struct ParametricBootstrap: Sendable, Equatable {
  package let low: Double
  package let high: Double
  /// Share of draws whose denominator is not above 0.
  package let undefined: Double

  /// - Parameters:
  ///   - name: of the region: each region has its own stream, whatever the order of rows.
  package init(
    _ a: Estimate, over b: Estimate, covariance: Double, level: Double, draws: Int, seed: UInt64, name: String
  ) {
    var random = SeededGenerator(seed: seed, stream: name)
    let size = a.standardError * b.standardError
    let correlation = size > 0 ? max(-1, min(1, covariance / size)) : 0
    let rest = (1 - correlation * correlation).squareRoot()
    var below = 0
    var ratios = [Double](repeating: 0, count: draws)
    for i in 0..<draws {
      let (u, v) = (random.normal(), random.normal())
      let x = a.value + a.standardError * u
      let y = b.value + b.standardError * (correlation * u + rest * v)
      if y <= 0 { below += 1 }
      ratios[i] = y <= 0 ? .infinity : x <= 0 ? -.infinity : log(x / y)
    }
    ratios.sort()
    undefined = Double(below) / Double(draws)
    let ends = (Self.percentile(ratios, (1 - level) / 2), Self.percentile(ratios, (1 + level) / 2))
    // Where nearly every draw has no log ratio nothing is excluded.
    (low, high) = ends.0 == ends.1 && ends.0.isInfinite ? (-.infinity, .infinity) : ends
  }

  /// Between order statistics linearly, but not across an infinite one.
  private static func percentile(_ sorted: [Double], _ p: Double) -> Double {
    let place = p * Double(sorted.count - 1)
    let i = Int(place)
    let next = min(i + 1, sorted.count - 1)
    guard sorted[i].isFinite, sorted[next].isFinite else { return sorted[p < 0.5 ? i : next] }
    return sorted[i] + (place - Double(i)) * (sorted[next] - sorted[i])
  }
}
