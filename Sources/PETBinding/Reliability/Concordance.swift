import Foundation
import PETCore

/// Lin's concordance correlation: how far pairs lie from the line of equality (1989, doi:10.2307/2532051).
///
/// 2 s_xy/(s_x² + s_y² + (mean_x - mean_y)²) with moments over n. Limits by Fisher's transformation with the error of the correction
/// of 2000 (doi:10.1111/j.0006-341X.2000.00324.x), by Student's t with n - 2 degrees of freedom in place of the normal quantile: with 5 to 15 persons
/// these hold 93 to 98 % (normal: 84 to 94 %, simulated).
package struct Concordance: Sendable {
  package let interval: Reliability.Interval

  /// - Parameters:
  ///   - a: finite values, person after person.
  ///   - b: those to be equal to them.
  init(_ a: [Double], _ b: [Double], level: Double) {
    let n = Double(a.count)
    let (ma, mb) = (Moments(a).mean, Moments(b).mean)
    func sum(_ term: (Double, Double) -> Double) -> Double {
      zip(a, b).reduce(0) { $0 + term($1.0 - ma, $1.1 - mb) } / n
    }
    let (xx, yy, xy) = (sum { x, _ in x * x }, sum { _, y in y * y }, sum { x, y in x * y })
    let value = 2 * xy / (xx + yy + (ma - mb) * (ma - mb))
    let r = xy / (xx * yy).squareRoot()
    guard a.count > 3, abs(value) < 1, value != 0 else {
      interval = .init(value: value, low: .nan, high: .nan)
      return
    }
    let shift: Double = (ma - mb) * (ma - mb) / (xx * yy).squareRoot()
    let square = value * value
    let first: Double = (1 - r * r) * square * (1 - square) / (r * r)
    let second: Double = 2 * square * value * (1 - value) * shift / r
    let third: Double = square * square * shift * shift / (2 * r * r)
    let error = ((first + second - third) / (n - 2)).squareRoot() / (1 - square)
    let half = Quantile.twoSided(level: level, degreesOfFreedom: n - 2) * error
    interval = .init(value: value, low: tanh(atanh(value) - half), high: tanh(atanh(value) + half))
  }
}
