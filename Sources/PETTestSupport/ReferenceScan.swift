import Foundation
package import PETCore
package import PETKinetics

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

  /// Samples of the plasma curve, joined by straight lines as the product takes them: denser where it is steep.
  package func plasmaInput() throws(PETError) -> PlasmaInput {
    let times =
      stride(from: 0.0, to: 120, by: 3).map { $0 } + stride(from: 120.0, to: 600, by: 30).map { $0 }
      + stride(from: 600.0, through: 5400, by: 150).map { $0 }
    let parent = times.map { plasma($0 / 60) }
    return try PlasmaInput(times: times, parent: parent, wholeBlood: parent.map { 0.8 * $0 })
  }

  /// Frame means of a region driven by `plasmaInput()`, K1 in mL/cm3/min, k in 1/min.
  ///
  /// Worked out by stepping the differential equation (Runge-Kutta of fourth order, 0.1 s): no closed form of the product's.
  package func twoTissue(k1: Double, k2: Double, k3: Double = 0, k4: Double = 0, vB: Double) -> [Double] {
    guard let input = try? plasmaInput() else { return [] }
    let h = 0.1
    let (a, b, c, d) = (k1 / 60, k2 / 60, k3 / 60, k4 / 60)
    var place = 0
    func plasma(_ time: Double) -> Double {
      while place > 0, input.times[place] > time { place -= 1 }
      while place + 2 < input.times.count, input.times[place + 1] <= time { place += 1 }
      let share = (time - input.times[place]) / (input.times[place + 1] - input.times[place])
      return input.parent[place] + share * (input.parent[place + 1] - input.parent[place])
    }
    func slope(_ p: Double, _ free: Double, _ bound: Double) -> (Double, Double) {
      (a * p - (b + c) * free + d * bound, c * free - d * bound)
    }
    var free = 0.0
    var bound = 0.0
    var step = 0
    return frames.durations.map { duration in
      var integral = 0.0
      for _ in 0..<Int((duration / h).rounded()) {
        let time = Double(step) * h
        let (p0, p1, p2) = (plasma(time), plasma(time + h / 2), plasma(time + h))
        let s1 = slope(p0, free, bound)
        let s2 = slope(p1, free + h / 2 * s1.0, bound + h / 2 * s1.1)
        let s3 = slope(p1, free + h / 2 * s2.0, bound + h / 2 * s2.1)
        let s4 = slope(p2, free + h * s3.0, bound + h * s3.1)
        let before = (1 - vB) * (free + bound) + vB * 0.8 * p0
        let sumBefore = free + bound
        free += h / 6 * (s1.0 + 2 * s2.0 + 2 * s3.0 + s4.0)
        bound += h / 6 * (s1.1 + 2 * s2.1 + 2 * s3.1 + s4.1)
        // The middle by Hermite's cubic through both ends, as exact as the step.
        let end = slope(p2, free, bound)
        let between = (sumBefore + free + bound) / 2 + h / 8 * (s1.0 + s1.1 - end.0 - end.1)
        let middle = (1 - vB) * between + vB * 0.8 * p1
        let after = (1 - vB) * (free + bound) + vB * 0.8 * p2
        // Simpson's rule over the step.
        integral += h / 6 * (before + 4 * middle + after)
        step += 1
      }
      return integral / duration
    }
  }

  /// Frame means of a target with release during the scan; rates in 1/min, times in s.
  ///
  /// dC_T/dt = R1 dC_R/dt + k2 C_R - (k2a + γ h) C_T, stepped on 0.5 s like the reference.
  package func released(
    bpnd: Double, r1: Double, k2prime: Double, gamma: Double, onset: Double, peak: Double, sharpness: Double
  ) -> [Double] {
    let (rate, k2, g) = (k2prime / 60, r1 * k2prime / 60, gamma / 60)
    let k2a = k2 / (1 + bpnd)
    var reference = 0.0
    var target = 0.0
    var time = 0.0
    func h(_ time: Double) -> Double {
      let u = (time - onset) / (peak - onset)
      return u > 0 ? pow(u, sharpness) * exp(sharpness * (1 - u)) : 0
    }
    return frames.durations.map { duration in
      var integral = 0.0
      for _ in 0..<Int((duration / step).rounded()) {
        // The reference is exact on a step of constant plasma; the target by the midpoint rule with 10 steps inside.
        let input = 0.4 / 60 * plasma((time + step / 2) / 60)
        let part = step / 10
        for k in 0..<10 {
          let t = time + Double(k) * part
          let next = reference * exp(-rate * part) + input * -expm1(-rate * part) / rate
          let middle = (reference + next) / 2
          let half = target + (r1 * (middle - reference) + part / 2 * (k2 * reference - (k2a + g * h(t)) * target))
          let after =
            target + r1 * (next - reference) + part * (k2 * middle - (k2a + g * h(t + part / 2)) * half)
          integral += part * (target + after) / 2
          reference = next
          target = after
        }
        time += step
      }
      return integral / duration
    }
  }
}
