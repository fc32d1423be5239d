package import PETCore
import PETImaging
package import PETRegistration
package import PETStudy

/// The motion of the head in one image named on the command line.
package enum MotionCommand {
  package static func run(
    _ scan: DynamicScan, segmentation: NamedSegmentation?, fwhm: Double?, jobs: Int
  ) throws(PETError) -> FrameMotion {
    let blocks = try FrameBlocks(path: scan.path, frames: scan.timing.storedFrames, kept: scan.timing.keptFrames)
    do throws(PETError) {
      return try FrameMotion(
        blocks, scan.timing.frames, weights: segmentation?.weights, fwhm: fwhm ?? 6, jobs: jobs)
    } catch { throw error.at(file: error.file ?? scan.path) }
  }
}
