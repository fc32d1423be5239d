package import PETCore
import PETImaging
package import PETRegistration
package import PETStudy

/// Of stage 2, where the labels lie on their scan and how sharp it is.
enum AlignmentStage {
  /// - Parameters:
  ///   - fwhm: that is given for the scan, mm; nil for none.
  ///   - jobs: threads; the result does not depend on them.
  static func run(
    _ path: String, timing: ScanTiming, _ own: ScanRegions, fwhm: Double?, effort: LabelAlignment.Effort, jobs: Int
  ) throws(PETError) -> LabelAlignment {
    let scan = try LateMean(path: path, shares: timing.lateShares)
    do throws(PETError) {
      return try LabelAlignment(own.weights, on: scan, fwhm: fwhm, effort: effort, jobs: jobs)
    } catch { throw error.at(file: error.file ?? path) }
  }
}

/// The labels of one image named on the command line.
package enum AlignmentCommand {
  package static func run(
    _ scan: DynamicScan, segmentation: NamedSegmentation, fwhm: Double?, effort: LabelAlignment.Effort, jobs: Int
  ) throws(PETError) -> LabelAlignment {
    try AlignmentStage.run(
      scan.path, timing: scan.timing, ScanRegions(segmentation, [], of: scan), fwhm: fwhm, effort: effort, jobs: jobs)
  }
}
