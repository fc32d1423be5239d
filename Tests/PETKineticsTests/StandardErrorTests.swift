import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Standard errors against what repeated noise does to the estimates: no formula of ours is on the other side.
///
/// The noise is of the kind that the weights suppose; what other noise does is shown by the coverage of whole studies.
struct StandardErrorTests {
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  /// In full they leave 1.1 % of sampling error in an SD, and 5 % is more than four of that; in short 2 %.
  private static let repeats = TestDepth.isFull ? 4000 : 1200

  /// Empirical SD of BPND over noise in the target (and reference) against the mean reported SE.
  private func ratio(
    _ model: any KineticModel.Type, weights: WeightScheme, referenceNoise: Bool, k2prime: Bool
  ) throws -> Double {
    let reference = scan.reference(k2prime: 0.06)
    let target = scan.target(bpnd: 1.5, r1: 0.95, k2prime: 0.06)
    var random = SeededGenerator(seed: 11)
    var values: [Estimate] = []
    for _ in 0..<Self.repeats {
      func noisy(_ curve: [Double], _ level: Double) -> [Double] {
        curve.indices.map { i in
          let factor = Isotope.carbon11.decayCorrection(
            start: scan.frames.starts[i], duration: scan.frames.durations[i])
          let variance =
            weights == .counts ? (curve[i] + reference[i]) / 2 * factor / scan.frames.durations[i] : 1
          return curve[i] + level * variance.squareRoot() * random.normal()
        }
      }
      let input = try scan.input(
        k2prime: k2prime ? 0.06 / 60 : nil, weights: weights,
        reference: referenceNoise ? noisy(reference, 0.2) : reference)
      let fit = try fit(model, input, noisy(target, 0.3))
      guard fit.status == .converged else { continue }
      values.append(fit.estimate("BPND"))
    }
    return Self.errorOverDeviation(values)
  }

