import PETCore

/// How noise moves the outcome itself: the fit made anew to curves that noise has moved.
///
/// A linearised error takes the outcome as a straight line in the data, which a quotient such as BPND = k2/k2a - 1 or k3/k4
/// is not. Of all curves that are as likely, the one moved along the covariance of the data times the outcome's gradient
/// moves the outcome most. On that path, measured in standard errors z, the fit is made at z = ±√3, and between and beyond
/// the outcome is taken as value + a z/(1 - b z), which is exact for the inverse of what is straight (1/(1 + BPND) nearly
/// is). The standard error is the root mean square of the changes at z = ±1, limits are the outcome at -z and z; neither
/// is ever narrower than of the straight line.
struct NoisePath: Sendable {
  let standardError: Double
  /// Whether the outcome rises with z at both ends, so that its path is one curve.
  let isOneCurve: Bool
  private let value: Double
  private let straight: Double
  private let slope: Double
  /// 1/z of the place where the outcome has no end.
  private let bend: Double
  private let bounds: ClosedRange<Double>

  private static let node = 3.0.squareRoot()

  /// Relative errors below this are those of a line, and rounding would show.
  private static let leastError = 1e-4

  /// Nil where noise does not move the outcome.
  ///
  /// - Parameter direction: what is added to the curve for one standard error.
  init?<Kernel: FitKernel>(
    _ kernel: Kernel, curve: [Double], estimate: Estimate, outcome: Int, direction: [Double], parameters: Int,
    bounds: ClosedRange<Double>
  ) {
    let error = estimate.standardError
    guard error > Self.leastError * abs(estimate.value), direction.allSatisfy(\.isFinite) else { return nil }
    var refit = Refit(kernel, parameters: parameters, outcome: outcome)
    let up = refit.outcome(zip(curve, direction).map { $0 + Self.node * $1 }) - estimate.value
    let down = estimate.value - refit.outcome(zip(curve, direction).map { $0 - Self.node * $1 })
    value = estimate.value
    straight = error
    self.bounds = bounds
    isOneCurve = up > 0 && down > 0
    slope = isOneCurve ? 2 / (Self.node * (1 / up + 1 / down)) : error
    bend = isOneCurve ? slope * (1 / down - 1 / up) / 2 : 0
    let (rise, fall) = (slope / (1 - bend), slope / (1 + bend))
    standardError = max(error, ((rise * rise + fall * fall) / 2).squareRoot())
  }

  /// The outcome at -z and z; where it has no end there, that of the range the card allows.
  func limits(_ z: Double) -> (low: Double, high: Double) {
    let low = 1 + bend * z > 0 ? value - slope * z / (1 + bend * z) : bounds.lowerBound
    let high = 1 - bend * z > 0 ? value + slope * z / (1 - bend * z) : bounds.upperBound
    return (
      min(value - z * straight, max(low, bounds.lowerBound)), max(value + z * straight, min(high, bounds.upperBound))
    )
  }
}

/// The outcome of one model for any curve.
struct Refit<Kernel: FitKernel> {
  private let kernel: Kernel
  private let place: Int
  private var estimates: [Double]

  init(_ kernel: Kernel, parameters: Int, outcome: Int) {
    self.kernel = kernel
    place = outcome
    estimates = Array(repeating: .nan, count: parameters)
  }

  /// NaN where there is none.
  mutating func outcome(_ curve: [Double]) -> Double {
    let kernel = kernel
    var span = estimates.mutableSpan
    let status = kernel.fit(curve.span, into: &span)
    return status.hasEstimates ? estimates[place] : .nan
  }

  /// Half the second differences of the outcome over the deviations of all frames, summed: what noise moves its mean by,
  /// to second order.
  mutating func bias(_ curve: [Double], at value: Double, deviations: [Double]) -> Double {
    var sum = 0.0
    var moved = curve
    for i in curve.indices where kernel.weights[i] > 0 {
      moved[i] = curve[i] + deviations[i]
      let up = outcome(moved)
      moved[i] = curve[i] - deviations[i]
      sum += (up - value) - (value - outcome(moved))
      moved[i] = curve[i]
    }
    return sum / 2
  }
}
