import Foundation
package import PETCore
import PETImaging

/// The point spread of a scan as a Gaussian, full width at half maximum in mm; the voxel's own box is not part of it.
package struct PointSpread: Sendable, Equatable {
  /// Within the slices of the scan, and along its axis.
  package let inPlane: Double
  package let axial: Double

  /// No scanner of people is sharper, and none that is read here is as blurred.
  package static let range = 1.0...20

  package init(inPlane: Double, axial: Double) throws(PETError) {
    for fwhm in [inPlane, axial] where !Self.range.contains(fwhm) {
      throw PETError(
        .usage, field: "fwhm", "\(NumberText.short(fwhm)) mm is no resolution of a scanner",
        remedy:
          "give the FWHM in mm, \(NumberText.short(Self.range.lowerBound)) to \(NumberText.short(Self.range.upperBound))"
      )
    }
    (self.inPlane, self.axial) = (inPlane, axial)
  }

  package init(fwhm: Double) throws(PETError) { try self.init(inPlane: fwhm, axial: fwhm) }

  /// FWHM = sqrt(8 ln 2) σ.
  private static func sigma(_ fwhm: Double) -> Double { fwhm / (8 * log(2)).squareRoot() }

  /// The larger σ, mm.
  var largestSigma: Double { Self.sigma(max(inPlane, axial)) }

  /// σ in mm along the axes of another grid: of the Gaussian's covariance the part along each.
  ///
  /// - Parameters:
  ///   - pose: takes points of the scan to points of that grid.
  func sigmas(along grid: Grid, scan: Grid, pose: Affine?) -> [Double] {
    let matrix = pose?.after(scan.affine) ?? scan.affine
    func direction(_ affine: Affine, _ column: Int) -> [Double] {
      let v = (0..<3).map { affine[$0, column] }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return v.map { $0 / length }
    }
    let axis = direction(matrix, 2)
    let (across, along) = (Self.sigma(inPlane), Self.sigma(axial))
    return (0..<3).map { column in
      let cosine = zip(direction(grid.affine, column), axis).reduce(0) { $0 + $1.0 * $1.1 }
      return (across * across * (1 - cosine * cosine) + along * along * cosine * cosine).squareRoot()
    }
  }

  /// Half a kernel, the centre first: the integral of a Gaussian over a voxel at each distance, cut at 4 σ and of sum 1.
  ///
  /// - Parameters:
  ///   - sigma: mm.
  ///   - step: edge of a voxel, mm.
  static func kernel(sigma: Double, step: Double) -> [Double] {
    let s = sigma / step
    let reach = Int((4 * s).rounded(.up))
    let edges = (0...reach + 1).map { erf((Double($0) - 0.5) / (s * 2.0.squareRoot())) }
    let weights = (0...reach).map { (edges[$0 + 1] - edges[$0]) / 2 }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    return weights.map { $0 / sum }
  }
}
