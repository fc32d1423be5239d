import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Errors where noise is large: a region as small as a raphe nucleus in a scan of [11C]DASB, tissue of two compartments.
///
/// The model's own noise-free answer is the truth, so that what its assumptions cost is apart.
struct NoisePathTests {
  private static let scale = TestDepth.isFull ? 10 : 1
  private let scan: ReferenceScan
  private let reference: [Double]
  private let raphe: [Double]
  private let thalamus: [Double]

  init() throws {
    scan = try ReferenceScan()
    reference = scan.twoTissue(k1: 0.45, k2: 0.055, vB: 0)
    raphe = scan.twoTissue(k1: 0.36, k2: 0.044, k3: 2.9 * 0.06, k4: 0.06, vB: 0)
    thalamus = scan.twoTissue(k1: 0.46, k2: 0.056, k3: 1.5 * 0.08, k4: 0.08, vB: 0)
  }

  /// Noise of decay and counts, `level` of the curve in a frame of 5 min at 40 min.
  private func draw(_ curve: [Double], level: Double, _ random: inout SeededGenerator) -> [Double] {
    let frames = scan.frames
    func variance(_ i: Int) -> Double {
      let factor = Isotope.carbon11.decayCorrection(start: frames.starts[i], duration: frames.durations[i])
      return max(0.75 * curve[i] + 0.25 * reference[i], 0) * factor / frames.durations[i]
    }
    let at = frames.starts.lastIndex { $0 <= 2400 } ?? 0
    let one = level * curve[at] / (variance(at) * frames.durations[at] / 300).squareRoot()
    return curve.indices.map { curve[$0] + one * variance($0).squareRoot() * random.normal() }
  }

  /// Scans of many small regions and a large one, and what the model makes of the small one without noise.
  private func fits(
    _ model: String, level: Double, scans: Int, copies: Int, start: Double = 0
  ) throws -> (exact: Double, scans: [RegionalFits]) {
    let kind = try ModelCatalogue.named(model)
    var settings = FitSettings()
    settings.linearStart = .given(start)
    func fit(_ curves: [[Double]]) throws -> RegionalFits {
      let names = ["reference", "thalamus"] + (2..<curves.count).map { "raphe\($0)" }
      var table = CurveTable(frames: scan.frames, names: names, curves: curves)
      table.isotope = .carbon11
      return try RegionalFits(table, model: kind, reference: "reference", settings: settings)
    }
    var random = SeededGenerator(seed: 61)
    let exact = try fit([reference, thalamus, raphe]).fits[2].estimate("BPND").value
    return (
      exact,
      try (0..<scans * Self.scale).map { _ in
        try fit(
          [draw(reference, level: 0.008, &random), draw(thalamus, level: 0.015, &random)]
            + (0..<copies).map { _ in draw(raphe, level: level, &random) })
      }
    )
  }

  /// The same fits with the linearised error.
  private func straight(_ fits: RegionalFits) throws -> [CurveFit] {
    func open<Model: KineticModel>(_: Model.Type) throws -> [CurveFit] {
      let kernel = try Model.kernel(for: fits.input)
      return zip(fits.table.names, fits.table.curves).map {
        CurveFit(Model.card, kernel: kernel, curve: $1, region: $0, input: fits.input)
      }
    }
    return try open(fits.model)
  }

  /// How often the 95 % limits hold a value, of all fits with limits that lie at no bound.
  private func share(_ fits: [CurveFit], holding exact: Double) -> (share: Double, count: Int) {
    let limits = fits.filter { $0.region.hasPrefix("raphe") && $0.status != .atBound }
      .map { $0.limits(0, level: 0.95) }.filter { $0.low.isFinite }
    return (Double(limits.count { $0.low <= exact && exact <= $0.high }) / Double(limits.count), limits.count)
  }

