import Foundation
import PETPages
import Testing

/// Axes have the ticks that a person would choose.
struct ScaleTests {
  private func labels(_ values: [Double], count: Int = 5, zero: Bool = false) -> [String] {
    Scale(of: values, from: 0, to: 100, count: count, zero: zero).ticks.map(\.label)
  }

  @Test(arguments: [
    ([0, 9.7], 4, ["0.0", "2.5", "5.0", "7.5", "10.0"]), ([0, 3.2], 4, ["0", "1", "2", "3", "4"]),
    ([-2.5, 0.48], 5, ["−3", "−2", "−1", "0", "1"]),
    ([0.0112, 0.0188], 4, ["0.010", "0.012", "0.014", "0.016", "0.018", "0.020"]),
    ([1200, 9400], 4, ["0", "2500", "5000", "7500", "10000"]), ([4, 4], 4, ["3.6", "3.8", "4.0", "4.2", "4.4"]),
  ])
  func ticks(values: [Double], count: Int, expected: [String]) {
    #expect(labels(values, count: count) == expected)
  }

  @Test func everyValueIsOnTheAxis() {
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    for _ in 0..<2000 {
      let size = pow(10, random() * 12 - 6)
      let values = [(random() - 0.5) * size, (random() - 0.5) * size]
      let scale = Scale(of: values, from: 10, to: 210, count: 5)
      let step = scale.ticks[1].value - scale.ticks[0].value
      for value in values { #expect(scale.low - 1e-5 * step <= value && value <= scale.high + 1e-5 * step) }
      #expect((2...13).contains(scale.ticks.count), "\(values): \(scale.ticks.map(\.label))")
      #expect(Set(scale.ticks.map(\.label)).count == scale.ticks.count, "labels tell ticks apart: \(scale.ticks)")
      // A label reads back as its tick.
      for tick in scale.ticks {
        let read = Double(tick.label.replacing("−", with: "-")) ?? .nan
        #expect(abs(read - tick.value) <= 1e-3 * step + 1e-5 * abs(tick.value), "\(tick)")
      }
    }
  }

  @Test func minutesAreReadOffAClock() {
    #expect(Scale(minutes: 90, from: 0, to: 1).ticks.map(\.label) == ["0", "15", "30", "45", "60", "75", "90"])
    #expect(Scale(minutes: 70, from: 0, to: 1).ticks.map(\.label) == ["0", "15", "30", "45", "60"])
    #expect(Scale(minutes: 120, from: 0, to: 1, count: 4).ticks.map(\.label) == ["0", "30", "60", "90", "120"])
    #expect(
      Scale(minutes: 0.5, from: 0, to: 1, count: 5).ticks.map(\.label) == ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"])
  }

  @Test func ratiosHaveRoundTicks() {
    #expect(Scale.ratioTicks(low: -2.4, high: 1).map(\.label) == ["0.1", "0.2", "0.5", "1", "2"])
    let wide = Scale.ratioTicks(low: -20, high: 20)
    #expect(wide.count <= 12 && wide.contains { $0.label == "1" || $0.label == "0.1" || $0.label == "10" })
    for tick in wide { #expect(abs(exp(tick.value) / (Double(tick.label) ?? 0) - 1) < 1e-6) }
  }

  @Test func nothingToShowIsAnAxisToo() {
    #expect(!labels([]).isEmpty)
    #expect(!labels([.nan, .infinity]).isEmpty)
  }
}
