import Foundation
package import PETCore
package import PETImaging

/// Where the labels lie on a scan and how sharp it is, told from the scan itself: its late mean as regional values times blurred
/// labels, fitted with a rigid pose and the width of the point spread.
///
/// It needs no other image. What limits it is how well labels and head agree: a share of the scan's variance that they leave
/// unexplained, less that of the noise, tells labels of another head and mirrored ones.
package struct LabelAlignment: Sendable {
  /// How much is tried.
  package enum Effort: Sendable {
    /// From where the labels are said to lie.
    case check
    /// From several starts, to find labels that lie centimetres off.
    case search
  }

  /// Which side is left, as the fit tells it.
  package enum Sides: String, Sendable {
    case asStated = "as stated"
    case mirrored
    case unknown = "not told"
  }

  /// Takes points of the scan to points of the labels.
  package let pose: Affine
  /// Takes points of the scan where labels were said to lie to where they do.
  package let movement: Affine
  /// Takes the point of the labels that a place was said to be to that which it is: in the labels' own space, where scans that
  /// share labels meet.
  package let misplacement: Affine
  /// Of the labels, in their own space, mm.
  package let centre: [Double]
  /// How far the labels lie from where they were said to: rms over the labels, mm, and its standard error.
  package let displacement: Double
  package let error: Double
  /// Of the labels' centre, mm to the right, front and top, and turns about these axes, degrees: from where the labels were said
  /// to lie to where they do.
  package let translation: [Double]
  package let rotation: [Double]
  /// Share of the scan's sum of squares about its mean that the labels leave unexplained.
  package let unexplained: Double
  /// Share of it that is noise; NaN where one frame alone does not tell it.
  package let noiseShare: Double
  /// The same share for the labels' mirror image at its own best place, on the same voxels.
  package let mirrored: Double
  /// FWHM of the point spread in mm, without the voxel, and its standard error; NaN where it is not told.
  package let fwhm: Estimate
  /// Whether there is nothing around the labels: the scan was cut to the brain, and its edge is no scanner's.
  package let isCut: Bool
  /// Whether another start came nearly as far from another place.
  package let isAmbiguous: Bool

  /// What of the unexplained share is not noise: 0 where noise is all of it.
  package var misfit: Double { noiseShare.isFinite ? max(0, unexplained - noiseShare) : unexplained }

  /// Standard errors and rival places beyond which a place is not known, mm.
  package static let largestError = 0.5

  /// Whether the scan tells where the labels lie.
  package var isSure: Bool { error < Self.largestError && !isAmbiguous }

  /// What the method itself is off by in simulated scans with right labels, mm, which the error of a FWHM holds.
  private static let ownError = 0.1
  /// Errors of a FWHM above which nothing is taken out of a scan by it, mm: labels that are none, or some of the brain alone.
  private static let largestWidthError = 0.25

  /// FWHM that may be taken out of the scan: nil where the fit is not sure, or its error is above a quarter of a millimetre.
  package var resolution: Estimate? {
    isSure && fwhm.value.isFinite && fwhm.standardError < Self.largestWidthError ? fwhm : nil
  }

  /// Which side is left; not told where the mirror image was not brought anywhere near the head.
  ///
  /// On the labels of a real brain the wrong side leaves eight to a hundred times as much as the right one, and a mirror image
  /// that was not brought to the head 0.4 and more: the limits lie far from both.
  package var sides: Sides {
    let noise = noiseShare.isFinite ? noiseShare : 0
    let (own, other) = (max(0, unexplained - noise), max(0, mirrored - noise))
    guard abs(own - other) > 0.002, isSure, other < 0.3 else { return .unknown }
    if own < 0.8 * other { return .asStated }
    return other < 0.7 * own ? .mirrored : .unknown
  }

  /// FWHM that the search begins with, mm, and where it ends.
  private static let (usual, range) = (6.0, 0.5...20.0)

  /// - Parameters:
  ///   - weights: of a label image, at the pose that is said.
  ///   - fwhm: that is thought of the scan, mm; nil for none.
  ///   - jobs: threads; the result does not depend on them.
  /// - Throws: for masks that do not part the space, a field of displacements, labels that do not lie on the scan, and scans
  ///   without numbers or contrast.
  package init(
    _ weights: RegionWeights, on scan: LateMean, fwhm guess: Double?, effort: Effort = .check, jobs: Int
  ) throws(PETError) {
    let (labels, pose) = try weights.partition("aligned")
    let start = pose ?? Affine.identity
    let fractions: LabelFractions
    do throws(PETError) { fractions = try LabelFractions(labels, on: weights.grid, edge: 2) } catch {
      throw error.at(file: weights.file)
    }
    // The file is the scan's, which the caller knows.
    guard let some = scan.values.first(where: \.isFinite) else {
      throw PETError(
        .wrongInput, field: "voxels", "a late frame of the scan holds no numbers", remedy: "check how it was made")
    }
    guard scan.values.contains(where: { $0.isFinite && $0 != some }) else {
      throw PETError(
        .wrongInput, field: "voxels", "every voxel of the late frames is the same", remedy: "check how they were made")
    }
    var search = AlignmentSearch(fractions: fractions, scan: scan, jobs: jobs)
    var width = guess ?? Self.usual
    var model = search.model(fwhm: width, pose: start)
    let (first, isAmbiguous) = try search.begin(model, from: start, effort: effort, file: weights.file)
    // Where labels may be moved by it: white noise of 40 % left 0.19 mm in the mean with 16,000, and leaves 0.13 mm.
    let most = effort == .search ? 24_000 : 16_000
    var fit = search.near(model, from: first.pose, withVariance: true, most: most)
    search.settle(&width, &model, &fit, in: Self.range)
    // What is sharper than some voxels of the grid is not told on it.
    if fractions.factor > 1, width < 1.9 * fractions.edge {
      do throws(PETError) {
        search = AlignmentSearch(
          fractions: try LabelFractions(labels, on: weights.grid, edge: min(1, fractions.edge / 2)), scan: scan,
          jobs: jobs)
      } catch { throw error.at(file: weights.file) }
      model = search.model(fwhm: width, pose: fit.pose)
      fit = search.near(model, from: fit.pose, withVariance: true, most: most)
      search.settle(&width, &model, &fit, in: Self.range)
    }
    let mirror = search.mirrored(model, of: fit)
    let both = fit.samples.joined(mirror.samples, of: scan)
    let own = LabelFit(model, both, from: fit.pose, steps: 0)
    let other = LabelFit(model, both, from: mirror.pose, steps: 0)
    let inflation = search.inflation(model, fit)
    let freedom = Double(max(1, fit.samples.points.count - fit.values.regions.count - 8))
    let scale = fit.residual / freedom * inflation
    let widthError = fit.inverse.count > 6 ? (fit.inverse[6][6] * scale).squareRoot() : .nan
    isCut = search.isCut(fit)
    let isInside = width > Self.range.lowerBound && width < Self.range.upperBound && !isCut
    self.pose = fit.pose
    movement = fit.pose.inverse?.after(start) ?? start
    misplacement = start.inverse.map(fit.pose.after) ?? .identity
    centre = [fractions.centre.x, fractions.centre.y, fractions.centre.z]
    self.fwhm =
      isInside ? Estimate(width, standardError: hypot(PointSpread.slope(width) * widthError, Self.ownError)) : .missing
    (displacement, error) = search.displacement(from: start, to: fit.pose, inverse: fit.inverse, scale: scale)
    (translation, rotation) = search.motion(from: start, to: fit.pose)
    unexplained = own.unexplained
    noiseShare = own.noiseShare
    mirrored = other.unexplained
    self.isAmbiguous = isAmbiguous
  }
}
