import Foundation
package import PETCore

/// The balance of two estimates by itself, for a region or a voxel: ratio, its set, the log ratio, and why one is absent.
package struct BalanceNumbers: Sendable {
  package let status: BalanceStatus
  /// numerator / denominator; NaN when it would mislead.
  package let ratio: Double
  /// Nil when a standard error is missing or the limits cannot be computed.
  package let set: FiellerSet?
  /// ln(numerator / denominator) with its delta-method error.
  package let logRatio: Estimate

  /// - Parameters:
  ///   - quantile: two-sided factor of the level.
  ///   - covariance: of the two errors.
  ///   - floor: denominators below it are flagged; nil for none.
  package init(_ a: Estimate, over b: Estimate, quantile: Double, covariance: Double, floor: Double?) {
    let known = a.standardError.isFinite && b.standardError.isFinite
    let covariance = known ? covariance : 0
    let solved = known ? FiellerSet(a, over: b, covariance: covariance, quantile: quantile) : nil
    // Numbers so large or small that squares overflow have no limits either.
    set = solved.flatMap { $0.low.isNaN || $0.high.isNaN || !$0.contains(a.value / b.value) ? nil : $0 }
    if b.value <= 0 || set.map({ $0.g >= 1 }) ?? false {
      status = .denominatorIndistinct
    } else if a.value <= 0 {
      status = .numeratorNonpositive
    } else if let floor, b.value < floor {
      status = .denominatorBelowFloor
    } else {
      status = .ok
    }
    ratio = status == .denominatorIndistinct ? .nan : a.value / b.value
    if a.value > 0, status != .denominatorIndistinct {
      let va = a.standardError / a.value
      let vb = b.standardError / b.value
      let variance = va * va + vb * vb - 2 * covariance / (a.value * b.value)
      logRatio = Estimate(log(a.value / b.value), standardError: known ? max(0, variance).squareRoot() : .nan)
    } else {
      logRatio = .missing
    }
  }
}
