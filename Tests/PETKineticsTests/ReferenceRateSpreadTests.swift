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
    #expect(spread.count == 5 && spread.finding == nil && !fits.findings.contains { $0.code.word == "k2prime-unequal" })
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
    let spread = try #require(fits.input.k2prime?.spread)
    #expect(spread.range.low < spread.range.high && spread.between > 0.1 && spread.probability < 0.001)
    // What is given is nobody's to judge, and what fits k2' by region has no one for all.
    #expect(try self.fits(kind, noisy(exact, seed: 3), k2prime: 0.1 / 60).input.k2prime?.spread == nil)
    #expect(try self.fits(SRTM.self, noisy(exact, seed: 3)).findings.allSatisfy { $0.code.word != "k2prime-unequal" })
  }
}
