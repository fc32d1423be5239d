import Foundation
package import PETCore

/// A 90 min scan of a reference tissue and targets: truth for tests.
///
/// Plasma is piecewise constant on 0.5 s; every tissue is one compartment, so each step is exact and SRTM holds.
package struct ReferenceScan {
  package let frames: FrameSchedule
  private let step = 0.5

  package init() throws(PETError) {
    let plan: [(Int, Double)] = [(6, 10), (4, 15), (4, 30), (6, 60), (4, 150), (4, 300), (5, 600)]
    let durations = plan.flatMap { Array(repeating: $0.1, count: $0.0) }
    var starts = [0.0]
    for duration in durations.dropLast() { starts.append((starts.last ?? 0) + duration) }
    frames = try FrameSchedule(starts: starts, durations: durations)
  }

  /// Frame means of a tissue, kBq/mL; K1 in mL/cm3/min, k in 1/min.
  package func tissue(k1: Double, k: Double) -> [Double] {
    let rate = k / 60
    let decay = exp(-rate * step)
    let gain = -expm1(-rate * step) / rate
    var c = 0.0
    var time = 0.0
    return frames.durations.map { duration in
      var integral = 0.0
      for _ in 0..<Int((duration / step).rounded()) {
        let input = k1 / 60 * plasma((time + step / 2) / 60)
        // ∫ over the step of c e^(-k s) + input (1 - e^(-k s))/k.
        integral += c * gain + input * (step - gain) / rate
        c = c * decay + input * gain
        time += step
      }
      return integral / duration
    }
  }

  private func plasma(_ minutes: Double) -> Double {
    let t = minutes - 0.3
    return t > 0 ? (480 * t - 22) * exp(-4.8 * t) + 12 * exp(-0.16 * t) + 10 * exp(-0.009 * t) : 0
  }

  package func reference(k2prime: Double) -> [Double] { tissue(k1: 0.4, k: k2prime) }

  package func target(bpnd: Double, r1: Double, k2prime: Double) -> [Double] {
    tissue(k1: 0.4 * r1, k: r1 * k2prime / (1 + bpnd))
  }
}
