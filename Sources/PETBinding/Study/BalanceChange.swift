import Foundation
package import PETCore

/// The change of one person's balance between two sessions, region by region: by how much the ratio is multiplied.
package struct BalanceChange: Sendable {
  package struct Side: Sendable {
    package let region: String
    package let logRatio: Estimate
    package let freedom: Double?
    /// Why there is no log ratio that counts; nil when there is.
    package let reason: String?

    package init(region: String, logRatio: Estimate, freedom: Double?, reason: String? = nil) {
      self.reason = reason
      self.region = region
      self.logRatio = logRatio
      self.freedom = freedom
    }
  }

  package struct Row: Sendable {
    package let region: String
    package let before: Double
    package let after: Double
    /// L_after - L_before.
    package let change: Estimate
    package let limits: (low: Double, high: Double)
    package let probability: Double
    package let note: String
  }

  package let rows: [Row]

  /// - Parameter retest: within-subject SD of a log ratio between sessions without a change, which the limits then hold:
  ///   SE² = SE_before² + SE_after² + 2 SD².
  package init(before: [Side], after: [Side], retest: Double?, level: Double) {
    let others = Dictionary(after.map { (RegionName.key($0.region), $0) }, uniquingKeysWith: { a, _ in a })
    let known = Set(before.map { RegionName.key($0.region) })
    // Regions of the second session alone come last, with the reason.
    let added = after.filter { !known.contains(RegionName.key($0.region)) }.map { side in
      Side(region: side.region, logRatio: .missing, freedom: nil, reason: "the region is only in the second")
    }
    rows = (before + added).map { first in
      let second = others[RegionName.key(first.region)]
      let value = (second?.logRatio.value ?? .nan) - first.logRatio.value
      let (a, b) = (first.logRatio.standardError, second?.logRatio.standardError ?? .nan)
      let extra = retest ?? 0
      let change = Estimate(value, standardError: (a * a + b * b + 2 * extra * extra).squareRoot())
      let freedom = first.freedom.flatMap { one in second?.freedom.map { min(one, $0) } } ?? .infinity
      let isTold = change.value.isFinite && change.standardError > 0
      return Row(
        region: first.region, before: first.logRatio.value, after: second?.logRatio.value ?? .nan, change: change,
        limits: isTold
          ? change.limits(quantile: Quantile.twoSided(level: level, degreesOfFreedom: freedom)) : (.nan, .nan),
        probability: isTold ? Distribution.twoSidedT(change.value / change.standardError, freedom) : .nan,
        note: (first.reason.map { ["before: " + $0] } ?? [])
          .appending(second == nil ? "the region is only in the first" : second?.reason.map { "after: " + $0 })
          .appending(change.value.isFinite && !isTold ? "a standard error is missing: no limits" : nil)
          .joined(separator: "; "))
    }
  }
}

extension [String] {
  fileprivate func appending(_ other: String?) -> [String] { self + (other.map { [$0] } ?? []) }
}
