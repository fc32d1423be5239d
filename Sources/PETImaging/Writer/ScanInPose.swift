package import PETCore

/// A scan with the head in the reference pose in every frame, as an image.
package enum ScanInPose {
  /// Reads a scan once and writes it, frame by frame; NaN where a frame does not reach.
  ///
  /// - Parameters:
  ///   - poses: take points of the reference pose to points of each stored frame.
  ///   - path: ends in `.nii.gz`; the folder must exist.
  ///   - jobs: threads; the result does not depend on them.
  package static func write(
    _ image: String, poses: [Affine], to path: String, jobs: Int, staging: StagedFiles
  ) throws(PETError) {
    let stream = try VoxelStream(path: image)
    let grid = stream.header.grid
    let voxels = grid.count
    let all = (0..<voxels).map { Int32($0) }
    try NIfTIWriter.write(
      path, grid: grid, frames: poses.count, description: "motion corrected, PETBalance", staging: staging
    ) { (frame) throws(PETError) in
      let stored = UnsafeMutableRawBufferPointer.allocate(byteCount: stream.header.frameBytes, alignment: 64)
      let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: voxels)
      defer {
        stored.deallocate()
        values.deallocate()
      }
      _ = try stream.read(into: values, scratch: stored)
      return FrameInPose(values.map { Float($0) }, on: grid, pose: poses[frame]).values(all, jobs: jobs)
        .map(Double.init)
    }
    try stream.finish()
  }
}
