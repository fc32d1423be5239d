import Foundation
package import PETCore
package import PETImaging

/// How a head moved from frame to frame of a scan, told from the scan itself.
///
/// Each frame is fitted to the mean of the late ones without itself, and, where there are labels, to these blurred, with regional
/// values of its own: what a tracer's changing contrast takes for motion is then as small as the labels are right. Poses are
/// against the reference pose, the mean over time of those after 5 min.
package struct FrameMotion: Sendable {
  /// Takes points of the reference pose to points of each frame.
  package private(set) var poses: [Affine]
  /// Standard errors of the displacement, rms over the head, mm, with the floor that changing contrast leaves; of a frame that is
  /// held that of the pose which it holds.
  package private(set) var errors: [Double]
  /// What changing contrast leaves in them, mm: it drifts slowly, where noise is each frame's own.
  package private(set) var floorError: Double
  /// Frames that tell no pose of their own, and have that of the nearest which does.
  package private(set) var isHeld: [Bool]
  /// The scan's centre of mass, that turns are about, mm.
  package let centre: (x: Double, y: Double, z: Double)
  /// Of the head, mm.
  let points: [(x: Double, y: Double, z: Double)]
  /// Whether poses are those of labels: found by them, or stated for them.
  package private(set) var hasLabels: Bool
  /// Whether there are labels that do not tell them: most frames after 5 min do not fit to them.
  package private(set) var isLostByLabels = false
  /// Takes points where labels were said to lie to where they do in the reference pose; as they are where no labels told poses.
  package private(set) var placing = Affine.identity
  package let frames: FrameSchedule
  /// Whether another program found the poses, which tells no errors of them: these are NaN.
  package let isStated: Bool

  /// Error above which a frame tells nothing, mm.
  static let mostError = 1.0
  /// What changing contrast leaves in simulated scans: against the mean, and against labels, mm.
  private static let (floor, floorOfLabels) = (0.2, 0.1)
  /// How much is done.
  package enum Effort: Sendable {
    /// Enough to tell whether a head moved.
    case check
    /// Poses that labels are moved by.
    case full

    var points: Int { self == .check ? 3000 : 8000 }
    var passes: Int { self == .check ? 1 : 3 }
  }

  /// - Parameters:
  ///   - blocks: the frames of the schedule.
  ///   - weights: of the scan's labels; nil where there are none, or masks that do not part the space.
  ///   - fwhm: of the scan, mm, where there are labels.
  ///   - jobs: threads; the result does not depend on them.
  /// - Throws: for one frame, and where none tells a pose.
  package init(
    _ blocks: FrameBlocks, _ frames: FrameSchedule, weights: RegionWeights? = nil, fwhm: Double = 6,
    effort: Effort = .full, jobs: Int
  ) throws(PETError) {
    let smooth = try SmoothFrames(blocks, frames, jobs: jobs)
    (self.frames, centre, points, isStated) = (frames, smooth.centre, smooth.points, false)
    var poses = smooth.chained(points: effort.points / 2)
    var errors = [Double](repeating: .infinity, count: poses.count)
    func refine(_ passes: Int) {
      for _ in 0..<passes {
        for (frame, fit) in smooth.fits(to: poses, points: effort.points, jobs: jobs).enumerated() {
          errors[frame] = fit?.error ?? .infinity
          if let fit, fit.error < Self.mostError { poses[frame] = fit.pose }
        }
      }
    }
    var floor = Self.floor
    floorError = floor
    hasLabels = weights?.ownLabels != nil
    // Labels need no more than a start.
    refine(hasLabels ? 1 : effort.passes)
    if let weights, hasLabels {
      let fitted = try FramesOnLabels(blocks, weights, fwhm: fwhm, jobs: jobs)
        .fits(from: poses, isTold: smooth.isTold, jobs: jobs)
      let told = smooth.late.filter { smooth.isTold[$0] }
      hasLabels = told.count { fitted.errors[$0] < Self.mostError } * 2 > told.count
      isLostByLabels = !hasLabels
      if hasLabels {
        (poses, errors) = fitted
        floor = Self.floorOfLabels
      } else {
        refine(effort.passes - 1)
      }
    }
    isHeld = errors.map { !($0 < Self.mostError) }
    self.poses = poses
    self.errors = errors.map { hypot($0, floor) }
    floorError = floor
    try hold()
    settle(smooth.late)
  }

  /// Poses that another program found.
  ///
  /// - Parameters:
  ///   - stated: points of the pose that labels are brought to, to points of each frame of the schedule.
  ///   - points: of the head in that pose, mm.
  package init(stated: [Affine], _ frames: FrameSchedule, points: [(x: Double, y: Double, z: Double)]) {
    (self.frames, self.points, isStated, hasLabels) = (frames, points, true, true)
    let count = Double(max(1, points.count))
    centre = (
      points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count,
      points.reduce(0) { $0 + $1.z } / count
    )
    (poses, floorError) = (stated, .nan)
    errors = stated.map { _ in .nan }
    isHeld = stated.map { _ in false }
    settle(SmoothFrames.late(frames))
  }

  /// Frames that tell nothing get the pose of the nearest that does.
  private mutating func hold() throws(PETError) {
    let good = isHeld.indices.filter { !isHeld[$0] }
    guard !good.isEmpty else {
      throw PETError(
        .wrongInput, field: "frames", "no frame tells where the head lies",
        remedy: "check the image, or leave motion out")
    }
    for frame in isHeld.indices where isHeld[frame] {
      let nearest = good.min { abs($0 - frame) < abs($1 - frame) } ?? good[0]
      (poses[frame], errors[frame]) = (poses[nearest], errors[nearest])
    }
  }

  /// Against the mean pose of the late frames by their durations.
  private mutating func settle(_ late: [Int]) {
    for _ in 0..<3 {
      let whole = late.reduce(0) { $0 + frames.durations[$1] }
      var mean = [Double](repeating: 0, count: 6)
      for frame in late {
        for (i, part) in poses[frame].rigidStep(about: centre).enumerated() {
          mean[i] += part * frames.durations[frame] / whole
        }
      }
      guard let back = Affine.rigid(mean, about: centre).inverse else { return }
      poses = poses.map { $0.after(back) }
      if hasLabels { placing = Affine.rigid(mean, about: centre).after(placing) }
    }
  }
}
