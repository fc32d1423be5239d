import Foundation
import PETCore

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
package struct MapBalance: Sendable {
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

  package struct Row: Sendable {
    package let numerator: MapRegion
    package let denominator: MapRegion
    package let ratio: Double
    package let log2Ratio: Double
    package let backgroundFraction: Double
    package let flags: [Flag]
  }

  package static let nearZeroShare = 0.05
  package let rows: [Row]

  /// The two lists are of the same regions in the same order.
  package init(numerator: [MapRegion], denominator: [MapRegion]) {
    let largest = denominator.map(\.mean).filter(\.isFinite).max() ?? .nan
    rows = zip(numerator, denominator).map { a, b in
      var flags: [Flag] = []
      let fraction = b.voxels > 0 ? Double(b.background) / Double(b.voxels) : .nan
      if b.mean <= 0 { flags.append(.denominatorNonpositive) }
      if b.mean > 0, b.mean < Self.nearZeroShare * largest { flags.append(.denominatorNearZero) }
      if fraction > 0.5 { flags.append(.denominatorMostlyBackground) }
      if !b.mean.isFinite { flags.append(.denominatorMissing) }
      if !a.mean.isFinite { flags.append(.numeratorMissing) }
      if a.mean <= 0 { flags.append(.numeratorNonpositive) }
      let ratio = b.mean > 0 ? a.mean / b.mean : .nan
      return Row(
        numerator: a, denominator: b, ratio: ratio, log2Ratio: a.mean > 0 && b.mean > 0 ? log2(ratio) : .nan,
        backgroundFraction: fraction, flags: flags)
    }
  }
}
