import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Reference models beyond SRTM, and what is done around a fit.
struct ReferenceModelsTests {
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  private func table(_ curves: [[Double]]) -> CurveTable {
    var table = CurveTable(
      frames: scan.frames, names: ["reference"] + curves.indices.map { "r\($0)" },
      curves: [scan.reference(k2prime: 0.06)] + curves)
    table.isotope = .carbon11
    return table
  }

  private func fits(
    _ model: any KineticModel.Type, _ curves: [[Double]], _ change: (inout FitSettings) -> Void = { _ in }
  ) throws -> RegionalFits {
    var settings = FitSettings()
    change(&settings)
    return try RegionalFits(table(curves), model: model, reference: "reference", settings: settings)
  }

  /// One-tissue curves obey all of these exactly, but for the reference inside frames (1e-3 at most in k2').
  @Test(arguments: ["SRTM", "MRTM0", "MRTM1", "FRTM"])
  func oneTissueCurves(model: String) throws {
    let fit = try fits(try ModelCatalogue.named(model), [scan.target(bpnd: 1.5, r1: 0.9, k2prime: 0.06)]).fits[1]
    // The full model has a second tissue to spare, which takes up what the frames cost.
    #expect(abs(fit.estimate("BPND").value / 1.5 - 1) < (model == "FRTM" ? 0.05 : 3e-4))
    #expect(abs(fit.estimate("R1").value / 0.9 - 1) < 1e-2)
  }

