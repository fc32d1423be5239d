import ArgumentParser
import PETCore
import PETImaging
import PETPipeline
import PETRegistration

extension PartialVolume: ExpressibleByArgument {}

struct PartialVolumeOptions: ParsableArguments {
  @Option(
    help: """
      Correction of what neighbours spill into each region: gtm solves for the activity of every label together \
      (--fwhm). Of two tracers correct both, or neither.
      """)
  var partialVolume: PartialVolume = .none
  @Option(
    help: """
      Resolution of the scan: FWHM of its point spread in mm, without the voxel; in the slices and along the axis where \
      they differ (6,5); or auto for the scan's own estimate.
      """)
  var fwhm: String?
  @Option(jobs: "Threads of --partial-volume; results do not depend on it.") var jobs: JobCount

  func validate() throws {
    if fwhm != nil, partialVolume == .none { throw ValidationError("--fwhm belongs to --partial-volume gtm") }
    if fwhm == nil, partialVolume == .gtm {
      throw ValidationError("--partial-volume gtm needs the resolution of the scan: --fwhm MM")
    }
  }

  /// Nil without a correction, and for the scan's own estimate.
  func spread(_ segmentation: SegmentationOptions) throws(PETError) -> PointSpread? {
    guard partialVolume == .gtm, let fwhm else { return nil }
    if segmentation.sampling != .labelsToImage {
      throw PETError(
        .usage, field: "--sampling", "the correction takes the labels to the scan",
        remedy: "leave --sampling away with --partial-volume gtm")
    }
    return try Self.spread(fwhm)
  }

  /// Nil for `auto`.
  static func spread(_ fwhm: String) throws(PETError) -> PointSpread? {
    guard fwhm != "auto" else { return nil }
    let numbers = fwhm.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmed) }
    guard (1...2).contains(numbers.count), let inPlane = numbers[0], let axial = numbers[numbers.count - 1] else {
      throw PETError(
        .usage, field: "--fwhm", "'\(fwhm)' is no FWHM in mm",
        remedy: "write 6, or in the slices and along the axis 6,5")
    }
    do throws(PETError) { return try PointSpread(inPlane: inPlane, axial: axial) } catch {
      throw PETError(error.code, field: "--fwhm", error.problem, remedy: error.remedy)
    }
  }
}
