import Foundation
import PETCore

/// The correlation of two markers between persons without what the errors of the estimates take from it.
///
/// Of logarithms: r / sqrt(lambda_a lambda_b), where the reliability lambda is 1 less mean squared error over variance (Spearman 1904,
/// doi:10.2307/1412159). Limits are those of r, divided alike. The markers are of two scans, whose errors have nothing in common; the
/// test of no correlation is that of r.
package struct CorrectedCoupling: Sendable {
  /// Of either marker: the share of its variance between persons that is not error; below 0 where errors are larger than it.
  package let reliabilities: (a: Double, b: Double)
  /// NaN where a reliability is below `least`, or an error is not known.
  package private(set) var value = Double.nan
  /// Within -1 and 1.
  package private(set) var low = Double.nan
  package private(set) var high = Double.nan

  /// Below it what is divided by is hardly known.
  package static let least = 0.3

  /// - Parameters:
  ///   - a: of each person; what is not above 0 does not count.
  ///   - errors: standard errors, of the first and of the second.
  package init(_ a: [Double], _ b: [Double], errors: (a: [Double], b: [Double]), level: Double) {
    let used = a.indices.filter { a[$0] > 0 && b[$0] > 0 && a[$0].isFinite && b[$0].isFinite }
    func reliability(_ values: [Double], _ errors: [Double]) -> Double {
      let relative = used.map { errors[$0] / values[$0] }
      guard relative.allSatisfy(\.isFinite), used.count > 1 else { return .nan }
      return 1 - Moments(relative.map { $0 * $0 }).mean / Moments(used.map { log(values[$0]) }).variance
    }
    reliabilities = (reliability(a, errors.a), reliability(b, errors.b))
    guard min(reliabilities.a, reliabilities.b) >= Self.least else { return }
    let plain = Correlation(used.map { log(a[$0]) }, used.map { log(b[$0]) }, level: level)
    let share = (reliabilities.a * reliabilities.b).squareRoot()
    func clipped(_ r: Double) -> Double { r.isNaN ? r : max(-1, min(1, r / share)) }
    (value, low, high) = (clipped(plain.value), clipped(plain.low), clipped(plain.high))
  }
}
