import Foundation
import PETCore

/// Where values of an axis come to lie, and the ticks that a person would choose for it.
package struct Scale: Sendable {
  package let low: Double
  package let high: Double
  /// Where `low` and `high` come to lie.
  let from: Double
  let to: Double
  package let ticks: [(value: Double, label: String)]

  func callAsFunction(_ value: Double) -> Double { from + (value - low) / (high - low) * (to - from) }

  /// The place of a value, or the end of the axis that it lies beyond.
  func clamped(_ value: Double) -> Double { self(min(max(value, low), high)) }

  /// An axis whose ends are ticks.
  ///
  /// - Parameters:
  ///   - values: what must find a place; what is not finite is passed over.
  ///   - count: about how many ticks there are.
  ///   - slack: share of a step by which a value may lie beyond the last tick.
  ///   - steps: between ticks, times powers of ten.
  package init(
    of values: some Sequence<Double>, from: Double, to: Double, count: Int = 5, zero: Bool = false,
    slack: Double = 1e-6, steps: [Double] = [1, 2, 2.5, 5]
  ) {
    var (low, high) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
    if low > high { (low, high) = (0, 1) }
    if zero { (low, high) = (min(low, 0), max(high, 0)) }
    if low == high {
      let room = low == 0 ? 1 : abs(low) * 0.1
      (low, high) = (low - (zero && low == 0 ? 0 : room), high + room)
    }
    let step = Self.step((high - low) / Double(max(count, 1)), steps)
    // A value on a tick, or next to nothing beyond one, needs no further one.
    let first = (low / step + slack).rounded(.down)
    let last = max((high / step - slack).rounded(.up), first + 1)
    self.init(step: step, first: Int(first), last: Int(last), from: from, to: to)
  }

  private init(step: Double, first: Int, last: Int, from: Double, to: Double) {
    let decimals = Self.decimals(step)
    low = Double(first) * step
    high = Double(last) * step
    self.from = from
    self.to = to
    let every = max(1, (last - first + 11) / 12)
    ticks = stride(from: first, through: last, by: every).map { i in
      let value = Double(i) * step
      return (value, Self.label(value, decimals: decimals))
    }
  }

  /// Time from 0 in minutes; steps that people read off a clock.
  package init(minutes end: Double, from: Double, to: Double, count: Int = 6) {
    let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 240]
    let wanted = end / Double(max(count, 1))
    let step = steps.first { $0 >= wanted * 0.999 } ?? 480
    low = 0
    high = max(end, step / 1000)
    self.from = from
    self.to = to
    ticks = stride(from: 0, through: Int(high / step + 1e-9), by: 1).map {
      (Double($0) * step, Self.label(Double($0) * step, decimals: Self.decimals(step)))
    }
  }

  /// Given ends, ticks between them.
  init(low: Double, high: Double, from: Double, to: Double, ticks: [(value: Double, label: String)]) {
    self.low = low
    self.high = high
    self.from = from
    self.to = to
    self.ticks = ticks
  }

  private static func step(_ wanted: Double, _ steps: [Double]) -> Double {
    let power = pow(10, floor(log10(wanted)))
    return (steps.first { $0 * power >= wanted * 0.999 } ?? 10) * power
  }

  private static func decimals(_ step: Double) -> Int {
    for decimals in 0..<12 {
      let scaled = step * pow(10, Double(decimals))
      if abs(scaled - scaled.rounded()) < 1e-6 * scaled { return decimals }
    }
    return 12
  }

  private static func label(_ value: Double, decimals: Int) -> String {
    if value != 0, abs(value) >= 1e6 || abs(value) < 1e-4 { return NumberText.short(value) }
    let text = NumberText.fixed(value, decimals: decimals)
    return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
  }

  /// Ticks of a ratio on the axis of its logarithm: 1, 2, 5 and their powers of ten, fewer where there are many.
  package static func ratioTicks(low: Double, high: Double) -> [(value: Double, label: String)] {
    let powers = Int((low / log(10)).rounded(.down))...Int((high / log(10)).rounded(.up))
    func ticks(_ steps: [Double]) -> [Double] {
      powers.flatMap { power in steps.map { $0 * pow(10, Double(power)) } }.filter { (low...high).contains(log($0)) }
    }
    let fine = ticks([1, 2, 5])
    let chosen = fine.count <= 11 ? fine : ticks([1])
    let every = max(1, (chosen.count + 10) / 11)
    return stride(from: 0, to: chosen.count, by: every).map { i in
      (log(chosen[i]), NumberText.short(Rounding.significant(chosen[i], digits: 3)))
    }
  }
}
