import Foundation
import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// Models side by side on one table of curves.
struct ModelComparisonTextTests {
  private static func fits(_ model: any KineticModel.Type) throws -> RegionalFits {
    let scan = try ReferenceScan()
    var random = SeededGenerator(seed: 3)
    let target = scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06).map { $0 + 0.3 * random.normal() }
    let none = [Double](repeating: .nan, count: target.count)
    var table = CurveTable(
      frames: scan.frames, names: ["cerebellum", "target", "nothing"],
      curves: [scan.reference(k2prime: 0.06), target, none])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = 0.06 / 60
    settings.linearStart = .given(1800)
    return try RegionalFits(table, model: model, reference: "cerebellum", settings: settings)
  }

  /// Models of the curve itself, fitted once for all tests.
  private static let curves = Result { [try fits(SRTM.self), try fits(FRTM.self)] }

  private static func table(_ fits: [RegionalFits]) throws -> TSVTable {
    try TSVTable(text: ModelComparisonText(fits, level: 0.95).tsv, file: "a")
  }

  /// Rows of the target by model.
  private static func row(_ model: String, _ table: TSVTable) throws -> Int {
    try #require(table.rows.firstIndex { $0[0] == "target" && $0[1] == model })
  }

  /// Burnham and Anderson (2002): weights are exp(-Δ/2) over their sum, of models of the same frames alone.
  ///
  /// Logan's plot has fewer frames and residuals of another kind: it has no criteria, wherever it stands in the list.
  @Test(arguments: [0, 1, 2])
  func weightsOfTheModelsThatCanBeCompared(place: Int) throws {
    var fits = try Self.curves.get()
    fits.insert(try Self.fits(LoganRef.self), at: place)
    let table = try Self.table(fits)
    func number(_ model: String, _ name: String) throws -> Double {
      try table.number(try Self.row(model, table), try table.required(name))
    }
    let (one, other) = try (number("SRTM", "aic"), number("FRTM", "aic"))
    let difference = other - one
    let share = 1 / (1 + exp(-difference / 2))
    // Rounding of exponentials.
    #expect(try abs(number("SRTM", "akaike-weight") - share) < 1e-12)
    #expect(try abs(number("FRTM", "akaike-weight") - (1 - share)) < 1e-12)
    #expect(try number("SRTM", "delta-aic") == max(0, -difference))
    let logan = LoganRef.card.id
    #expect(try number(logan, "aic").isNaN && number(logan, "akaike-weight").isNaN && number(logan, "bic").isNaN)
    #expect(try number(logan, "estimate").isFinite && number(logan, "frames") < number("SRTM", "frames"))
  }

  @Test func rowsAreInTheUnitOfTheTable() throws {
    let fits = try Self.fits(SRTM.self)
    let table = try Self.table([fits])
    #expect(table.rows.count == 3 && table.rows.map { $0[0] } == ["cerebellum", "target", "nothing"])
    let row = try Self.row("SRTM", table)
    #expect(try table.number(row, table.required("estimate")) == fits.fits[1].estimate("BPND").value)
    #expect(try table.number(row, table.required("akaike-weight")) == 1)
    // What has no fit has no numbers.
    #expect(try table.rows[2][table.required("dof")] == "n/a" && table.rows[2][table.required("aic")] == "n/a")
    #expect(try Self.table([]).rows.isEmpty)
  }
}
