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

  /// Of the Gaussian of the same volume that is as wide along every axis, mm.
  package var width: Double { inPlane == axial ? inPlane : cbrt(inPlane * inPlane * axial) }

  package init(fwhm: Double) throws(PETError) { try self.init(inPlane: fwhm, axial: fwhm) }

  /// FWHM = sqrt(8 ln 2) σ.
  private static func sigma(_ fwhm: Double) -> Double { fwhm / (8 * log(2)).squareRoot() }

  /// σ² of a Gaussian of that FWHM, mm2, and the other way; and the change of FWHM with it.
  static func variance(_ fwhm: Double) -> Double { sigma(fwhm) * sigma(fwhm) }
  static func width(_ variance: Double) -> Double { (8 * log(2) * variance).squareRoot() }
  static func slope(_ fwhm: Double) -> Double { 4 * log(2) / fwhm }

  /// The larger σ, mm.
  var largestSigma: Double { Self.sigma(max(inPlane, axial)) }

  /// σ along the axes of another grid, in its mm: of the Gaussian's covariance the part along each.
  ///
  /// The scan's axis is that of its own which is nearest to the body's.
  ///
  /// - Parameter pose: takes points of the scan to points of that grid, which may be of another size.
  func sigmas(along grid: Grid, scan: Grid, pose: Affine?) -> [Double] {
    func direction(_ affine: Affine, _ column: Int) -> [Double] {
      let v = (0..<3).map { affine[$0, column] }
      let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return v.map { $0 / length }
    }
    let axes = (0..<3).map { direction(scan.affine, $0) }
    let axis = axes.max { abs($0[2]) < abs($1[2]) } ?? axes[2]
    let (across, along) = (Self.sigma(inPlane), Self.sigma(axial))
    return (0..<3).map { column in
      let own = direction(grid.affine, column)
      // What the axis of the grid is on the scan: its lengths too.
      let back = (0..<3).map { row in
        pose.map { pose in (0..<3).reduce(0) { $0 + pose[$1, row] * own[$1] } } ?? own[row]
      }
      let length = back.reduce(0) { $0 + $1 * $1 }
      let cosine = zip(back, axis).reduce(0) { $0 + $1.0 * $1.1 }
      return (across * across * length + (along * along - across * across) * cosine * cosine).squareRoot()
    }
  }

  /// Half a kernel, the centre first: what a voxel gives another at each distance, cut at 4 σ and of sum 1.
  ///
  /// The Gaussian is integrated over the voxel that gives and averaged over the one that takes: a second difference of
  /// x erf(x / √2σ) / 2 + σ exp(-x² / 2σ²) / √2π.
  ///
  /// - Parameter step: edge of a voxel, in the unit of σ.
  static func kernel(sigma: Double, step: Double) -> [Double] {
    let s = sigma / step
    let reach = Int((4 * s).rounded(.up)) + 1
    let width = s * 2.0.squareRoot()
    func integral(_ x: Double) -> Double {
      let bell = s * exp(-x * x / (width * width)) / (2 * Double.pi).squareRoot()
      return x * erf(x / width) / 2 + bell
    }
    let values: [Double] = (-1...reach + 1).map { integral(Double($0)) }
    let weights: [Double] = (0...reach).map { (k: Int) -> Double in
      let (before, own, after) = (values[k], values[k + 1], values[k + 2])
      return after - 2 * own + before
    }
    let sum = 2 * weights.reduce(0, +) - weights[0]
    return weights.map { $0 / sum }
  }
}
