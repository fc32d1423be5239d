import Foundation
package import PETCore

/// The mean of one region of a map, as the balance of two maps needs it.
package struct MapRegion: Sendable {
  package let index: Int?
  package let region: String
  package let voxels: Int
  package let mean: Double
  package let sd: Double
  package let background: Int

  package init(index: Int?, region: String, voxels: Int, mean: Double, sd: Double, background: Int) {
    self.index = index
    self.region = region
    self.voxels = voxels
    self.mean = mean
    self.sd = sd
    self.background = background
  }
}

/// The ratio of regional means of two maps, with flags for denominators that carry no ratio.
package struct BalanceOfMaps: Sendable {
  package enum Flag: String, Sendable, CaseIterable {
    case denominatorNonpositive = "den_nonpositive"
    /// Below 5 % of the denominator map's largest regional mean.
    case denominatorNearZero = "den_near_zero"
    /// More than half of the denominator's voxels are background.
    case denominatorMostlyBackground = "den_mostly_background"
    case numeratorNonpositive = "num_nonpositive"
    /// The region has no finite voxel in the map.
    case denominatorMissing = "den_missing"
    case numeratorMissing = "num_missing"
  }

  /// A ratio of two regional means.
  package struct Quotient: Sendable {
    package let numerator: Double
    package let denominator: Double
    /// NaN where the denominator is not above 0.
    package let ratio: Double
    package let flags: [Flag]
  }

  package struct Row: Sendable {
    package let numerator: MapRegion
    package let denominator: MapRegion
    /// Of the means as they are.
    package let plain: Quotient
    package let log2Ratio: Double
    package let backgroundFraction: Double
    /// After each map's own mean in the reference regions was taken off both means; nil without a reference.
    package let subtracted: Quotient?
    /// z over the regions of either map, numerator less denominator.
    package let zDifference: Double
    /// 200 (right - left)/(right + left) of either map; nil in regions without a partner on the other side.
    package let asymmetry: BothSides<Double>?

    package var ratio: Double { plain.ratio }
    package var flags: [Flag] { plain.flags }
  }

  package static let nearZeroShare = 0.05
  package let rows: [Row]

  /// The two lists are of the same regions in the same order.
  ///
  /// - Parameter reference: regions joined by `+`, whose voxel-weighted mean in each map is its zero; nil for none.
  package init(numerator: [MapRegion], denominator: [MapRegion], reference: String? = nil) throws(PETError) {
    let largest = denominator.map(\.mean).filter(\.isFinite).max() ?? .nan
    let zeros = try reference.map { (names) throws(PETError) in
      (try Self.mean(of: names, in: numerator), try Self.mean(of: names, in: denominator))
    }
    let largestSubtracted = largest - (zeros?.1 ?? 0)
    let z = (Self.deviations(numerator.map(\.mean)), Self.deviations(denominator.map(\.mean)))
    let sides = (Self.asymmetries(numerator), Self.asymmetries(denominator))
    rows = zip(numerator, denominator).enumerated().map { i, pair in
      let (a, b) = pair
      let fraction = b.voxels > 0 ? Double(b.background) / Double(b.voxels) : .nan
      let plain = Self.quotient(a.mean, b.mean, largest: largest, background: fraction)
      return Row(
        numerator: a, denominator: b, plain: plain,
        log2Ratio: a.mean > 0 && b.mean > 0 ? log2(plain.ratio) : .nan, backgroundFraction: fraction,
        subtracted: zeros.map {
          Self.quotient(a.mean - $0.0, b.mean - $0.1, largest: largestSubtracted, background: 0)
        }, zDifference: z.0[i] - z.1[i],
        asymmetry: sides.0[i].flatMap { first in sides.1[i].map { BothSides(first, $0) } })
    }
  }

  private static func quotient(_ a: Double, _ b: Double, largest: Double, background fraction: Double) -> Quotient {
    var flags: [Flag] = []
    if b <= 0 { flags.append(.denominatorNonpositive) }
    if b > 0, b < nearZeroShare * largest { flags.append(.denominatorNearZero) }
    if fraction > 0.5 { flags.append(.denominatorMostlyBackground) }
    if !b.isFinite { flags.append(.denominatorMissing) }
    if !a.isFinite { flags.append(.numeratorMissing) }
    if a <= 0 { flags.append(.numeratorNonpositive) }
    return Quotient(numerator: a, denominator: b, ratio: b > 0 ? a / b : .nan, flags: flags)
  }

  /// Voxel-weighted over the regions named; a name without a side stands for both sides.
  private static func mean(of names: String, in regions: [MapRegion]) throws(PETError) -> Double {
    var (sum, count) = (0.0, 0.0)
    for name in names.split(separator: "+") {
      let key = RegionName.key(String(name))
      let found = regions.filter { region in
        RegionName.key(region.region) == key
          || RegionName.side(of: region.region).map { RegionName.key($0.base) == key } ?? false
      }
      guard !found.isEmpty else {
        throw PETError(
          .usage, field: "--reference", "there is no region '\(name)'",
          remedy: NearestName.advice(for: String(name), among: regions.map(\.region)))
      }
      for region in found where region.mean.isFinite {
        sum += Double(region.voxels) * region.mean
        count += Double(region.voxels)
      }
    }
    return sum / count
  }

  private static func deviations(_ means: [Double]) -> [Double] {
    let all = Moments(means)
    return means.map { ($0 - all.mean) / all.sd }
  }

  private static func asymmetries(_ regions: [MapRegion]) -> [Double?] {
    var places: [String: [RegionName.Side: Int]] = [:]
    for (i, region) in regions.enumerated() {
      guard let (side, base) = RegionName.side(of: region.region) else { continue }
      places[RegionName.key(base), default: [:]][side] = i
    }
    var result = [Double?](repeating: nil, count: regions.count)
    for pair in places.values {
      guard let left = pair[.left], let right = pair[.right] else { continue }
      let value = LateralContrast.asymmetry(left: regions[left].mean, right: regions[right].mean)
      (result[left], result[right]) = (value, value)
    }
    return result
  }
}

extension BalanceOfMaps {
  /// The floor of denominators in voxels: that of BPND, or the share of the largest region below which a mean counts as
  /// near zero.
  ///
  /// - Parameter measure: that the denominator's map holds; nil when it is not known.
  package func floor(measure: String?) -> Double? {
    if measure == "BPND" { return BalanceSettings().floor }
    return rows.map(\.denominator.mean).filter(\.isFinite).max().map { $0 * Self.nearZeroShare }
  }
}
