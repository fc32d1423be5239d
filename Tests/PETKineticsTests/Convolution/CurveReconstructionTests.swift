import Foundation
import PETCore
import Testing

@testable import PETKinetics

/// C(t) = b t + c t², of which everything is known in closed form.
private struct Parabola {
  let b: Double
  let c: Double

  func mean(_ from: Double, _ to: Double) -> Double { (area(to) - area(from)) / (to - from) }
  private func area(_ t: Double) -> Double { t * t * (b / 2 + t * c / 3) }
  func integralMean(_ from: Double, _ to: Double) -> Double {
    func whole(_ t: Double) -> Double { t * t * t * (b / 6 + t * c / 12) }
    return (whole(to) - whole(from)) / (to - from)
  }
  func doubleMean(_ from: Double, _ to: Double) -> Double {
    func whole(_ t: Double) -> Double { pow(t, 4) * (b / 24 + t * c / 60) }
    return (whole(to) - whole(from)) / (to - from)
  }
  /// Mean of y with y' = C - k y: a polynomial and an exponential.
  func convolvedMean(_ from: Double, _ to: Double, rate k: Double) -> Double {
    let square = c / k
    let linear = (b - 2 * square) / k
    let constant = -linear / k
    let polynomial =
      constant + linear * (from + to) / 2 + square * (from * from + from * to + to * to) / 3
    return polynomial - constant * (exp(-k * from) - exp(-k * to)) / (k * (to - from))
  }
}

struct CurveReconstructionTests {
  private static let curve = Parabola(b: 0.4, c: -0.002)

  private static func schedule(_ edges: [Double], without lost: Set<Int> = []) throws -> FrameSchedule {
    let kept = (0..<edges.count - 1).filter { !lost.contains($0) }
    return try FrameSchedule(starts: kept.map { edges[$0] }, durations: kept.map { edges[$0 + 1] - edges[$0] })
  }

  private static func agree(_ found: [Double], _ known: [Double], _ tolerance: Double) -> Bool {
    found.count == known.count && zip(found, known).allSatisfy { abs($0 - $1) <= tolerance * abs($1) }
  }

  /// The spline has the area of a parabola through 0 among its curves: everything is exact, frames as uneven as they are.
  ///
  /// 1e-12: rounding of a chain of some ten segments. The derivative by the rate is held against differences of the closed
  /// form, whose own error is 1e-7 where the rate is not small.
  @Test func aParabolaIsExact() throws {
    let edges: [Double] = [0, 5, 10, 20, 35, 65, 70, 100]
    let frames = try Self.schedule(edges)
    let spans = Array(zip(edges, edges.dropFirst()))
    let made = CurveReconstruction(frames: frames, sampling: .average)
      .curve(spans.map { Self.curve.mean($0, $1) })
    #expect(Self.agree(made.observed(), spans.map { Self.curve.mean($0, $1) }, 1e-13))
    let (single, double) = made.observedIntegrals()
    #expect(Self.agree(single, spans.map { Self.curve.integralMean($0, $1) }, 1e-12))
    #expect(Self.agree(double, spans.map { Self.curve.doubleMean($0, $1) }, 1e-12))
    for rate in [0.002, 0.03, 0.4, 3] {
      var value = [Double](repeating: 7, count: frames.count)
      var slope = value
      made.observedConvolution(rate: rate, value: &value, slope: &slope)
      let known = spans.map { Self.curve.convolvedMean($0, $1, rate: rate) }
      // The closed form itself loses digits where the rate is small.
      #expect(Self.agree(value, known, rate < 0.01 ? 1e-8 : 1e-10), "\(rate): \(value) \(known)")
      if rate < 0.01 { continue }
      let step = 1e-4 * rate
      let difference = spans.map { a, b in
        (Self.curve.convolvedMean(a, b, rate: rate + step) - Self.curve.convolvedMean(a, b, rate: rate - step))
          / (2 * step)
      }
      #expect(Self.agree(slope, difference, 1e-6), "\(rate): \(slope) \(difference)")
    }
    #expect(Self.agree(made.observedConvolution(rate: 0), single, 1e-13))
  }

  /// A straight line stays one over a late start and over gaps, wherever they are.
  @Test(arguments: [[0], [3], [0, 1], [2, 5], [0, 3, 4]] as [Set<Int>])
  func aStraightLineOverGaps(lost: Set<Int>) throws {
    let edges: [Double] = [0, 5, 10, 20, 35, 65, 70, 100]
    let line = Parabola(b: 0.4, c: 0)
    let frames = try Self.schedule(edges, without: lost)
    let spans = Array(zip(frames.starts, frames.ends))
    let made = CurveReconstruction(frames: frames, sampling: .average).curve(frames.midpoints.map { 0.4 * $0 })
    #expect(Self.agree(made.observed(), spans.map { line.mean($0, $1) }, 1e-13))
    #expect(Self.agree(made.observedIntegral(), spans.map { line.integralMean($0, $1) }, 1e-12))
    let known = spans.map { line.convolvedMean($0, $1, rate: 0.05) }
    #expect(Self.agree(made.observedConvolution(rate: 0.05), known, 1e-11))
  }