  @Test(arguments: [("SRTM", 0.07, 0.0), ("MRTM1", 0.07, 0.0), ("LoganRef", 0.06, 2100.0)])
  func limitsHold(model: String, level: Double, start: Double) throws {
    let (exact, scans) = try fits(model, level: level, scans: 20, copies: 20, start: start)
    let own = share(scans.flatMap(\.fits), holding: exact)
    let linear = share(try scans.flatMap(straight), holding: exact)
    print("limits", model, own.share, "of", own.count, "linearised", linear.share)
    #expect(own.count > 300 * Self.scale)
    #expect(own.share > 0.93 && own.share < 0.99, "share \(own.share)")
    #expect(linear.share < 0.92, "share \(linear.share)")
  }

  /// k3/k4 has no mean: what is many times the truth is not handed on as converged, and limits are wider.
  @Test func fullModel() throws {
    let (exact, scans) = try fits("FRTM", level: 0.077, scans: 2, copies: 60)
    let own = share(scans.flatMap(\.fits), holding: exact)
    let linear = share(try scans.flatMap(straight), holding: exact)
    let far = scans.flatMap(\.fits).filter { $0.status == .converged && $0.estimate("BPND").value > 3 * exact }
    print("limits FRTM", own.share, "of", own.count, "linearised", linear.share)
    #expect(own.count > 80 * Self.scale && far.isEmpty)
    // Of the same draws: 0.906 against 0.855 of 1199, 0.858 against 0.817 of 120. The linearised share has a standard
    // error of 0.010 over the first.
    #expect(own.share > 0.84 && own.share > linear.share + 0.03 && linear.share < 0.88)
  }

  /// Noise on both sides of the equation moves the outcome's mean: by what is told, within a third.
  @Test(arguments: [("LoganRef", 0.06, 2100.0), ("MRTM0", 0.02, 0.0)])
  func biasIsTold(model: String, level: Double, start: Double) throws {
    let (exact, scans) = try fits(model, level: level, scans: 10, copies: 20, start: start)
    let small = scans.flatMap(\.fits).filter { $0.region.hasPrefix("raphe") }
    let bias = small.reduce(0) { $0 + $1.estimate("BPND").value } / Double(small.count) - exact
    let told = small.compactMap(\.noiseBias)
    let mean = told.reduce(0, +) / Double(told.count)
    print("bias", model, bias, "told", mean)
    #expect(told.count == small.count && bias < -0.1 * exact)
    #expect(abs(mean / bias - 1) < 0.33)
    #expect(scans.allSatisfy { $0.findings.contains { $0.code.word == "noise-bias" } })
    // More than a twentieth of 1 + BPND leaves nothing to believe.
    let converged = small.count { $0.status == .converged }
    #expect(converged < small.count / 5, "\(converged) of \(small.count)")
  }

  /// Where noise is small the error is that of the straight line.
  @Test(arguments: ["SRTM", "MRTM2", "LoganRef"])
  func largeRegionsKeepTheirErrors(model: String) throws {
    let (_, scans) = try fits(model, level: 0.04, scans: 1, copies: 1, start: 2100)
    let own = scans[0].fits[1]
    let ratio = own.estimate("BPND").standardError / (try straight(scans[0]))[1].estimate("BPND").standardError
    #expect(ratio >= 1 && ratio < 1.05, "\(ratio)")
    let limits = own.limits(0, level: 0.95)
    #expect(limits.low < own.estimate("BPND").value && own.estimate("BPND").value < limits.high)
  }

  /// Curves without noise have no path to follow, and their fits stay as they are.
  @Test func exactCurves() throws {
    let table = CurveTable(
      frames: scan.frames, names: ["reference", "raphe"],
      curves: [reference, scan.target(bpnd: 1, r1: 1, k2prime: 0.055)])
    let fits = try RegionalFits(table, model: FRTM.self, reference: "reference", settings: FitSettings())
    #expect(fits.fits[1].status.hasEstimates)
    #expect(fits.findings.allSatisfy { $0.code.word != "noise-bias" })
  }
}
