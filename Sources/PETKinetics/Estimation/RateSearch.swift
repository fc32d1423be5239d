import Foundation

/// The profile of a model that is linear but for one rate: at a rate, the best linear parameters.
protocol RateProfile {
  /// Weighted residual sum at a rate.
  func residualSum(atGrid index: Int) -> Double
  /// Residual sum, and its derivative by the rate with the linear parameters at their best.
  mutating func evaluate(rate: Double) -> (sum: Double, slope: Double)
}

/// The global minimum over one rate by variable projection.
///
/// Every local minimum of a logarithmic grid is refined on the derivative of the profile, and the lowest wins: no
/// starting values. Source: Golub and Pereyra 1973, doi:10.1137/0710036.
enum RateSearch {
  /// Steps of the grid; neighbouring rates differ by about 14 %, far less than a profile's curvature can hide.
  static let steps = 64

  static func grid(_ bounds: ClosedRange<Double>) -> [Double] {
    let low = log(bounds.lowerBound)
    let step = (log(bounds.upperBound) - low) / Double(steps - 1)
    var rates = (0..<steps).map { exp(low + step * Double($0)) }
    rates[0] = bounds.lowerBound
    rates[steps - 1] = bounds.upperBound
    return rates
  }

  static func minimise<Profile: RateProfile>(_ profile: inout Profile, grid: [Double]) -> (
    rate: Double, atBound: Bool
  ) {
    var best = (rate: grid[0], sum: Double.infinity, atBound: true)
    var before = Double.infinity
    var here = profile.residualSum(atGrid: 0)
    for i in grid.indices {
      let after = i + 1 < grid.count ? profile.residualSum(atGrid: i + 1) : .infinity
      if here <= before, here <= after, here.isFinite {
        let refined = refine(&profile, low: grid[max(i - 1, 0)], high: grid[min(i + 1, grid.count - 1)])
        let edge = (i == 0 || i == grid.count - 1) && (refined.rate == grid[0] || refined.rate == grid[grid.count - 1])
        if refined.sum < best.sum { best = (refined.rate, refined.sum, edge) }
      }
      before = here
      here = after
    }
    return (best.rate, best.atBound)
  }

  /// The zero of the slope between two rates by bisection and secant (regula falsi, Illinois); the better end if none.
  private static func refine<Profile: RateProfile>(_ profile: inout Profile, low: Double, high: Double) -> (
    rate: Double, sum: Double
  ) {
    var a = low
    var b = high
    let atLow = profile.evaluate(rate: a)
    let atHigh = profile.evaluate(rate: b)
    // Without a change of sign the minimum is at an end, unless bounds of the linear part bend the profile.
    guard atLow.slope < 0, atHigh.slope > 0 else { return golden(&profile, low: low, high: high) }
    var slopeA = atLow.slope
    var slopeB = atHigh.slope
    var side = 0
    for round in 0..<100 {
      let secant = (a * slopeB - b * slopeA) / (slopeB - slopeA)
      let rate = round % 4 == 3 || !(secant > a && secant < b) ? (a * b).squareRoot() : secant
      let slope = profile.evaluate(rate: rate).slope
      if slope == 0 || b - a <= 4 * rate.ulp { return (rate, profile.evaluate(rate: rate).sum) }
      if slope < 0 {
        a = rate
        slopeA = slope
        if side == -1 { slopeB /= 2 }
        side = -1
      } else {
        b = rate
        slopeB = slope
        if side == 1 { slopeA /= 2 }
        side = 1
      }
      if b - a <= 1e-14 * b { break }
    }
    let rate = (a + b) / 2
    return (rate, profile.evaluate(rate: rate).sum)
  }

  /// Golden-section search for profiles whose slope has no zero inside.
  private static func golden<Profile: RateProfile>(_ profile: inout Profile, low: Double, high: Double) -> (
    rate: Double, sum: Double
  ) {
    let ratio = (5.0.squareRoot() - 1) / 2
    var a = low
    var b = high
    var left = b - ratio * (b - a)
    var right = a + ratio * (b - a)
    var sumLeft = profile.evaluate(rate: left).sum
    var sumRight = profile.evaluate(rate: right).sum
    for _ in 0..<60 {
      if sumLeft < sumRight {
        b = right
        right = left
        sumRight = sumLeft
        left = b - ratio * (b - a)
        sumLeft = profile.evaluate(rate: left).sum
      } else {
        a = left
        left = right
        sumLeft = sumRight
        right = a + ratio * (b - a)
        sumRight = profile.evaluate(rate: right).sum
      }
    }
    var best = (rate: (a + b) / 2, sum: profile.evaluate(rate: (a + b) / 2).sum)
    for end in [low, high] {
      let sum = profile.evaluate(rate: end).sum
      if sum <= best.sum { best = (end, sum) }
    }
    return best
  }
}
