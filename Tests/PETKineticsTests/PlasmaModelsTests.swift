import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Plasma models on curves with known parameters.
struct PlasmaModelsTests {
  private static func fits(
    _ model: any KineticModel.Type, _ curves: [[Double]], _ change: (inout FitSettings) -> Void = { _ in }
  ) throws -> RegionalFits {
    let scan = try ReferenceScan()
    var table = CurveTable(
      frames: scan.frames, names: curves.indices.map { "r\($0)" }, curves: curves)
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    change(&settings)
    return try RegionalFits(table, model: model, reference: nil, settings: settings)
  }

  private static func near(_ fit: CurveFit, _ symbol: String, _ truth: Double, _ tolerance: Double) {
    let unit = fit.card.parameters.first { $0.symbol == symbol }?.unit.fromInternal ?? 1
    let value = fit.estimate(symbol).value * unit
    #expect(abs(value / truth - 1) < tolerance, "\(fit.card.id) \(symbol) \(value) for \(truth)")
  }

  /// The stepped solution has an error of 1e-10 of its own; 1e-7 covers what a flat minimum makes of it.
  @Test func compartmentModelsFindTheirParameters() throws {
    let scan = try ReferenceScan()
    let one = try Self.fits(OneTissue.self, [scan.twoTissue(k1: 0.3, k2: 0.06, vB: 0.04)]).fits[0]
    for (symbol, truth) in [("K1", 0.3), ("k2", 0.06), ("vB", 0.04), ("VT", 5)] { Self.near(one, symbol, truth, 1e-7) }
    let two = try Self.fits(TwoTissue.self, [scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05)]).fits[0]
    for (symbol, truth) in [
      ("K1", 0.3), ("k2", 0.15), ("k3", 0.06), ("k4", 0.03), ("vB", 0.05), ("VT", 6), ("VND", 2), ("BPND", 2),
    ] { Self.near(two, symbol, truth, 1e-6) }
    let irreversible = try Self.fits(
      TwoTissueIrreversible.self, [scan.twoTissue(k1: 0.1, k2: 0.12, k3: 0.05, vB: 0.03)]
    ).fits[0]
    for (symbol, truth) in [("K1", 0.1), ("k3", 0.05), ("Ki", 0.1 * 0.05 / 0.17)] {
      Self.near(irreversible, symbol, truth, 1e-7)
    }
  }

  /// Of the exact models two remain that rest on the curve inside frames: 1e-3 (vB) and 1e-4 are what that costs.
  @Test func linearModelsFindTheirParameters() throws {
    let scan = try ReferenceScan()
    let curve = scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05)
    let linear = try Self.fits(LS2TCM.self, [curve]).fits[0]
    Self.near(linear, "VT", 6, 1e-3)
    Self.near(linear, "vB", 0.05, 2e-2)
    let given = try Self.fits(MA2.self, [curve]) { $0.vB = .fixed(0.05) }.fits[0]
    Self.near(given, "VT", 6, 1e-3)
    Self.near(given, "VND", 2, 5e-3)
    let oneTissue = scan.twoTissue(k1: 0.3, k2: 0.06, vB: 0.05)
    for model in [Logan.self, MA1.self] as [any KineticModel.Type] {
      let fit = try Self.fits(model, [oneTissue]) {
        $0.vB = .fixed(0.05)
        $0.linearStart = .given(1200)
      }.fits[0]
      Self.near(fit, "VT", 5, 1e-4)
    }
  }

  /// A model with a term more is never worse, also where that term has nothing to hold on to (no blood in the region).
  @Test func vascularTrappingIsNeverWorseThanWithoutIt() throws {
    let scan = try ReferenceScan()
    var random = SeededGenerator(seed: 6)
    let curves = (0..<40).map { (i: Int) -> [Double] in
      let curve = scan.twoTissue(k1: 0.1 + 0.01 * Double(i), k2: 0.12, k3: 0.04, k4: 0.02, vB: i % 2 == 0 ? 0 : 0.03)
      return curve.map { $0 + 0.2 * random.normal() }
    }
    let without = try Self.fits(TwoTissue.self, curves)
    let with = try Self.fits(TwoTissueWall.self, curves)
    for (a, b) in zip(without.fits, with.fits) {
      #expect(
        b.residualSum <= a.residualSum * (1 + 1e-8) && b.status != .iterationLimit, "\(a.residualSum) \(b.residualSum)")
    }
  }

  /// A common VND comes back from regions that share it, the same in every row, with each row's own residuals.
  @Test func simultaneousEstimation() throws {
    let scan = try ReferenceScan()
    let curves = [(0.2, 0.04), (0.3, 0.06), (0.4, 0.03)].map {
      scan.twoTissue(k1: $0.0, k2: $0.0 / 2.5, k3: $0.1, k4: 0.03, vB: 0.05)
    }
    let exact = try Self.fits(SIMEVND.self, curves)
    for fit in exact.fits {
      Self.near(fit, "VND", 2.5, 1e-5)
      #expect(fit.residualSum < 1e-6)
    }
    var random = SeededGenerator(seed: 3)
    let noisy = try Self.fits(SIMEVND.self, curves.map { $0.map { $0 + 0.05 * random.normal() } })
    let estimate = noisy.fits[0].estimate("VND")
    #expect(estimate.standardError > 0 && abs(estimate.value - 2.5) < 4 * estimate.standardError)
  }

  /// A shifted input is brought back; the rows say what that did.
  @Test(arguments: [-12.0, 9])
  func delayIsFound(delay: Double) throws {
    let scan = try ReferenceScan()
    let curves = [(0.3, 0.06), (0.25, 0.04)].map {
      scan.twoTissue(k1: $0.0, k2: 0.12, k3: $0.1, k4: 0.03, vB: 0.05)
    }
    let plasma = try scan.plasmaInput()
    let moved = try PlasmaInput(
      times: plasma.times.map { $0 + 20 - delay }, parent: plasma.parent, wholeBlood: plasma.wholeBlood)
    let fits = try Self.fits(TwoTissue.self, curves) {
      $0.plasma = moved
      $0.delay = .fitted
    }
    let found = try #require(fits.input.plasma?.delay)
    // The samples were moved by 20 s less the delay; the first of them then joins (0, 0), where there was nothing.
    #expect(abs(found - (delay - 20)) < 0.05)
    #expect(fits.fits[0].notes.contains { $0.contains("input delayed by") && $0.contains("VT moves by") })
    Self.near(fits.fits[0], "VT", 0.3 / 0.12 * 3, 1e-3)
  }

  @Test func uptakeValues() throws {
    let scan = try ReferenceScan()
    let curve = scan.frames.starts.map { _ in 10.0 }
    let suv = try Self.fits(SUV.self, [curve]) {
      $0.dosePerGram = 5
      $0.window = 2400...5400
    }.fits[0]
    #expect(abs(suv.estimate("SUV").value - 2) < 1e-12)
    // One frame has no scatter to tell an error from.
    let single = try Self.fits(SUV.self, [curve]) {
      $0.dosePerGram = 5
      $0.window = 4800...5400
    }.fits[0]
    #expect(single.status == .converged && single.estimate("SUV").standardError.isNaN)
    #expect(single.notes.contains { $0.contains("no standard error") })
  }

  @Test func inputsAreRefusedOrRemarked() throws {
    let scan = try ReferenceScan()
    let curve = scan.twoTissue(k1: 0.3, k2: 0.06, vB: 0.05)
    #expect(throws: PETError.self) { try PlasmaInput(times: [0, 10, 10], parent: [0, 1, 2]) }
    #expect(throws: PETError.self) { try PlasmaInput(times: [0, 10, 5], parent: [0, 1, 2]) }
    #expect(throws: PETError.self) { try PlasmaInput(times: [0, 10, 20], parent: [0, 0, 0]) }
    let plasma = try scan.plasmaInput()
    let withoutBlood = try PlasmaInput(times: plasma.times, parent: plasma.parent)
    let refusal = #expect(throws: PETError.self) { try Self.fits(OneTissue.self, [curve]) { $0.plasma = withoutBlood } }
    #expect(refusal?.problem.contains("whole blood") == true)
    func codes(_ plasma: PlasmaInput) throws -> [String] {
      try Self.fits(MA1.self, [curve]) {
        $0.plasma = plasma
        $0.linearStart = .given(1200)
      }.warnings
    }
    #expect(try codes(plasma).isEmpty)
    let early = plasma.times.prefix { $0 < 3000 }.count
    #expect(
      try codes(PlasmaInput(times: Array(plasma.times.prefix(early)), parent: Array(plasma.parent.prefix(early))))
        == ["input-ends-early"])
    let late = plasma.times.firstIndex { $0 > 60 } ?? 0
    #expect(
      try codes(PlasmaInput(times: Array(plasma.times.dropFirst(late)), parent: Array(plasma.parent.dropFirst(late))))
        == ["input-starts-high", "input-starts-late"])
    #expect(
      try codes(PlasmaInput(times: plasma.times, parent: plasma.parent.map { $0 / 1000 })) == ["input-scale"])
    #expect(
      try codes(PlasmaInput(times: plasma.times.map { $0 - 60 }, parent: plasma.parent))
        == ["input-ends-early", "input-before-injection"])
    var dipped = plasma.parent
    dipped[40] = -20
    #expect(try codes(PlasmaInput(times: plasma.times, parent: dipped)) == ["input-negative"])
  }

  /// Curves in 50-digit arithmetic by other code: every parameter to 1e-8 (1e-14 is what is reached).
  @Test(
    .enabled(if: SharedMaterial.has("validation/truth/truth.tsv"), "exact curves are not beside this checkout"),
    arguments: ["01", "02", "03"])
  func exactCurves(number: String) throws {
    func table(_ name: String) throws -> (TSVTable, [[Double]]) {
      let table = try TSVTable(path: SharedMaterial.path("validation/truth/case-\(number)_\(name).tsv"))
      var columns: [[Double]] = []
      for c in table.columns.indices { columns.append(try table.rows.indices.map { try table.number($0, c) }) }
      return (table, columns)
    }
    let (tacs, curves) = try table("tacs")
    let (_, blood) = try table("inputfunction")
    var settings = FitSettings()
    settings.plasma = try PlasmaInput(times: blood[0], parent: blood[4], wholeBlood: blood[1])
    var regions = CurveTable(
      frames: try FrameSchedule(starts: curves[0], durations: zip(curves[1], curves[0]).map { $0 - $1 }),
      names: Array(tacs.columns.dropFirst(2)), curves: Array(curves.dropFirst(2)))
    regions.isotope = .carbon11
    let truth = try TSVTable(path: SharedMaterial.path("validation/truth/truth.tsv"))
    var compared = 0
    for (theirs, model) in [
      ("1TCM", OneTissue.self), ("2TCM", TwoTissue.self), ("2TCMirr", TwoTissueIrreversible.self),
    ] as [(String, any KineticModel.Type)] {
      let fits = try RegionalFits(regions, model: model, reference: nil, settings: settings)
      for row in truth.rows where row[0] == number && row[2] == theirs {
        guard let fit = fits.fits.first(where: { $0.region == row[1] }), let index = fit.card.index(of: row[3]),
          let value = Double(row[4])
        else { continue }
        let found = fit.estimates[index].value * fit.card.parameters[index].unit.fromInternal
        #expect(abs(found - value) <= 1e-8 * max(abs(value), 1e-3), "\(row)")
        compared += 1
      }
    }
    #expect(compared > 50)
  }
}
