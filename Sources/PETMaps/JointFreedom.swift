import PETCore

/// Student's factor for two independent errors in one expression, each with degrees of freedom of its own.
///
/// ν = (va + r² vb)² / (va²/νa + r⁴ vb²/νb) for a - r b. Source: Welch 1947, doi:10.1093/biomet/34.1-2.28.
struct JointFreedom: Sendable {
  private let first: Double
  private let second: Double
  /// Factors at 1/ν in equal steps between the smaller ν and the sum of both.
  private let factors: [Double]
  private let lowest: Double
  private let step: Double

  /// Nil when either is not known: the normal factor holds.
  init?(_ first: Double?, _ second: Double?, level: Double) {
    guard let first, let second, first > 0, second > 0 else { return nil }
    self.first = first
    self.second = second
    let steps = 512
    lowest = 1 / (first + second)
    let step = (1 / min(first, second) - lowest) / Double(steps)
    self.step = step
    let start = lowest
    factors = (0...steps).map { Quantile.twoSided(level: level, degreesOfFreedom: 1 / (start + step * Double($0))) }
  }

  /// The factor for variances va of a and vb of b at the ratio r.
  func factor(_ va: Double, _ vb: Double, ratio r: Double) -> Double {
    let b = r * r * vb
    let whole = va + b
    let inverse = (va * va / first + b * b / second) / (whole * whole)
    guard inverse.isFinite, inverse > lowest else { return factors[0] }
    let place = min((inverse - lowest) / step, Double(factors.count - 1))
    let low = min(Int(place), factors.count - 2)
    return factors[low] + (place - Double(low)) * (factors[low + 1] - factors[low])
  }
}
