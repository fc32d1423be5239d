/// What rates within bounds make of a pair of exponents.
///
/// The two-tissue response for K1 = 1 is g E_slow + (1 - g) E_fast, and k2 = g slow + (1 - g) fast: between two ends of
/// k2 it is a mixture of the responses at these ends. With k3 = slow + fast - k2 - slow fast/k2 and
/// k4 = slow fast/k2 the bounds of all rates are bounds of k2: one interval, or two when k3 would be too large between.
struct TwoTissueExponents {
  let k2: ClosedRange<Double>
  let k3: ClosedRange<Double>
  let k4: ClosedRange<Double>

  /// Whether bounds leave the exponents no plane to be searched in, since two rates or more are all but known.
  var isThin: Bool { [k2, k3, k4].count { $0.upperBound <= 4 * max($0.lowerBound, 1e-7) } > 1 }

  var slow: ClosedRange<Double> {
    let least = TwoTissueRates(k2: k2.lowerBound, k3: k3.upperBound, k4: k4.lowerBound).slow
    return least...max(least, TwoTissueRates(k2: k2.upperBound, k3: k3.lowerBound, k4: k4.upperBound).slow)
  }

  var fast: ClosedRange<Double> {
    let least = TwoTissueRates(k2: k2.lowerBound, k3: k3.lowerBound, k4: k4.lowerBound).fast
    return least...max(least, TwoTissueRates(k2: k2.upperBound, k3: k3.upperBound, k4: k4.upperBound).fast)
  }

  /// The lower (0) or the upper (1) interval of k2; nil when there is none.
  func interval(_ which: Int, slow: Double, fast: Double) -> ClosedRange<Double>? {
    guard slow < fast, let inner = Self.k2(slow, fast, k3: k3.lowerBound) else { return nil }
    let product = slow * fast
    var low = max(k2.lowerBound, inner.lowerBound)
    var high = min(k2.upperBound, inner.upperBound)
    if k4.upperBound > 0 { low = max(low, product / k4.upperBound) }
    if k4.lowerBound > 0 { high = min(high, product / k4.lowerBound) }
    if let outside = Self.k2(slow, fast, k3: k3.upperBound) {
      if which == 0 { high = min(high, outside.lowerBound) } else { low = max(low, outside.upperBound) }
    } else if which == 1 {
      return nil
    }
    // A rate that is known leaves one k2, whose ends differ by rounding.
    guard low <= high * (1 + 1e-12), high > 0 else { return nil }
    return min(low, high)...high
  }

  /// k3 and k4 of exponents at a k2.
  static func rates(slow: Double, fast: Double, k2: Double) -> (k3: Double, k4: Double) {
    let k4 = slow * fast / k2
    return (max(0, slow + fast - k2 - k4), k4)
  }

  /// The k2 with k3 at least at a value; nil when there is none.
  private static func k2(_ slow: Double, _ fast: Double, k3: Double) -> ClosedRange<Double>? {
    if k3 == 0 { return slow...fast }
    let sum = slow + fast - k3
    let square = sum * sum - 4 * slow * fast
    guard sum > 0, square > 0 else { return nil }
    let upper = (sum + square.squareRoot()) / 2
    return slow * fast / upper...upper
  }
}