  /// Root mean square of the reported errors over the SD of the values.
  private static func errorOverDeviation(_ estimates: [Estimate]) -> Double {
    let n = Double(estimates.count)
    let mean = estimates.reduce(0) { $0 + $1.value } / n
    let variance = estimates.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) } / (n - 1)
    let meanSquare = estimates.reduce(0) { $0 + $1.standardError * $1.standardError } / n
    return (meanSquare / variance).squareRoot()
  }

  private func fit(_ model: any KineticModel.Type, _ input: ScanInput, _ curve: [Double]) throws -> CurveFit {
    func open<Model: KineticModel>(_: Model.Type) throws -> CurveFit {
      CurveFit(Model.card, kernel: try Model.kernel(for: input), curve: curve, region: "t", input: input)
    }
    return try open(model)
  }

  @Test(arguments: ["SRTM", "SRTM2", "MRTM1", "MRTM2"], [false, true])
  func withKnownNoise(model: String, referenceNoise: Bool) throws {
    let kind = try ModelCatalogue.named(model)
    let ratio = try ratio(kind, weights: .uniform, referenceNoise: referenceNoise, k2prime: model.hasSuffix("2"))
    #expect(abs(ratio - 1) < 0.05, "SE over SD \(ratio)")
  }

  /// Noise as the decay-and-counts scheme supposes it.
  @Test(arguments: ["SRTM", "SRTM2", "MRTM1", "MRTM2", "LoganRef"])
  func withCounts(model: String) throws {
    let kind = try ModelCatalogue.named(model)
    let ratio = try ratio(
      kind, weights: .counts, referenceNoise: true, k2prime: kind.card.needs.contains(.k2prime))
    #expect(abs(ratio - 1) < 0.05, "SE over SD \(ratio)")
  }

  /// SUVR where its own supposition holds: a target proportional to the reference over the window, noise in both.
  @Test func suvrWithKnownNoise() throws {
    let reference = scan.reference(k2prime: 0.06)
    var random = SeededGenerator(seed: 21)
    var values: [Estimate] = []
    for _ in 0..<Self.repeats {
      let noisy = { (curve: [Double]) in curve.map { $0 + 0.3 * random.normal() } }
      var input = try scan.input(reference: noisy(reference))
      input.window = 1200...5400
      values.append(try fit(SUVR.self, input, noisy(reference.map { 1.8 * $0 })).estimate("SUVR"))
    }
    #expect(abs(Self.errorOverDeviation(values) - 1) < 0.05)
  }

  /// k2' estimated over regions: its error, common to all of them, is in the error of each.
  @Test(arguments: ["SRTM2", "MRTM2"])
  func withEstimatedReferenceRate(model: String) throws {
    let kind = try ModelCatalogue.named(model)
    let targets = [(0.8, 0.8), (1.2, 1.0), (1.6, 0.9), (2.2, 1.1)].map {
      scan.target(bpnd: $0.0, r1: $0.1, k2prime: 0.06)
    }
    var random = SeededGenerator(seed: 31)
    var values: [Estimate] = []
    var rates: [Estimate] = []
    var settings = FitSettings()
    settings.weights = .uniform
    for _ in 0..<Self.repeats {
      let curves = ([scan.reference(k2prime: 0.06)] + targets).enumerated().map { i, curve in
        curve.map { $0 + (i == 0 ? 0.2 : 0.3) * random.normal() }
      }
      let table = CurveTable(frames: scan.frames, names: ["reference", "a", "b", "c", "d"], curves: curves)
      let fits = try RegionalFits(table, model: kind, reference: "reference", settings: settings)
      values.append(fits.fits[3].estimate("BPND"))
      rates.append(fits.fits[3].estimate("k2prime"))
    }
    // The part of k2' that a region itself gave is taken as independent of it: with four regions that shows most.
    #expect(abs(Self.errorOverDeviation(values) - 1) < 0.05, "\(Self.errorOverDeviation(values))")
    #expect(abs(Self.errorOverDeviation(rates) - 1) < 0.05, "\(Self.errorOverDeviation(rates))")
  }

  /// SRTM against a numerical Hessian of half the residual sum, uniform weights, no reference noise: within 5 %.
  @Test func srtmAgainstNumericalHessian() throws {
    var random = SeededGenerator(seed: 3)
    let target = scan.target(bpnd: 1.5, r1: 0.95, k2prime: 0.06).map { $0 + 0.3 * random.normal() }
    let input = try scan.input()
    let kernel = try SRTM.kernel(for: input)
    let fit = CurveFit(SRTM.card, kernel: kernel, curve: target, region: "t", input: input)
    let at = fit.estimates.map(\.value)
    // The model is R1 C_R + (k2 - R1 k2a) C_R ⊗ exp(-k2a t): its own parameters BPND, R1, k2.
    func half(_ p: [Double]) -> Double {
      var full = at
      full[0] = p[0]
      full[1] = p[1]
      full[3] = p[2] / (1 + p[0])
      full[2] = p[2]
      let predicted = kernel.linearization(target, at: full).predicted
      return zip(predicted, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 2
    }
    let p = [at[0], at[1], at[2]]
    let step = p.map { $0 * 1e-3 }
    var hessian = [[Double]](repeating: [0, 0, 0], count: 3)
    for i in 0..<3 {
      for j in 0..<3 {
        func moved(_ a: Double, _ b: Double) -> Double {
          var q = p
          q[i] += a * step[i]
          q[j] += b * step[j]
          return half(q)
        }
        hessian[i][j] = (moved(1, 1) - moved(1, -1) - moved(-1, 1) + moved(-1, -1)) / (4 * step[i] * step[j])
      }
    }
    let m = hessian
    let determinant =
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
      + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    let inverse = (m[1][1] * m[2][2] - m[1][2] * m[2][1]) / determinant
    let s2 = 2 * half(p) / Double(target.count - 3)
    let expected = (s2 * inverse).squareRoot()
    // Reference noise is next to nothing here: the curve is exact.
    #expect(abs(fit.estimate("BPND").standardError / expected - 1) < 0.05)
  }

  /// A parameter at its bound, or given without an error, has no standard error; one estimated with an error has it.
  @Test func heldAndGivenParametersHaveNoError() throws {
    var random = SeededGenerator(seed: 5)
    let target = scan.target(bpnd: 1.5, r1: 0.95, k2prime: 0.06).map { $0 + 0.3 * random.normal() }
    var input = try scan.input()
    input.bounds["k2a"] = 0.05 / 60...0.2 / 60
    let held = try fit(SRTM.self, input, target)
    #expect(held.status == .atBound)
    #expect(held.estimate("k2a").standardError.isNaN && held.estimate("BPND").standardError > 0)
    let given = try fit(MRTM2.self, try scan.input(k2prime: 0.001), target)
    #expect(given.estimate("k2prime").standardError.isNaN && given.estimate("k2").standardError > 0)
    var known = try scan.input()
    known.k2prime = ReferenceRate(given: 0.001, standardError: 1e-5, frames: scan.frames.count)
    let both = try fit(MRTM2.self, known, target)
    #expect(abs(both.estimate("k2prime").standardError / 1e-5 - 1) < 1e-9)
    #expect(both.estimate("BPND").standardError > given.estimate("BPND").standardError)
  }
}
