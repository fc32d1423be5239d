import Foundation
import PETCore
import PETSimulation
import Testing

/// True curves of the simulation, against the closed form of one compartment behind its plasma.
///
/// Plasma is (450 τ - 20) e^(-4.5 τ) + 11 e^(-0.17 τ) + 9 e^(-0.01 τ), τ in min from 15 s on (Feng 1993).
struct TissueCurvesTests {
  /// Amplitudes and rates (1/min) of the exponentials; the first has τ before it too, with 450.
  private static let terms = [(-20.0, 4.5), (11, 0.17), (9, 0.01)]

  /// ∫ of plasma to τ.
  private static func area(_ t: Double) -> Double {
    terms.reduce(450 * (1 - (1 + 4.5 * t) * exp(-4.5 * t)) / (4.5 * 4.5)) { $0 + $1.0 * (1 - exp(-$1.1 * t)) / $1.1 }
  }

  /// Activity at τ of a tissue with rates K and k, 1/min: plasma convolved with K e^(-k τ), term by term.
  private static func activity(_ t: Double, _ k1: Double, _ k: Double) -> Double {
    let fade = exp(-k * t)
    let first = 450 * (t * exp(-4.5 * t) - (exp(-4.5 * t) - fade) / (k - 4.5)) / (k - 4.5)
    return k1 * terms.reduce(first) { $0 + $1.0 * (exp(-$1.1 * t) - fade) / (k - $1.1) }
  }

  /// Frame means: dC/dt = K P - k C makes ∫ C = (K ∫ P - ΔC) / k.
  private static func means(_ frames: FrameSchedule, _ k1: Double, _ k: Double) -> [Double] {
    frames.starts.indices.map { i in
      let ends = [frames.starts[i], frames.ends[i]].map { max(0, $0 / 60 - 0.25) }
      let input = k1 * (area(ends[1]) - area(ends[0]))
      let change = activity(ends[1], k1, k) - activity(ends[0], k1, k)
      return (input - change) / k / (frames.durations[i] / 60)
    }
  }

  private static func frames() throws -> FrameSchedule {
    let durations = [10.0, 10, 10, 15, 15, 60, 180]
    return try FrameSchedule(starts: durations.indices.map { durations[..<$0].reduce(0, +) }, durations: durations)
  }

  /// Steps of 0.05 s leave less than 1e-9 of the peak; ten times that.
  @Test(arguments: [(1.0, 0.0), (0.9, 2.5), (1.1, 0.3)])
  func frameMeans(delivery: Double, binding: Double) throws {
    let (frames, tracer) = (try Self.frames(), SimulatedTracer.dasb)
    let curve = TissueCurves(frames, tracer: tracer).means(delivery: delivery, binding: binding)
    // R1 K1', and R1 k2' / (1 + BPND).
    let truth = Self.means(
      frames, delivery * tracer.k1Reference, delivery * tracer.k2prime / (1 + binding))
    let peak = try #require(truth.max())
    for (value, own) in zip(curve, truth) { #expect(abs(value - own) < 1e-8 * peak) }
  }

  /// Nothing comes before 15 s, and nothing without delivery.
  @Test func beforeTheBolus() throws {
    let curves = TissueCurves(try FrameSchedule(starts: [0, 15], durations: [15, 5]), tracer: .raclopride)
    let curve = curves.means(delivery: 1, binding: 1)
    #expect(curve[0] == 0 && curve[1] > 0 && curves.means(delivery: 0, binding: 1) == [0, 0])
  }
}
