import Foundation

/// Derivatives of the logarithm of the gamma function, of positive numbers.
///
/// Raised by the recurrences (DLMF 5.15.5) to 10 or more, and there by their asymptotic series (DLMF 5.15.8): relative errors are
/// below 2e-13, the largest at 10.
package enum Polygamma {
  /// The first derivative, psi.
  package static func digamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum -= 1 / x
      x += 1
    }
    let y = 1 / (x * x)
    let series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * 691 / 32760)))))
    return sum + log(x) - 0.5 / x - series
  }

  /// The second derivative.
  package static func trigamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum += 1 / (x * x)
      x += 1
    }
    let y = 1 / (x * x)
    let series = y * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * (5 / 66 - y * 691 / 2730)))))
    return sum + (1 + series) / x + 0.5 * y
  }

  /// The third derivative.
  package static func tetragamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    var (x, sum) = (x, 0.0)
    while x < 10 {
      sum -= 2 / (x * x * x)
      x += 1
    }
    let y = 1 / (x * x)
    let series = y * (1 / 2 - y * (1 / 6 - y * (1 / 6 - y * (3 / 10 - y * (5 / 6 - y * 691 / 210)))))
    return sum - y * (1 + 1 / x + series)
  }
}
