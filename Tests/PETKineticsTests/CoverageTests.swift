import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// How often the 95 % limits hold the truth, over simulated noise.
struct CoverageTests {
  private static let runs = TestDepth.isFull ? 10_000 : 400

  /// Noise of decay and counts, `level` kBq/mL at unit activity, factor and second.
  private static func draw(
    _ curve: [Double], _ frames: FrameSchedule, level: Double, _ random: inout SeededGenerator
  ) -> [Double] {
    curve.indices.map { i in
      let factor = Isotope.carbon11.decayCorrection(start: frames.starts[i], duration: frames.durations[i])
      return curve[i] + level * (max(curve[i], 0) * factor / frames.durations[i]).squareRoot() * random.normal()
    }
  }

  private struct Outcome {
    var covered = 0
    var count = 0
    var sum = 0.0
    var share: Double { Double(covered) / Double(count) }

    mutating func add(_ fit: CurveFit, _ symbol: String, truth: Double) {
      guard let index = fit.card.index(of: symbol) else { return }
      let limits = fit.limits(index, level: 0.95)
      guard limits.low.isFinite else { return }
      count += 1
      sum += fit.estimates[index].value / truth - 1
      if limits.low <= truth, truth <= limits.high { covered += 1 }
    }
  }

  @Test(arguments: ["SRTM", "MRTM2", "LoganRef"], [false, true])
  func reference(model: String, referenceNoise: Bool) throws {
    let scan = try ReferenceScan()
    let kind = try ModelCatalogue.named(model)
    var random = SeededGenerator(seed: 41)
    var settings = FitSettings()
    if kind == LoganRef.self { settings.linearStart = .given(1500) }
    let exact =
      [scan.reference(k2prime: 0.06)]
      + [(0.8, 0.9), (1.5, 1.0), (2.5, 0.95)].map {
        scan.target(bpnd: $0.0, r1: $0.1, k2prime: 0.06)
      }
    var outcome = Outcome()
    for _ in 0..<Self.runs {
      let curves = exact.enumerated().map { i, curve in
        i == 0 && !referenceNoise ? curve : Self.draw(curve, scan.frames, level: 0.6, &random)
      }
      var table = CurveTable(frames: scan.frames, names: ["reference", "a", "b", "c"], curves: curves)
      table.isotope = .carbon11
      let fits = try RegionalFits(table, model: kind, reference: "reference", settings: settings)
      outcome.add(fits.fits[2], "BPND", truth: 1.5)
    }
    print(
      "coverage", model, referenceNoise ? "noisy reference" : "exact reference", outcome.share, "bias",
      outcome.sum / Double(outcome.count))
    #expect(outcome.count > Self.runs * 98 / 100)
    // Limits are never narrower than those of the linearised error, which hold 0.968 here (LoganRef, noisy reference).
    #expect(0.92...0.975 ~= outcome.share)
  }

  /// K1, k2, k3, k4 of the region, the model's outcome and its truth.
  struct Plasma: Sendable, CustomStringConvertible {
    let model: String
    let rates: [Double]
    let symbol: String
    let truth: Double
    let start: Double
    var description: String { model }
  }

  static let plasma = [
    Plasma(model: "1TCM", rates: [0.3, 0.06, 0, 0], symbol: "VT", truth: 5, start: 0),
    Plasma(model: "2TCM", rates: [0.3, 0.15, 0.06, 0.03], symbol: "VT", truth: 6, start: 0),
    Plasma(model: "2TCM3k", rates: [0.1, 0.12, 0.05, 0], symbol: "Ki", truth: 0.1 * 0.05 / 0.17, start: 0),
    Plasma(model: "Logan", rates: [0.3, 0.06, 0, 0], symbol: "VT", truth: 5, start: 1800),
    Plasma(model: "MA1", rates: [0.3, 0.06, 0, 0], symbol: "VT", truth: 5, start: 1800),
    Plasma(model: "Patlak", rates: [0.1, 0.12, 0.05, 0], symbol: "Ki", truth: 0.1 * 0.05 / 0.17, start: 2400),
  ]

  @Test(.enabled(if: !TestDepth.isQuick, "several seconds"), arguments: plasma)
  func plasmaInput(of plan: Plasma) throws {
    let scan = try ReferenceScan()
    let kind = try ModelCatalogue.named(plan.model)
    let exact = scan.twoTissue(
      k1: plan.rates[0], k2: plan.rates[1], k3: plan.rates[2], k4: plan.rates[3], vB: 0.05)
    var random = SeededGenerator(seed: 43)
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    settings.linearStart = .given(plan.start)
    if kind.card.needs.contains(.linearStart) { settings.vB = .fixed(0.05) }
    let unit = kind.card.parameters.first { $0.symbol == plan.symbol }?.unit.fromInternal ?? 1
    var outcome = Outcome()
    var others: [String: Outcome] = [:]
    for _ in 0..<Self.runs {
      let curves = (0..<3).map { _ in Self.draw(exact, scan.frames, level: 0.6, &random) }
      var table = CurveTable(frames: scan.frames, names: ["a", "b", "c"], curves: curves)
      table.isotope = .carbon11
      let fits = try RegionalFits(table, model: kind, reference: nil, settings: settings)
      outcome.add(fits.fits[0], plan.symbol, truth: plan.truth / unit)
      for (symbol, place) in [("k3", 2), ("k4", 3)] where plan.rates[place] > 0 && kind.card.index(of: symbol) != nil {
        others[symbol, default: Outcome()].add(fits.fits[0], symbol, truth: plan.rates[place] / 60)
      }
    }
    print(
      "coverage", plan.model, plan.symbol, outcome.share, "bias", outcome.sum / Double(outcome.count), "of",
      outcome.count)
    for (symbol, other) in others.sorted(by: { $0.key < $1.key }) {
      print("  ", symbol, other.share, "of", other.count, other.sum / Double(other.count))
    }
    #expect(outcome.count > Self.runs * 98 / 100)
    #expect(0.92...0.97 ~= outcome.share)
  }
}