  /// One k2' over regions by any rule, with an error.
  @Test(arguments: ReferenceRateRule.Average.allCases)
  func referenceRate(average: ReferenceRateRule.Average) throws {
    var random = SeededGenerator(seed: 9)
    let curves = [0.2, 0.8, 1.5, 2.5].map { bpnd in
      scan.target(bpnd: bpnd, r1: 0.95, k2prime: 0.06).map { $0 + 0.1 * random.normal() }
    }
    let rate = try #require(
      try fits(SRTM2.self, curves) { $0.k2primeRule.average = average }.input.k2prime)
    #expect(abs(rate.value * 60 - 0.06) < 4 * rate.standardError * 60)
    #expect(rate.standardError > 0 && rate.standardError * 60 < 0.01)
    // The region below the floor is not among those that tell.
    #expect(rate.origin.contains("r1") && !rate.origin.contains("r0"))
    let none = #expect(throws: PETError.self) {
      try fits(SRTM2.self, curves) { $0.k2primeRule = ReferenceRateRule(average: average, floor: 5) }
    }
    #expect(none?.problem.contains("no region") == true)
  }

  @Test func tStarIsFoundByItsRule() throws {
    let curves = [0.8, 2.0].map { scan.target(bpnd: $0, r1: 0.95, k2prime: 0.06) }
    let found = try fits(PatlakRef.self, curves) { $0.linearStart = .automatic(limit: 0.02) }
    #expect(found.input.linearStart > 0)
    #expect(found.fits[1].notes.contains { $0.hasPrefix("t* ") && $0.contains("largest residual") })
    let loose = try fits(PatlakRef.self, curves) { $0.linearStart = .automatic(limit: 0.2) }
    #expect(loose.input.linearStart < found.input.linearStart)
    #expect(
      try fits(PatlakRef.self, curves) { $0.linearStart = .automatic(limit: 1e-6) }.warnings == ["tstar-not-found"])
  }

  /// Noise of the scan's own kind: the resampled errors are those of the fit within 15 % (400 samples tell 4 %).
  @Test(arguments: ["SRTM", "MRTM1", "SRTM2"])
  func bootstrapAgreesWithStandardErrors(model: String) throws {
    var random = SeededGenerator(seed: 12)
    func noisy(_ curve: [Double]) -> [Double] {
      curve.indices.map { i in
        let factor = Isotope.carbon11.decayCorrection(start: scan.frames.starts[i], duration: scan.frames.durations[i])
        return curve[i] + 0.6 * (max(curve[i], 0) * factor / scan.frames.durations[i]).squareRoot() * random.normal()
      }
    }
    var table = table([0.8, 1.5, 2.5].map { scan.target(bpnd: $0, r1: 0.95, k2prime: 0.06) })
    table.curves = table.curves.map(noisy)
    let kind = try ModelCatalogue.named(model)
    let fits = try RegionalFits(table, model: kind, reference: "reference", settings: FitSettings())
    let bootstrap = try Bootstrap(fits, count: 400, seed: 5)
    for region in 1...3 {
      let spread = bootstrap.spread(region: region, parameter: 0, level: 0.95)
      let ratio = spread.error / fits.fits[region].estimates[0].standardError
      #expect(0.8...1.25 ~= ratio, "\(model) \(ratio)")
      #expect(spread.low < fits.fits[region].estimates[0].value && fits.fits[region].estimates[0].value < spread.high)
    }
    let again = try Bootstrap(fits, count: 400, seed: 5)
    #expect(
      again.spread(region: 1, parameter: 0, level: 0.95) == bootstrap.spread(region: 1, parameter: 0, level: 0.95))
  }

  /// Release that begins at 35 min and peaks at 45: found on the grid; without release the F test is silent.
  @Test func releaseIsFound() throws {
    let released = scan.released(bpnd: 2, r1: 0.9, k2prime: 0.06, gamma: 0.02, onset: 2100, peak: 2700, sharpness: 1)
    let fits = try fits(LpntPET.self, [released, scan.target(bpnd: 2, r1: 0.9, k2prime: 0.06)]) {
      $0.weights = .uniform
    }
    let fit = fits.fits[1]
    // What the reference inside frames costs: 5 %.
    #expect(abs(fit.estimate("gamma").value * 60 / 0.02 - 1) < 0.05)
    #expect(fit.estimate("tD").value == 2100 && fit.estimate("tP").value == 2700 && fit.estimate("alpha").value == 1)
    #expect(fit.estimate("p").value < 1e-6)
    #expect(abs(fit.estimate("BPND").value / 2 - 1) < 0.01)
  }

  /// The F test on noise alone: nominal 5 %; what searching onset and peak makes of it is the figure to know.
  @Test(.enabled(if: !TestDepth.isQuick, "several seconds")) func releaseTestWithoutRelease() throws {
    var random = SeededGenerator(seed: 8)
    let exact = scan.target(bpnd: 2, r1: 0.9, k2prime: 0.06)
    let runs = TestDepth.isFull ? 300 : 100
    let curves = (0..<runs).map { _ in exact.map { $0 + 0.2 * random.normal() } }
    let fits = try fits(LpntPET.self, curves) { $0.weights = .uniform }
    let positive = fits.fits.dropFirst().count { $0.estimate("p").value < 0.05 }
    print("lpntPET false positives at 5 %", Double(positive) / Double(runs))
    #expect(Double(positive) / Double(runs) < 0.15)
  }

  @Test func equilibriumAndDisplacement() throws {
    let reference = scan.reference(k2prime: 0.06)
    let middles = scan.frames.midpoints
    let target = zip(reference, middles).map { $0 * ($1 < 3000 ? 2.5 : 2.2) }
    let fit = try fits(Equilibrium.self, [target]) {
      $0.window = 1800...3000
      $0.challenge = 3600...5400
    }.fits[1]
    #expect(abs(fit.estimate("BPND").value - 1.5) < 1e-9)
    #expect(abs(fit.estimate("BPNDchallenge").value - 1.2) < 1e-9)
    #expect(abs(fit.estimate("displacement").value - 0.2) < 1e-9)
    let baseline = try fits(Equilibrium.self, [target]) { $0.window = 1800...3000 }.fits[1]
    #expect(baseline.estimate("displacement").value.isNaN && baseline.status == .converged)
  }

  /// Blood in both regions, known: BPND comes back, which plain SRTM does not give.
  @Test func bloodInTargetAndReference() throws {
    let plasma = try scan.plasmaInput()
    var table = table([])
    table.curves = [
      scan.twoTissue(k1: 0.4, k2: 0.06, vB: 0.05), scan.twoTissue(k1: 0.36, k2: 0.054 / 2.5, vB: 0.04),
    ]
    table.names = ["reference", "target"]
    table.volumes = [nil, nil]
    var settings = FitSettings()
    settings.plasma = plasma
    let fit = try RegionalFits(table, model: SRTMV.self, reference: "reference", settings: settings).fits[1]
    let plain = try RegionalFits(table, model: SRTM.self, reference: "reference", settings: settings).fits[1]
    #expect(abs(fit.estimate("BPND").value / 1.5 - 1) < 0.01, "\(fit.estimate("BPND"))")
    // With the reference's blood known the target's is told; both at once are not, the frames being what they are.
    settings.bounds["vBr"] = 0.05...0.05
    let known = try RegionalFits(table, model: SRTMV.self, reference: "reference", settings: settings).fits[1]
    #expect(abs(known.estimate("vBt").value - 0.04) < 0.01, "\(known.estimate("vBt"))")
    #expect(abs(known.estimate("BPND").value / 1.5 - 1) < 0.01)
    #expect(abs(plain.estimate("BPND").value / 1.5 - 1) > abs(fit.estimate("BPND").value / 1.5 - 1))
  }

  /// Bounds of one value hold a parameter there, and the fit says so by giving it no error.
  @Test func equalBoundsHoldAParameter() throws {
    let fit = try fits(FRTM.self, [scan.target(bpnd: 1.5, r1: 0.9, k2prime: 0.06)]) {
      $0.bounds["k4"] = 0.05 / 60...0.05 / 60
    }.fits[1]
    #expect(abs(fit.estimate("k4").value * 60 - 0.05) < 1e-15)
    #expect(fit.estimate("k4").standardError.isNaN && fit.estimate("R1").standardError > 0)
  }

  @Test func diagnosticsTellAPoorFit() throws {
    var random = SeededGenerator(seed: 2)
    let target = scan.target(bpnd: 1.5, r1: 0.9, k2prime: 0.06)
    let good = try #require(try fits(SRTM.self, [target.map { $0 + 0.2 * random.normal() }]).fits[1].diagnostics)
    #expect(good.runs.probability > 0.01)
    let trend = zip(target, scan.frames.midpoints).map { $0 + 2 * sin($1 / 800) }
    let poor = try #require(try fits(SRTM.self, [trend]).fits[1].diagnostics)
    #expect(poor.runs.probability < 0.001)
    let correlation = try #require(good.correlation)
    #expect((0..<4).allSatisfy { abs(correlation[$0][$0] - 1) < 1e-12 } && good.condition > 1)
  }
}
