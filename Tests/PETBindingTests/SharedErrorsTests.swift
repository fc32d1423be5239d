import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// What regions of one scan share of their errors, against redrawn noise.
struct SharedErrorsTests {
  /// The error of right less left, in logarithms, from errors taken as shared is the SD of 600 redrawn scans within 12 %
  /// (three standard errors of an SD of 600 are 9 %); taken as independent it is far too large.
  @Test(arguments: ["SRTM", "SRTM2", "MRTM2"])
  func contrastsOfOneScan(name: String) throws {
    let scan = try ReferenceScan()
    let k2prime = 0.06
    let truth = [
      ("Left-Putamen", 2.0, 1.0), ("Right-Putamen", 2.2, 1.05), ("Left-Thalamus", 1.2, 0.95), ("Cortex", 0.5, 0.9),
    ]
    let exact =
      [scan.reference(k2prime: k2prime)] + truth.map { scan.target(bpnd: $0.1, r1: $0.2, k2prime: k2prime) }
    let decay = log(2) / Isotope.carbon11.halfLife
    var random = SeededGenerator(seed: 3)
    /// Counts: variance as activity x decay factor / duration; the reference is a small region, and noisy.
    func draw(_ curve: [Double], _ level: Double) -> [Double] {
      curve.indices.map { i in
        let (start, length) = (scan.frames.starts[i], scan.frames.durations[i])
        let factor = decay * length * exp(decay * start) / -expm1(-decay * length)
        return curve[i] + level * (max(0, curve[i]) * factor / length).squareRoot() * random.normal()
      }
    }
    let model = try ModelCatalogue.named(name)
    var settings = FitSettings()
    settings.weights = .counts
    var (contrasts, shared, independent) = ([Double](), 0.0, 0.0)
    let draws = 600
    for _ in 0..<draws {
      let curves = exact.enumerated().map { draw($0.element, $0.offset == 0 ? 0.5 : 0.4) }
      var table = CurveTable(frames: scan.frames, names: ["Reference"] + truth.map(\.0), curves: curves)
      table.isotope = .carbon11
      let fits = try RegionalFits(table, model: model, reference: "Reference", settings: settings)
      let binding = BindingTable(fits, measure: "BPND", level: 0.95, tracer: "dasb", source: "a")
      let flat = BindingTable(
        measure: "BPND",
        rows: binding.rows.map {
          BindingTable.Row(
            region: $0.region, estimate: Estimate(1, standardError: 1e-9), low: 1, high: 1, ending: .init("converged"),
            freedom: nil)
        }, tracer: "raclopride", model: "SRTM", source: "b")
      let balance = BalanceTable(numerator: flat, denominator: binding, settings: BalanceSettings())
      let row = try #require(balance.rows.first { $0.region == "Left-Putamen" })
      let lateral = try #require(row.lateral)
      contrasts.append(lateral.contrast.value)
      shared += lateral.contrast.standardError * lateral.contrast.standardError / Double(draws)
      let right = try #require(balance.rows.first { $0.region == "Right-Putamen" })
      for own in [row, right] {
        independent += own.logRatio.standardError * own.logRatio.standardError / Double(draws)
      }
    }
    let sd = Moments(contrasts).sd
    print("\(name): contrast SD \(sd), shared errors \(shared.squareRoot()), independent \(independent.squareRoot())")
    #expect(abs(shared.squareRoot() / sd - 1) < 0.12)
    #expect(independent.squareRoot() > 1.3 * sd)
  }
}
