import PETCore
import Testing

@testable import PETKinetics

struct PiecewiseLinearTests {
  /// Straight between samples, the last values held outside; one sample holds everywhere.
  @Test func valuesByHand() {
    let curve = PiecewiseLinear(times: [1, 3, 4, 10], values: [2, 6, 0, 3])
    for (time, value) in [(-5, 2), (1, 2), (2, 4), (3, 6), (3.25, 4.5), (4, 0), (7, 1.5), (10, 3), (1e9, 3)] {
      #expect(curve(time) == value, "\(time)")
    }
    #expect(curve(.infinity) == 3 && curve(-.infinity) == 2 && curve(.nan).isNaN)
    let one = PiecewiseLinear(times: [5], values: [7])
    #expect([0, 5, 9].allSatisfy { one($0) == 7 })
  }

  /// Two samples at one time are a step: no value there is out of both.
  @Test func aStep() {
    let curve = PiecewiseLinear(times: [0, 2, 2, 4], values: [0, 4, 10, 10])
    #expect(curve(1) == 2 && curve(2.5) == 10 && [4, 10].contains(curve(2)))
  }

  /// A long curve against the pair of samples that a plain walk finds.
  @Test func manySamples() {
    var random = SeededGenerator(seed: 2)
    var times = [0.0]
    for _ in 0..<200 { times.append((times.last ?? 0) + 0.01 + random.uniform()) }
    let values = times.map { _ in random.normal() }
    let curve = PiecewiseLinear(times: times, values: values)
    for _ in 0..<300 {
      let time = (times.last ?? 0) * random.uniform()
      let i = times.lastIndex { $0 <= time } ?? 0
      let share = (time - times[i]) / (times[i + 1] - times[i])
      #expect(abs(curve(time) - (values[i] * (1 - share) + values[i + 1] * share)) < 1e-13)
    }
  }
}

struct BloodRatioTests {
  private static let times = [60.0, 120, 300, 600]

  /// A ratio on a straight line is found, at injection and beyond the samples too: rounding alone.
  @Test func straightLine() throws {
    let ratio = try BloodRatio(.linear, times: Self.times, ratios: Self.times.map { 0.7 + 0.0002 * $0 })
    #expect(abs(ratio.parameters[0] - 0.7) < 1e-14 && abs(ratio.parameters[1] - 0.0002) < 1e-17)
    #expect(abs(ratio(0) - 0.7) < 1e-14 && abs(ratio(3600) - 1.42) < 1e-13)
  }

  /// By hand: 1, 2, 2 at 0, 1, 2 give 7/6 + t/2.
  @Test func leastSquares() throws {
    let ratio = try BloodRatio(.linear, times: [0, 1, 2], ratios: [1, 2, 2])
    #expect(abs(ratio.parameters[0] - 7.0 / 6) < 1e-15 && abs(ratio.parameters[1] - 0.5) < 1e-15)
  }

  @Test func meanAndInterpolation() throws {
    let mean = try BloodRatio(.constant, times: Self.times, ratios: [1, 2, 3, 4])
    #expect(mean.parameters == [2.5] && mean(0) == 2.5 && mean(1e6) == 2.5)
    let between = try BloodRatio(.interpolation, times: Self.times, ratios: [1, 2, 3, 4])
    #expect(between.parameters.isEmpty && between(0) == 1 && between(90) == 1.5 && between(1e6) == 4)
    #expect(try BloodRatio(.constant, times: [60], ratios: [0.6])(7) == 0.6)
  }

  /// No sample gives no ratio, and two lie on every line.
  @Test func tooFewSamples() {
    for model in BloodRatio.Model.allCases {
      let error = #expect(throws: PETError.self) { try BloodRatio(model, times: [], ratios: []) }
      #expect(error?.problem == "0 samples of both blood and plasma do not give their \(model.rawValue) ratio")
    }
    #expect(throws: PETError.self) { try BloodRatio(.linear, times: [1, 2], ratios: [1, 2]) }
  }
}
