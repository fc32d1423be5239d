package import PETCore
package import PETImaging
package import PETRegistration
package import PETStudy

extension FrameMotion {
  /// Of each stored frame; those that do not count have that of the nearest which does.
  package func poses(of timing: ScanTiming) -> [Affine] {
    let kept = timing.keptFrames.map(\.index)
    return (0..<timing.storedFrames).map { frame in
      poses[kept.indices.min { abs(kept[$0] - frame) < abs(kept[$1] - frame) } ?? 0]
    }
  }
}

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
