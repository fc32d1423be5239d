import Foundation
import PETCore
import PETKinetics
import PETStudy
import PETTestSupport
import Testing

/// A real study with manual blood samples, ds004869 (CC0, doi:10.18112/openneuro.ds004869.v1.3.0), from raw blood to VT.
@Suite(.enabled(if: SharedMaterial.has("validation/ds004869/README"), "ds004869 is not beside this checkout"))
struct RealBloodTests {
  private static let root = SharedMaterial.path("validation/ds004869")

  /// Three scans with faults; all 28 with `--full`.
  static let scans: [String] = {
    guard TestDepth.isFull else {
      return ["sub-01 ses-blocked", "sub-02 ses-baseline", "sub-13 ses-retest", "sub-13 ses-test"]
    }
    let subjects = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return subjects.filter { $0.hasPrefix("sub-") }.sorted().flatMap { subject in
      ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(subject)")) ?? [])
        .filter { $0.hasPrefix("ses-") }.sorted().map { "\(subject) \($0)" }
    }
  }()

  private static func fits(
    _ scan: String, _ model: any KineticModel.Type, delay: InputDelay.Rule, weights: WeightScheme? = nil
  ) throws -> RegionalFits {
    let (subject, session) = (String(scan.split(separator: " ")[0]), String(scan.split(separator: " ")[1]))
    let stem = "\(subject)/\(session)/pet/\(subject)_\(session)"
    let samples = try BloodReader.read(["\(root)/\(stem)_recording-manual_blood.tsv"])
    let input = try InputFunction(samples, InputChoices())
    var table = try CurveReader.read(
      "\(root)/derivatives/petprep/\(stem)_desc-preproc_seg-gtm_tacs.tsv", isotope: .carbon11)
    table.findings += input.findings
    var settings = FitSettings()
    settings.plasma = try input.plasmaInput
    settings.delay = delay
    settings.weights = weights
    if model.card.needs.contains(.linearStart) {
      settings.linearStart = .automatic(limit: 0.1)
      settings.vB = .fixed(0.05)
    }
    return try RegionalFits(table, model: model, reference: nil, settings: settings)
  }

  /// Every region has a row and an estimate, with the delay fitted and not; the faults of each scan are found.
  @Test(.enabled(if: !TestDepth.isQuick, "several seconds"), arguments: scans)
  func volumesFromRawBlood(scan: String) throws {
    var models: [any KineticModel.Type] = [OneTissue.self, Logan.self, MA1.self]
    // Its delays are searched for longest.
    if TestDepth.isFull || scan == "sub-13 ses-test" { models.append(TwoTissue.self) }
    for model in models {
      let plain = try Self.fits(scan, model, delay: .given(0))
      let moved = try Self.fits(scan, model, delay: .fitted)
      #expect(plain.fits.allSatisfy { $0.status.hasEstimates } && plain.fits.count > 100)
      let warnings = Set(plain.warnings)
      #expect(warnings.contains("input-scale") == (scan == "sub-01 ses-blocked"))
      #expect(warnings.contains("input-starts-late") == (scan == "sub-01 ses-blocked"))
      #expect(warnings.contains("blood-order") == (scan == "sub-13 ses-retest"))
      if scan == "sub-13 ses-test" { #expect(warnings.contains("input-ends-early")) }
      guard scan != "sub-01 ses-blocked" else { continue }
      let changes = zip(plain.fits, moved.fits).map { abs($1.estimate("VT").value / $0.estimate("VT").value - 1) }
        .sorted()
      let median = Order.quantile(changes, 0.5)
      // Delay moves compartment models by per cents, plots hardly.
      #expect(model.card.needs.contains(.linearStart) ? median < 0.005 : median < 0.25, "\(model.card.id) \(median)")
      #expect(moved.fits.allSatisfy { $0.notes.contains { $0.contains("input delayed by") } })
    }
  }

  /// Minima that an independent fit found, in valleys that are narrow in k3 and k4.
  @Test(arguments: [
    ("sub-02 ses-blocked", "Vermis", 25.113952, 10.0557), ("sub-08 ses-blocked", "Left-vessel", 46.400197, 2.26644),
    ("sub-09 ses-baseline", "Optic-Chiasm", 40.466625, 13.2134),
  ])
  func slowMinimum(scan: String, region: String, residualSum: Double, volume: Double) throws {
    let fits = try Self.fits(scan, TwoTissue.self, delay: .given(0), weights: .uniform)
    let fit = try #require(fits.fits.first { $0.region == region })
    #expect(abs(fit.residualSum / residualSum - 1) < 1e-4)
    #expect(abs(fit.estimate("VT").value / volume - 1) < 1e-3)
  }

  /// No region has a lower residual sum than the product's; fitting blood, and with it given.
  @Test(arguments: scans.filter { !$0.hasPrefix("sub-01 ses-blocked") })
  func isLeast(scan: String) throws {
    let isFull = TestDepth.isFull
    func check<Model: KineticModel>(_ model: Model.Type) throws {
      let fits = try Self.fits(scan, model, delay: .given(0), weights: .uniform)
      let many = try CompartmentUnknowns(model).manyStarts(fits.input)
      var random = SeededGenerator(seed: 7)
      for (i, fit) in fits.fits.enumerated() where isFull || i % 20 == 0 {
        let least = many.least(fits.table.curves[i], starts: isFull ? 100 : 40, &random)
        #expect(fit.residualSum < least * (1 + 1e-9), "\(model.card.id) \(fit.region)")
      }
    }
    try check(TwoTissue.self)
    if isFull {
      try check(TwoTissueIrreversible.self)
      try check(TwoTissueWall.self)
    }
  }
}
