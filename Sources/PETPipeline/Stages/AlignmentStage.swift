package import PETCore
import PETImaging
package import PETRegistration
package import PETStudy

/// Of stage 3, where the labels lie on their scan and how sharp it is.
enum AlignmentStage {
  /// - Parameters:
  ///   - path: of the scan, for what is wrong with it.
  ///   - fwhm: that is given for the scan, mm; nil for none.
  ///   - jobs: threads; the result does not depend on them.
  static func run(
    _ late: LateMean, of path: String, _ weights: RegionWeights, fwhm: Double?, effort: LabelAlignment.Effort,
    jobs: Int = 1
  ) throws(PETError) -> LabelAlignment {
    do throws(PETError) {
      return try LabelAlignment(weights, on: late, fwhm: fwhm, effort: effort, jobs: jobs)
    } catch { throw error.at(file: error.file ?? path) }
  }
}

/// The labels of one image named on the command line.
package enum AlignmentCommand {
  package static func run(
    _ scan: DynamicScan, segmentation: NamedSegmentation, fwhm: Double?, effort: LabelAlignment.Effort, jobs: Int
  ) throws(PETError) -> LabelAlignment {
    try AlignmentStage.run(
      try LateMean(path: scan.path, shares: scan.timing.lateShares), of: scan.path, segmentation.weights, fwhm: fwhm,
      effort: effort, jobs: jobs)
  }
}
