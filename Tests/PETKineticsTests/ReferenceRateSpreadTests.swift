import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// One k2' for all regions, held against their own.
struct ReferenceRateSpreadTests {
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  private func fits(_ model: any KineticModel.Type, _ curves: [[Double]], k2prime: Double? = nil) throws -> RegionalFits
  {
    var table = CurveTable(
      frames: scan.frames, names: ["reference"] + curves.indices.dropFirst().map { "r\($0)" }, curves: curves)
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = k2prime
    return try RegionalFits(table, model: model, reference: "reference", settings: settings)
  }

  private func noisy(_ curves: [[Double]], seed: UInt64) -> [[Double]] {
    var random = SeededGenerator(seed: seed)
    return curves.map { curve in
      curve.indices.map { i in
        let factor = Isotope.carbon11.decayCorrection(start: scan.frames.starts[i], duration: scan.frames.durations[i])
        return curve[i] + 0.6 * (max(curve[i], 0) * factor / scan.frames.durations[i]).squareRoot() * random.normal()
      }
    }
  }

  /// One-tissue targets have the reference's k2', whatever their R1 and BPND.
  @Test(arguments: 1...8)
  func oneTissueIsNoFinding(seed: UInt64) throws {
    let targets = [0.7, 1.1, 1.6, 2.1, 2.6].map { scan.target(bpnd: $0, r1: 0.8 + 0.1 * $0, k2prime: 0.06) }
    let fits = try fits(SRTM2.self, noisy([scan.reference(k2prime: 0.06)] + targets, seed: seed))
    let spread = try #require(fits.input.k2prime?.spread)
    #expect(
      spread.count == 5 && fits.rateEffect == nil && !fits.findings.contains { $0.code.word == "k2prime-unequal" })
  }

  /// Targets of two tissues, slow in part: each has a k2' of its own, which one of them cannot stand for.
  @Test(arguments: ["SRTM2", "MRTM2"])
  func twoTissuesAreTold(model: String) throws {
    let exact =
      [scan.twoTissue(k1: 0.4, k2: 0.1, vB: 0)]
      + [(0.7, 0.015), (1.2, 0.04), (1.8, 0.02), (2.4, 0.04), (3.0, 0.015)].map { bpnd, k4 in
        scan.twoTissue(k1: 0.4, k2: 0.1, k3: k4 * bpnd, k4: k4, vB: 0)
      }
    let kind = try ModelCatalogue.named(model)
    let fits = try fits(kind, noisy(exact, seed: 3))
    let finding = try #require(fits.findings.first { $0.code.word == "k2prime-unequal" })
    #expect(finding.level == .warning && !finding.castsDoubt)
    #expect(finding.problem.contains(" 1/min (Q = ") && finding.problem.contains("with 4 degrees of freedom, p "))
    #expect(finding.remedy.contains("SRTM or MRTM1"))
    // What one SD more does is what a fit with that k2' given makes of each region.
    let effect = try #require(fits.rateEffect)
    let rate = try #require(fits.input.k2prime)
    let off = try self.fits(
      kind, noisy(exact, seed: 3), k2prime: rate.value * (1 + (rate.spread?.between ?? 0)))
    let changes = zip(fits.fits, off.fits).dropFirst().map { $1.estimate("BPND").value / $0.estimate("BPND").value - 1 }
    // The same curves by the same kernel.
    #expect(try abs(abs(effect.largest) - #require(changes.map(abs).max())) < 1e-9)
    #expect(abs(effect.median - changes.map(abs).sorted()[2]) < 1e-9)
    #expect(finding.problem.contains("one SD moves BPND by ") && finding.problem.contains("(k2prime: random-effects)"))
    let spread = try #require(fits.input.k2prime?.spread)
    #expect(spread.range.low < spread.range.high && spread.between > 0.1 && spread.probability < 0.001)
    // What is given is nobody's to judge, and what fits k2' by region has no one for all.
    #expect(try self.fits(kind, noisy(exact, seed: 3), k2prime: 0.1 / 60).input.k2prime?.spread == nil)
    #expect(try self.fits(SRTM.self, noisy(exact, seed: 3)).findings.allSatisfy { $0.code.word != "k2prime-unequal" })
  }

  /// Which regions are noisy says nothing of k2': where it differs between regions, a mean by noise alone moves with it.
  ///
  /// Two-tissue targets whose k2' differ, the noise three times as large in one half of them and then in the other, over
  /// seeds: ln k2' by noise alone moves by 0.35, with their spread by 0.18 (k2' of 0.008 to 0.06 1/min): less than 0.6 of it is asked.
  @Test func noiseDoesNotChooseTheRegions() throws {
    let exact =
      [scan.twoTissue(k1: 0.4, k2: 0.1, vB: 0)]
      + [(0.7, 0.015), (1.2, 0.04), (1.8, 0.02), (2.4, 0.04), (3.0, 0.015), (2.0, 0.04)].map { bpnd, k4 in
        scan.twoTissue(k1: 0.4, k2: 0.1, k3: k4 * bpnd, k4: k4, vB: 0)
      }
    func rate(_ average: ReferenceRateRule.Average, noisy isOdd: Bool, seed: UInt64) throws -> Double {
      let once = noisy(exact, seed: seed)
      let curves = exact.indices.map { i in
        let factor = i > 0 && (i % 2 == 1) == isOdd ? 3.0 : 1
        return zip(exact[i], once[i]).map { $0 + factor * ($1 - $0) }
      }
      var table = CurveTable(
        frames: scan.frames, names: ["reference"] + curves.indices.dropFirst().map { "r\($0)" }, curves: curves)
      table.isotope = .carbon11
      var settings = FitSettings()
      settings.k2primeRule.average = average
      return try #require(
        try RegionalFits(table, model: SRTM2.self, reference: "reference", settings: settings).input.k2prime?.value)
    }
    func moves(_ average: ReferenceRateRule.Average) throws -> Double {
      let logs = try (1...10).map { seed in
        try log(rate(average, noisy: true, seed: seed) / rate(average, noisy: false, seed: seed))
      }
      return abs(logs.reduce(0, +) / 10)
    }
    let (plain, even) = (try moves(.mean), try moves(.randomEffects))
    #expect(plain > 0.2 && even < 0.6 * plain, "\(plain) \(even)")
  }
}
