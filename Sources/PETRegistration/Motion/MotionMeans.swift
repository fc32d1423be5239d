import PETCore
package import PETImaging

/// The mean of a scan after 5 min before and after a correction for motion, in blocks of about 4 mm: what a motion blurs is seen.
package struct MotionMeans: Sendable {
  package let grid: Grid
  /// Of the frames as they lie, in the unit of the scan, one value a block.
  package let before: [Float]
  /// With each frame read where its pose has the blocks; 0 where none reaches.
  package let after: [Float]

  /// - Parameters:
  ///   - blocks: that the motion was told by.
  ///   - jobs: threads; the result does not depend on them.
  package init(_ motion: FrameMotion, _ blocks: FrameBlocks, jobs: Int) {
    grid = blocks.grid
    let late = SmoothFrames.late(motion.frames)
    let all = blocks.grid
    let offsets = (0..<all.count).map { Int32($0) }
    let moved = Parallel.map(late.count, jobs: jobs) { place in
      FrameInPose(blocks.frames[late[place]], on: all, pose: motion.poses[late[place]]).values(offsets, jobs: 1)
    }
    let durations = late.map { Float(motion.frames.durations[$0]) }
    /// Of the frames that have a number there.
    func mean(_ frames: [[Float]]) -> [Float] {
      offsets.indices.map { at in
        var (sum, weight): (Float, Float) = (0, 0)
        for (frame, duration) in zip(frames, durations) where frame[at].isFinite {
          sum += duration * frame[at]
          weight += duration
        }
        return weight > 0 ? sum / weight : 0
      }
    }
    before = mean(late.map { blocks.frames[$0] })
    after = mean(moved)
  }
}
