import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Residuals against the noise that curves show by themselves.
struct LackOfFitTests {
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  private func fits(_ model: any KineticModel.Type, _ exact: [[Double]], noise: Double, seed: UInt64) throws
    -> RegionalFits
  {
    var random = SeededGenerator(seed: seed)
    let curves = exact.map { curve in
      curve.indices.map { i in
        let factor = Isotope.carbon11.decayCorrection(start: scan.frames.starts[i], duration: scan.frames.durations[i])
        return curve[i] + noise * (max(curve[i], 0) * factor / scan.frames.durations[i]).squareRoot() * random.normal()
      }
    }
    var table = CurveTable(
      frames: scan.frames, names: ["reference"] + curves.indices.dropFirst().map { "r\($0)" }, curves: curves)
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = model.card.needs.contains(.k2prime) ? 0.06 / 60 : nil
    return try RegionalFits(table, model: model, reference: "reference", settings: settings)
  }

  private var oneTissue: [[Double]] {
    [scan.reference(k2prime: 0.06)]
      + [0.3, 0.7, 1.1, 1.6, 2.1, 2.6].map { scan.target(bpnd: $0, r1: 0.8 + 0.1 * $0, k2prime: 0.06) }
  }

  /// Where the model holds, 60 scans of six regions: 0.4 of 360 are expected with p below 0.001; 3 have a probability of 1 %.
  @Test func whatHoldsIsNotDoubted() throws {
    let found = try (1...60).map { seed in
      try #require(try fits(SRTM.self, oneTissue, noise: 0.6, seed: UInt64(seed)).lackOfFit)
    }
    #expect(found.allSatisfy { $0.tested == 6 } && found.reduce(0) { $0 + $1.regions.count } < 3)
    let ratio = found.map(\.median).reduce(0, +) / 60
    // Of two estimates of one SD from 24 frames and fewer.
    #expect(abs(ratio - 1) < 0.1, "\(ratio)")
  }

  /// Blood in the target that the model does not have, and hardly any noise: every region.
  @Test func bloodIsMisfit() throws {
    let exact =
      [scan.twoTissue(k1: 0.4, k2: 0.06, vB: 0)]
      + [0.7, 1.4, 2.1].map { scan.twoTissue(k1: 0.4, k2: 0.06, k3: 0.03 * $0, k4: 0.03, vB: 0.06) }
    let fits = try fits(SRTM.self, exact, noise: 0.05, seed: 1)
    #expect(fits.lackOfFit?.regions == ["r1", "r2", "r3"] && fits.lackOfFit?.median ?? 0 > 2)
    let finding = try #require(fits.findings.first { $0.code.word == "lack-of-fit" })
    #expect(finding.level == .note && finding.problem.hasPrefix("SRTM leaves more than noise in 3 of 3 regions"))
  }

  /// A plot predicts no curve: nothing is said of it.
  @Test func plotsHaveNone() throws {
    #expect(try fits(LoganRef.self, oneTissue, noise: 0.6, seed: 1).lackOfFit == nil)
  }
}