  /// Straight pieces between middles, from (0, 0): what a frame sees is the value at its middle.
  @Test func middlesOfFrames() throws {
    let frames = try Self.schedule([0, 4, 10, 12])
    let made = CurveReconstruction(frames: frames, sampling: .midpoint).curve([6, 1, 5])
    // Middles 2, 7, 11: areas 6, 6 + 17.5, 6 + 17.5 + 12.
    #expect(made.observed() == [6, 1, 5])
    #expect(Self.agree(made.observedIntegral(), [6, 23.5, 35.5], 1e-15))
    let line = CurveReconstruction(frames: frames, sampling: .midpoint).curve([2, 7, 11])
    // t ⊗ e^(-kt) = t/k - (1 - e^(-kt))/k².
    let known = frames.midpoints.map { $0 / 0.3 - (1 - exp(-0.3 * $0)) / 0.09 }
    #expect(Self.agree(line.observedConvolution(rate: 0.3), known, 1e-13))
  }

  /// One frame alone is a straight line from 0 with its mean.
  @Test func oneFrame() throws {
    let frames = try FrameSchedule(starts: [0], durations: [10])
    let made = CurveReconstruction(frames: frames, sampling: .average).curve([3])
    // 0.6 t: the mean of 0.3 t² over 10 s is 10.
    #expect(Self.agree(made.observed(), [3], 1e-15) && Self.agree(made.observedIntegral(), [10], 1e-15))
  }

  /// The matrix of a convolution, column by column and in one pass; a curve's convolution is the matrix times its values.
  @Test(arguments: FrameSampling.allCases)
  func matricesOfConvolution(sampling: FrameSampling) throws {
    let frames = try Self.schedule([0, 5, 10, 20, 35, 65, 70, 100], without: [0, 4])
    let reconstruction = CurveReconstruction(frames: frames, sampling: sampling)
    let values = [3.0, -1, 4, 1, 5]
    let whole = reconstruction.curve(values).observedConvolution(rate: 0.07)
    let oneByOne = reconstruction.matrix { $0.observedConvolution(rate: 0.07) }
    let onePass = reconstruction.convolutionMatrix(rate: 0.07, units: reconstruction.unitCoefficients())
    for i in whole.indices {
      for matrix in [oneByOne, onePass] {
        let product = values.withUnsafeBufferPointer { matrix.dot(row: i, $0) }
        // Terms of both signs up to 40 cancel: rounding of these.
        #expect(abs(product - whole[i]) < 1e-12 * 40)
      }
    }
  }

  /// Two rates in one pass are the two alone, for straight pieces.
  @Test(arguments: FrameSampling.allCases)
  func twoRatesInOnePass(sampling: FrameSampling) throws {
    var grid = SegmentGrid(sampling: sampling, frameCount: 2)
    grid.add(2, frame: -1)
    grid.add(4, frame: 0, share: sampling == .average ? 0.5 : 1)
    grid.add(4, frame: sampling == .average ? 0 : 1, share: 0.5)
    if sampling == .average { grid.add(3, frame: 1) }
    let count = grid.segments.count
    #expect(grid.distinctLengths == (sampling == .average ? [2, 4, 3] : [2, 4]))
    let curve = SegmentedCurve(
      grid: grid, constant: Array([0, 1, 5, 2].prefix(count)), linear: Array([0.5, 1, -0.75, 0.2].prefix(count)),
      quadratic: [])
    let rates = SIMD2(0.01, 0.6)
    var values = [SIMD2<Double>](repeating: .one, count: 2)
    var slopes = values
    values.withUnsafeMutableBufferPointer { v in
      slopes.withUnsafeMutableBufferPointer { curve.observedConvolutions(rates: rates, values: v, slopes: $0) }
    }
    for lane in 0..<2 {
      var value = [0.0, 0]
      var slope = value
      curve.observedConvolution(rate: rates[lane], value: &value, slope: &slope)
      for i in 0..<2 {
        #expect(abs(values[i][lane] - value[i]) < 1e-14 * abs(value[i]))
        #expect(abs(slopes[i][lane] - slope[i]) < 1e-13 * abs(slope[i]))
      }
    }
  }
}
