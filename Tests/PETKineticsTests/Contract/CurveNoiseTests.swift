import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

struct CurveNoiseTests {
  private let frames: FrameSchedule

  init() throws { frames = try ReferenceScan().frames }

  /// Means over the frames of exponentials, their rates in 1/min.
  private func smooth(_ parts: [(height: Double, rate: Double)]) -> [Double] {
    zip(frames.starts, frames.durations).map { start, duration in
      parts.reduce(0) { sum, part in
        let rate = part.rate / 60
        return sum + part.height * exp(-rate * start) * (1 - exp(-rate * duration)) / (rate * duration)
      }
    }
  }

  /// What is a sum of the rule's own exponentials has no noise: 0.004 1/min times powers of 2.2.
  ///
  /// Rounding of values up to 50.
  @Test func exactCurves() throws {
    let curve = smooth([(50, 0.004), (-30, 0.004 * pow(2.2, 4)), (20, 0.004 * pow(2.2, 8))])
    let scale = try #require(CurveNoise.scale(of: curve, frames: frames, variance: curve.map { _ in 1 }))
    #expect(scale < 1e-20)
  }

  /// Tissue of a bolus is as noise of 0.02 % of its peak at most.
  @Test func tissueCurves() throws {
    let curve = try ReferenceScan().target(bpnd: 2, r1: 1, k2prime: 0.06)
    let scale = try #require(CurveNoise.scale(of: curve, frames: frames, variance: curve.map { _ in 1 }))
    #expect(scale.squareRoot() < 2e-4 * (curve.max() ?? 0))
  }

  /// Noise of a known variance, uneven over the frames: the mean of 120 estimates is within four of its standard errors.
  ///
  /// With 16 or more degrees of freedom one estimate spreads by √(2/16) of itself.
  @Test func meanOfManyIsTheTruth() throws {
    var random = SeededGenerator(seed: 11)
    let variance = frames.durations.map { 40 / $0 }
    let truth = smooth([(30, 0.02), (15, 0.2)])
    let scales = try (0..<120).map { _ in
      let noisy = truth.indices.map { truth[$0] + 0.3 * variance[$0].squareRoot() * random.normal() }
      return try #require(CurveNoise.scale(of: noisy, frames: frames, variance: variance))
    }
    let mean = scales.reduce(0, +) / Double(scales.count)
    #expect(abs(mean / 0.09 - 1) < 4 * (2.0 / 16 / 120).squareRoot(), "\(mean)")
  }

  /// Frames before 90 s, without a value or without a variance say nothing; the unit of the variance is the scale's.
  @Test func whatCounts() throws {
    var random = SeededGenerator(seed: 12)
    var curve = smooth([(30, 0.02)]).map { $0 + random.normal() }
    var variance = curve.map { _ in 2.0 }
    let scale = try #require(CurveNoise.scale(of: curve, frames: frames, variance: variance))
    let other = try #require(CurveNoise.scale(of: curve, frames: frames, variance: variance.map { 4 * $0 }))
    #expect(abs(4 * other / scale - 1) < 1e-12)
    curve[0] = 1e6
    #expect(CurveNoise.scale(of: curve, frames: frames, variance: variance) == scale)
    let last = frames.count - 1
    let kept = (0..<last).filter { $0 != 20 && $0 != 22 }
    let fewer = try FrameSchedule(starts: kept.map { frames.starts[$0] }, durations: kept.map { frames.durations[$0] })
    let known = CurveNoise.scale(of: kept.map { curve[$0] }, frames: fewer, variance: kept.map { variance[$0] })
    (curve[20], variance[22], variance[last]) = (.nan, 0, .infinity)
    #expect(CurveNoise.scale(of: curve, frames: frames, variance: variance) == known && known != scale)
  }

  @Test func tooFewFrames() throws {
    for (start, count) in [(0.0, 5), (100.0, 3)] {
      let some = try FrameSchedule(
        starts: (0..<count).map { start + 10 * Double($0) }, durations: Array(repeating: 10, count: count))
      let ones = Array(repeating: 1.0, count: count)
      #expect(CurveNoise.scale(of: ones, frames: some, variance: ones) == nil)
    }
  }
}
