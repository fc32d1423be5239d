import Foundation
import PETCore
import PETImaging

/// The voxels of each frame of a simulated scan: true activity and noise.
struct FrameImages {
  let phantom: Phantom
  /// Frame means of each label, kBq/mL.
  let means: [Int32: [Double]]
  let frames: FrameSchedule
  let tracer: SimulatedTracer
  let noise: Double
  /// Where a scanner blurs, or labels are finer than the scan; nil where every voxel is of one tissue.
  var blurred: BlurredRegions?
  /// How the curve of each label changes with its binding, and half of how that does, by relative change.
  var changes: [Int32: (first: [Double], second: [Double])] = [:]
  /// SD of what binding differs by in its places, relative.
  var variation = 0.0
  /// Nil where the head lies still.
  var motion: HeadMotion?

  /// Mean activity of the brain in a frame.
  private func brainMean(_ frame: Int) -> Double {
    var sum = 0.0
    var count = 0
    for region in Phantom.regions {
      let voxels = phantom.labels.count { $0 == region.label }
      sum += Double(voxels) * (means[region.label]?[frame] ?? 0)
      count += voxels
    }
    return sum / Double(max(count, 1))
  }

  /// Noise SD of a voxel is gain x sqrt(activity x decay factor / minutes).
  private var gain: Double {
    guard noise > 0, let reference = means[1] else { return 0 }
    let middles = frames.midpoints
    let at = middles.indices.min { abs(middles[$0] - 2400) < abs(middles[$1] - 2400) } ?? 0
    let factor = tracer.isotope.decayCorrection(start: 2250, duration: 300)
    return noise * reference[at] / (reference[at] * factor / 5).squareRoot()
  }

  /// int16 step that holds every voxel with room for noise of 6 SD, and for binding that differs by 6 SD.
  var slope: Double {
    var top = 0.0
    for frame in 0..<frames.count {
      let most =
        means.map { (label, curve) -> Double in
          guard let change = changes[label] else { return curve[frame] }
          let (first, second) = (abs(change.first[frame]), abs(change.second[frame]))
          return curve[frame] + 6 * variation * (first + 6 * variation * second)
        }.max() ?? 0
      top = max(top, most + 6 * deviation(most, frame, brain: brainMean(frame)))
    }
    return Double(Float(max(top, 1e-3) / 32000))
  }

  private func deviation(_ activity: Double, _ frame: Int, brain: Double) -> Double {
    let factor = tracer.isotope.decayCorrection(start: frames.starts[frame], duration: frames.durations[frame])
    return gain * ((0.75 * activity + 0.25 * brain) * factor * 60 / frames.durations[frame]).squareRoot()
  }

  func frame(_ index: Int, _ random: inout SeededGenerator) -> [Double] {
    let brain = brainMean(index)
    if let blurred { return frame(index, of: blurred, brain: brain, &random) }
    let scalp = 0.3 * (means[1]?[index] ?? 0)
    var byLabel: [Int32: (mean: Double, sd: Double)] = [:]
    for (label, curve) in means { byLabel[label] = (curve[index], deviation(curve[index], index, brain: brain)) }
    let outer = (mean: scalp, sd: deviation(scalp, index, brain: brain))
    return phantom.labels.indices.map { voxel in
      let label = phantom.labels[voxel]
      guard let tissue = label != 0 ? byLabel[label] : phantom.scalp[voxel] ? outer : nil else { return 0 }
      return noise > 0 ? tissue.mean + tissue.sd * random.normal() : tissue.mean
    }
  }

  private func frame(
    _ index: Int, of blurred: BlurredRegions, brain: Double, _ random: inout SeededGenerator
  ) -> [Double] {
    let reference = means[1]?[index] ?? 0
    var values = motion.map { moved(index, of: blurred, $0) } ?? [Double](repeating: 0, count: phantom.grid.count)
    for (label, shares) in blurred.shares.sorted(by: { $0.key < $1.key }) {
      let activity = means[label]?[index] ?? reference * (Phantom.around[label] ?? 0)
      for voxel in values.indices { values[voxel] += activity * Double(shares[voxel]) }
      guard let change = changes[label], let moments = blurred.moments[label] else { continue }
      let (first, second) = (change.first[index], change.second[index])
      for voxel in values.indices {
        values[voxel] += first * Double(moments.first[voxel]) + second * Double(moments.second[voxel])
      }
    }
    guard noise > 0 else { return values }
    // Where nothing is there is no noise either.
    return values.map { value in
      value > 1e-6 * brain ? value + deviation(value, index, brain: brain) * random.normal() : 0
    }
  }

  /// The mean of a frame over the poses that the head has in it.
  private func moved(_ index: Int, of blurred: BlurredRegions, _ motion: HeadMotion) -> [Double] {
    let reference = means[1]?[index] ?? 0
    let own = phantom.labelGrid
    var fine = [Float](repeating: 0, count: own.count)
    for (label, field) in blurred.fields.sorted(by: { $0.key < $1.key }) {
      let activity = Float(means[label]?[index] ?? reference * (Phantom.around[label] ?? 0))
      for z in 0..<field.shape[2] {
        for y in 0..<field.shape[1] {
          let source = field.shape[0] * (y + field.shape[1] * z)
          let target = field.low[0] + own.nx * (y + field.low[1] + own.ny * (z + field.low[2]))
          for x in 0..<field.shape[0] { fine[target + x] += activity * field.values[source + x] }
        }
      }
    }
    let image = MovedImage(phantom, fine)
    var values = [Double](repeating: 0, count: phantom.grid.count)
    for part in motion.parts(of: frames.starts[index], frames.durations[index]) {
      for (voxel, value) in image.averaged(HeadMotion.pose(part.step)).enumerated() {
        values[voxel] += part.share * value
      }
    }
    return values
  }
}
