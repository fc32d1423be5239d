import Foundation
package import PETCore

/// True curves, integrated step by step: no code is shared with the models that are fitted to them.
///
/// dC_R/dt = K1' C_P - k2' C_R and, for a target, dC_T/dt = R1 K1' C_P - k2a C_T with k2a = R1 k2'/(1 + BPND), which is
/// the simplified reference tissue model exactly. Fourth-order Runge-Kutta on steps of 0.05 s; frame means by Simpson's
/// rule on the same steps. The error against steps half as long is below 1e-9 of the peak.
package struct TissueCurves {
  private static let stepsPerSecond = 20
  let frames: FrameSchedule
  let tracer: SimulatedTracer
  /// Plasma at half steps, kBq/mL.
  private let plasma: [Double]

  package init(_ frames: FrameSchedule, tracer: SimulatedTracer) {
    self.frames = frames
    self.tracer = tracer
    let end = frames.ends.last ?? 0
    let halfSteps = Int(end) * Self.stepsPerSecond * 2
    plasma = (0...halfSteps).map { Self.plasma(minutes: Double($0) / Double(Self.stepsPerSecond * 120)) }
  }

  /// Metabolite-corrected plasma of a bolus that arrives at 15 s, kBq/mL.
  ///
  /// The shape of Feng, Huang and Wang 1993, Int J Biomed Comput 32:95.
  static func plasma(minutes: Double) -> Double {
    let t = minutes - 0.25
    guard t > 0 else { return 0 }
    return (450 * t - 11 - 9) * exp(-4.5 * t) + 11 * exp(-0.17 * t) + 9 * exp(-0.01 * t)
  }

  /// Frame means of a tissue with delivery R1 and binding BPND, kBq/mL.
  package func means(delivery r1: Double, binding: Double) -> [Double] {
    let k1 = r1 * tracer.k1Reference / 60
    let k2a = r1 * tracer.k2prime / 60 / (1 + binding)
    let h = 1 / Double(Self.stepsPerSecond)
    func rate(_ half: Int, _ c: Double) -> Double { k1 * plasma[half] - k2a * c }
    var c = 0.0
    var step = 0
    var means: [Double] = []
    for frame in 0..<frames.count {
      let end = Int((frames.starts[frame] + frames.durations[frame]).rounded()) * Self.stepsPerSecond
      var integral = 0.0
      while step < end {
        let half = 2 * step
        let a = rate(half, c)
        let b = rate(half + 1, c + h / 2 * a)
        let d = rate(half + 1, c + h / 2 * b)
        let e = rate(half + 2, c + h * d)
        let next = c + h / 6 * (a + 2 * b + 2 * d + e)
        // The value at the middle of the step by Hermite interpolation, exact to the order of the method.
        let middle = (c + next) / 2 + h / 8 * (a - rate(half + 2, next))
        integral += h / 6 * (c + 4 * middle + next)
        c = next
        step += 1
      }
      means.append(integral / frames.durations[frame])
    }
    return means
  }
}
