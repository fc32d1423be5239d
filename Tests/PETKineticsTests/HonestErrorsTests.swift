import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Standard errors against true errors on noise redrawn for published curves with known parameters.
///
/// Curves and noise of kinfitr's `simref` data, which it published; noise on the reference as well.
@Suite(
  .enabled(
    if: SharedMaterial.has("validation/kinfitr/truth_simref_curves.tsv"),
    "simulated curves are not beside this checkout"))
struct HonestErrorsTests {
  struct Truth: Sendable {
    let frames: FrameSchedule
    let weights: [Double]
    let regions: [(name: String, curve: [Double], deviation: [Double], bpnd: Double)]
    let reference: (curve: [Double], deviation: [Double])
  }

  static let scans: [Truth] = (try? read()) ?? []

  static func read() throws -> [Truth] {
    func table(_ name: String) throws -> (TSVTable, [String: Int]) {
      let table = try TSVTable(path: SharedMaterial.path("validation/kinfitr/\(name).tsv"))
      return (table, Dictionary(uniqueKeysWithValues: table.columns.enumerated().map { ($1, $0) }))
    }
    let (tacs, t) = try table("tacs")
    let (curves, c) = try table("truth_simref_curves")
    let (truth, p) = try table("truth_simref")
    func number(_ text: String) -> Double { Double(text) ?? .nan }
    var result: [Truth] = []
    for scan in Set(truth.rows.map { $0[p["scan"] ?? 0] }).sorted() {
      // The artificial first frame of no duration is left out.
      let frames = tacs.rows.filter {
        $0[t["scan"] ?? 0] == scan && $0[t["region"] ?? 0] == "Reference" && number($0[t["duration"] ?? 0]) > 0
      }
      func column(_ name: String) -> [Double] { frames.map { number($0[t[name] ?? 0]) } }
      func noisy(_ region: String) -> (curve: [Double], deviation: [Double]) {
        let rows = curves.rows.filter { $0[c["scan"] ?? 0] == scan && $0[c["region"] ?? 0] == region }.dropFirst()
        return (rows.map { number($0[c["noiseless"] ?? 0]) }, rows.map { number($0[c["noise_sd"] ?? 0]) })
      }
      result.append(
        Truth(
          frames: try FrameSchedule(
            starts: column("start").map { $0 * 60 }, durations: column("duration").map { $0 * 60 }),
          weights: column("weight"),
          regions: truth.rows.filter { $0[p["scan"] ?? 0] == scan }.map { row in
            let own = noisy(row[p["region"] ?? 0])
            return (row[p["region"] ?? 0], own.curve, own.deviation, number(row[p["BPND"] ?? 0]))
          },
          reference: noisy("Reference")))
    }
    return result
  }

  /// Errors over standard errors: every model's own noise-free answer is the truth, so that its bias is apart.
  static func errors(_ model: any KineticModel.Type, redraws: Int, truth scans: [Truth]) throws -> [(
    z: Double, region: Int
  )] {
    var random = SeededGenerator(seed: 7)
    var result: [(z: Double, region: Int)] = []
    for scan in scans {
      var settings = FitSettings()
      settings.weights = .column
      settings.sampling = .midpoint
      if model == LoganRef.self { settings.linearStart = .given(1800) }
      func table(_ noise: Bool) -> CurveTable {
        func draw(_ curve: [Double], _ deviation: [Double]) -> [Double] {
          noise ? zip(curve, deviation).map { $0 + $1 * random.normal() } : curve
        }
        var table = CurveTable(
          frames: scan.frames, names: ["Reference"] + scan.regions.map(\.name),
          curves: [draw(scan.reference.curve, scan.reference.deviation)]
            + scan.regions.map { draw($0.curve, $0.deviation) })
        table.weightColumn = scan.weights
        return table
      }
      let exact = try RegionalFits(table(false), model: model, reference: "Reference", settings: settings)
      for _ in 0..<redraws {
        let fits = try RegionalFits(table(true), model: model, reference: "Reference", settings: settings)
        for (i, fit) in fits.fits.enumerated().dropFirst() where fit.status == .converged {
          let estimate = fit.estimate("BPND")
          result.append(((estimate.value - exact.fits[i].estimate("BPND").value) / estimate.standardError, i))
        }
      }
    }
    return result
  }

  @Test(arguments: ["SRTM", "SRTM2", "MRTM0", "MRTM1", "MRTM2", "LoganRef"])
  func errorOverStandardErrorIsOne(model: String) throws {
    let kind = try ModelCatalogue.named(model)
    let z = try Self.errors(kind, redraws: 100, truth: Self.scans)
    let mean = z.reduce(0) { $0 + $1.z } / Double(z.count)
    let rms = (z.reduce(0) { $0 + $1.z * $1.z } / Double(z.count)).squareRoot()
    let spread = (z.reduce(0) { $0 + ($1.z - mean) * ($1.z - mean) } / Double(z.count)).squareRoot()
    print("honest", model, z.count, "mean", mean, "rms", rms, "spread", spread)
    for region in 1...3 {
      let own = z.filter { $0.region == region }
      print(
        "  ROI\(region)", (own.reduce(0) { $0 + $1.z * $1.z } / Double(own.count)).squareRoot(),
        own.reduce(0) { $0 + $1.z } / Double(own.count))
    }
    #expect(z.count >= 1000)
    #expect(0.9...1.1 ~= (kind == LoganRef.self ? spread : rms))
  }
}
