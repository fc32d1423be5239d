package import PETCore

/// Which voxels' curves are wanted, and of which smoothness.
package struct VoxelRequest: Sendable {
  package let mask: VoxelMask
  /// FWHM in mm of a Gaussian; nil for the frames as they are.
  package let smoothing: Double?
  /// Takes points of the reference pose to points of each stored frame; nil where frames are taken as they are.
  package let poses: [Affine]?
  /// Threads that smoothing and poses may take.
  package let jobs: Int
  /// Called with the share of frames that were read.
  package let progress: (@Sendable (Double) -> Void)?

  package init(
    mask: VoxelMask, smoothing: Double? = nil, poses: [Affine]? = nil, jobs: Int = 1,
    progress: (@Sendable (Double) -> Void)? = nil
  ) {
    self.mask = mask
    self.smoothing = smoothing
    self.poses = poses
    self.jobs = jobs
    self.progress = progress
  }
}

/// Curves of the voxels of a mask, in single precision: what is kept of a scan for voxelwise fits.
package struct VoxelCurves: Sendable {
  package let mask: VoxelMask
  /// Frame after frame, one value a voxel of the mask, scaled by the header.
  private var frames: [[Float]] = []
  private let expected: Int
  private let slope: Double
  private let intercept: Double
  private let progress: (@Sendable (Double) -> Void)?
  private let smoother: GaussianSmoothing?
  private let poses: [Affine]?
  private let jobs: Int

  /// Gets ready for the frames of a scan, which must be on the mask's grid.
  init(_ request: VoxelRequest, of header: ImageHeader) throws(PETError) {
    mask = request.mask
    expected = header.frames
    progress = request.progress
    (poses, jobs) = (request.poses, request.jobs)
    slope = header.slope
    intercept = header.intercept
    smoother = request.smoothing.map { GaussianSmoothing(fwhm: $0, grid: header.grid, jobs: request.jobs) }
    try mask.check(isOn: header.grid, image: header.file)
  }

  /// Reads a scan for its voxels alone.
  ///
  /// - Parameter frames: how many frames the sidecar tells of.
  package static func read(path: String, _ request: VoxelRequest, frames: Int?) throws(PETError) -> (
    curves: VoxelCurves, findings: [Finding]
  ) {
    let pass = try FramePass(path: path, frames: frames)
    var curves = try VoxelCurves(request, of: pass.header)
    try pass.eachFrame { curves.append($0) }
    return (curves, pass.findings)
  }

  mutating func append(_ frame: VoxelBytes) {
    frames.append(smoother.map { $0.smoothed(frame, gathered) } ?? gathered(frame))
    progress?(Double(frames.count) / Double(max(expected, 1)))
  }

  /// The mask's voxels of a frame, with the head in the reference pose where frames have poses.
  private func gathered(_ frame: VoxelBytes) -> [Float] {
    guard let poses else {
      return frame.withElements(Gather(offsets: mask.offsets, slope: slope, intercept: intercept))
    }
    let values = frame.withElements(Scaled(slope: slope, intercept: intercept))
    return FrameInPose(values, on: mask.grid, pose: poses[frames.count]).values(mask.offsets, jobs: jobs)
  }

  /// Whether frames were read with the head in the reference pose.
  package var areInPose: Bool { poses != nil }

  /// Adds the frames of a later scan of the same voxels; false where its voxels are others.
  package mutating func append(_ later: VoxelCurves) -> Bool {
    guard later.mask.offsets == mask.offsets, later.mask.grid.isSame(as: mask.grid) else { return false }
    frames += later.frames
    return true
  }

  package var frameCount: Int { frames.count }
  package var count: Int { mask.offsets.count }

  /// Copies the curves of a range of voxels, voxel after voxel.
  ///
  /// - Parameters:
  ///   - kept: stored frames that are wanted, and the factor of each.
  ///   - out: receives range.count x kept.count values.
  package func copy(
    _ range: Range<Int>, frames kept: [(index: Int, factor: Double)], into out: UnsafeMutableBufferPointer<Double>
  ) {
    for (place, frame) in kept.enumerated() {
      frames[frame.index].withUnsafeBufferPointer { values in
        var target = place
        for voxel in range {
          out[target] = Double(values[voxel]) * frame.factor
          target += kept.count
        }
      }
    }
  }

  /// Mean over the mask in every stored frame, voxels without a value left out.
  package var means: [Double] {
    frames.map { frame in
      var sum = 0.0
      var count = 0
      for value in frame where value.isFinite {
        sum += Double(value)
        count += 1
      }
      return count > 0 ? sum / Double(count) : .nan
    }
  }

  private struct Scaled: ElementBody {
    let slope: Double
    let intercept: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> [Float] {
      elements.map { Float($0.double * slope + intercept) }
    }
  }

  private struct Gather: ElementBody {
    let offsets: [Int32]
    let slope: Double
    let intercept: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> [Float] {
      [Float](unsafeUninitializedCapacity: offsets.count) { out, count in
        for (i, offset) in offsets.enumerated() {
          out[i] = Float(elements[Int(offset)].double * slope + intercept)
        }
        count = offsets.count
      }
    }
  }
}
