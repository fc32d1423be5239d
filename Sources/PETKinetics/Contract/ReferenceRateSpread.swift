import Foundation
import PETCore

/// How far k2' of the regions lies apart, against its errors: whether one k2' may stand for all of them.
package struct ReferenceRateSpread: Sendable {
  /// One region's estimate.
  struct Member {
    /// k2', 1/s.
    let value: Double
    /// dk2'/d(reference value).
    let gradient: [Double]
    /// Variance from the region's own noise.
    let ownVariance: Double
    /// Degrees of freedom of its fit.
    let freedom: Int
  }

  package let count: Int
  /// Smallest and largest k2' of a region, 1/s.
  package let range: (low: Double, high: Double)
  /// Cochran's Q of ln k2', with the noise of the reference, which the regions share, in the covariance.
  package let q: Double
  /// Of Q where k2' is one: Welch's test, for variances that are estimated (Welch 1951, doi:10.1093/biomet/38.3-4.330).
  package let probability: Double
  /// SD of k2' between regions beyond its errors, relative to k2', by the moments of Q (DerSimonian and Laird 1986,
  /// doi:10.1016/0197-2456(86)90046-2).
  package let between: Double
  /// Their mean by weights that hold this spread (`ReferenceRateRule.Average.randomEffects`), 1/s.
  package var even = Double.nan

  /// Nil with fewer than three regions, or where their errors cannot be told apart.
  ///
  /// - Parameters:
  ///   - referenceVariance: of the reference's frames; nil when its noise is not known.
  init?(_ members: [Member], referenceVariance: [Double]?) {
    guard members.count >= 3, members.allSatisfy({ $0.freedom > 2 && $0.ownVariance >= 0 }) else { return nil }
    let n = Double(members.count)
    let logs = members.map { log($0.value) }
    // A floor of 1e-6 relative keeps noise-free curves from dividing by zero.
    let own = members.map { max($0.ownVariance / ($0.value * $0.value), 1e-12) }
    var covariance = Matrix(rows: members.count, columns: members.count)
    if let referenceVariance {
      covariance = Matrix(rows: members.map { member in member.gradient.map { $0 / member.value } })
        .squareOfRows(referenceVariance)
    }
    for i in own.indices { covariance[i, i] += own[i] }
    guard let inverse = covariance.inverseOfPositiveDefinite else { return nil }
    let total = inverse.values.reduce(0, +)
    let mean = logs.indices.reduce(0) { $0 + logs[$1] * inverse.row($1).reduce(0, +) } / total
    let off = logs.map { $0 - mean }
    var q = 0.0
    for i in off.indices { for j in off.indices { q += off[i] * inverse[i, j] * off[j] } }
    count = members.count
    let values = members.map(\.value).sorted()
    range = (values[0], values[values.count - 1])
    self.q = q
    let weights = own.map { 1 / $0 }
    let sum = weights.reduce(0, +)
    let unevenness = zip(weights, members).reduce(0) { result, member in
      let rest = 1 - member.0 / sum
      return result + rest * rest / Double(member.1.freedom)
    }
    let f = q / (n - 1) / (1 + 2 * (n - 2) / (n * n - 1) * unevenness)
    probability = Distribution.upperF(f, n - 1, (n * n - 1) / (3 * unevenness))
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    between = max(0, (q - (n - 1)) / (sum - squares / sum)).squareRoot()
  }
}

extension ReferenceRateSpread {
  /// Of 1500 simulated scans whose tissues are one compartment each, so that k2' is one (4, 10 and 30 regions, two levels of
  /// noise), 4 have a smaller p, and 17 one below 0.01.
  private static let significance = 0.001

  /// Less than this between regions is not told, whatever its p: exact one-tissue curves have up to 0.01 of it, through
  /// what frames hide of the reference.
  private static let leastTold = 0.02

  /// Whether the regions' k2' differ by more than their errors.
  var isUneven: Bool { probability < Self.significance && between >= Self.leastTold }
}
