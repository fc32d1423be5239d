import CCDF
import Foundation

/// The library of distribution functions keeps its search state in static variables: one caller at a time.
///
/// (The place of an empty value is the lock's own to a race detector: the value is a number.)
private let library = Locked(0)

/// Probabilities of test statistics.
package enum Distribution {
  /// P(F > f) with the given degrees of freedom; NaN where there are none.
  package static func upperF(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double {
    guard f.isFinite, f >= 0, numerator > 0, denominator > 0 else { return .nan }
    var which: Int32 = 1
    var p = 0.0
    var q = 0.0
    var (f, dfn, dfd) = (f, numerator, denominator)
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdff(&which, &p, &q, &f, &dfn, &dfd, &status, &bound) }
    return status == 0 ? q : .nan
  }

  /// P(X <= x) of a gamma distribution with unit rate, and its complement.
  package static func gamma(_ x: Double, shape: Double) -> (lower: Double, upper: Double) {
    guard x > 0 else { return (0, 1) }
    guard x < 1e8, shape > 0 else { return x >= 1e8 && shape > 0 ? (1, 0) : (.nan, .nan) }
    var which: Int32 = 1
    var p = 0.0
    var q = 0.0
    var (x, shape, rate) = (x, shape, 1.0)
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdfgam(&which, &p, &q, &x, &shape, &rate, &status, &bound) }
    return status == 0 ? (p, q) : (.nan, .nan)
  }

  /// P(|T| > |t|) of Student's t; the normal one for infinite degrees of freedom.
  package static func twoSidedT(_ t: Double, _ degreesOfFreedom: Double) -> Double {
    guard degreesOfFreedom.isFinite else { return twoSidedNormal(t) }
    return t.isInfinite ? 0 : upperF(t * t, 1, degreesOfFreedom)
  }

  /// P(|Z| > z) of a standard normal deviate.
  package static func twoSidedNormal(_ z: Double) -> Double { erfc(abs(z) / 2.0.squareRoot()) }
}

/// Quantiles of the distributions behind confidence limits.
package enum Quantile {

  /// Standard normal quantile; absolute error below 1e-14 after a Newton step on erfc.
  package static func normal(_ probability: Double) -> Double {
    var which: Int32 = 2
    var p = probability
    var q = 1 - probability
    var x = 0.0
    var mean = 0.0
    var sd = 1.0
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdfnor(&which, &p, &q, &x, &mean, &sd, &status, &bound) }
    let excess = 0.5 * erfc(-x / 2.0.squareRoot()) - probability
    let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
    return x - excess / density
  }

  /// Student t quantile; the normal one when `degreesOfFreedom` is infinite.
  ///
  /// The library's inverse is off by up to 4e-9; a Newton step on its own distribution function mends that.
  package static func studentT(_ probability: Double, degreesOfFreedom: Double) -> Double {
    guard degreesOfFreedom.isFinite else { return normal(probability) }
    // Beyond 1e100, where the library stops searching, and complains on the screen.
    if degreesOfFreedom > 0, degreesOfFreedom < 0.01 { return probability < 0.5 ? -.infinity : .infinity }
    var which: Int32 = 2
    var p = probability
    var q = 1 - probability
    var t = 0.0
    var df = degreesOfFreedom
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdft(&which, &p, &q, &t, &df, &status, &bound) }
    which = 1
    var back = 0.0
    var rest = 0.0
    for _ in 0..<2 {
      library.withLock { _ in cdft(&which, &back, &rest, &t, &df, &status, &bound) }
      let norm: Double = lgamma((df + 1) / 2) - lgamma(df / 2) - 0.5 * log(df * Double.pi)
      let logDensity: Double = norm - (df + 1) / 2 * log1p(t * t / df)
      t -= (back - probability) / exp(logDensity)
    }
    return t
  }

  /// Quantile of F; NaN where there are no degrees of freedom.
  package static func f(_ probability: Double, _ numerator: Double, _ denominator: Double) -> Double {
    guard numerator > 0, denominator > 0 else { return .nan }
    var which: Int32 = 2
    var (p, q) = (probability, 1 - probability)
    var f = 0.0
    var (dfn, dfd) = (numerator, denominator)
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdff(&which, &p, &q, &f, &dfn, &dfd, &status, &bound) }
    return status == 0 ? f : .nan
  }

  /// Quantile of chi-squared; NaN where there are no degrees of freedom.
  package static func chiSquared(_ probability: Double, _ degreesOfFreedom: Double) -> Double {
    guard degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return .nan }
    var which: Int32 = 2
    var (p, q) = (probability, 1 - probability)
    var x = 0.0
    var (shape, rate) = (degreesOfFreedom / 2, 1.0)
    var status: Int32 = 0
    var bound = 0.0
    library.withLock { _ in cdfgam(&which, &p, &q, &x, &shape, &rate, &status, &bound) }
    return status == 0 ? 2 * x : .nan
  }

  /// The two-sided factor of a confidence level, such as 0.95.
  package static func twoSided(level: Double, degreesOfFreedom: Double) -> Double {
    studentT(0.5 + level / 2, degreesOfFreedom: degreesOfFreedom)
  }
}
