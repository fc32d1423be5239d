import PETBinding
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// A parameter of fits as a table of binding: units of the field, limits of its own, what the fit ended with.
struct BindingTableFitsTests {
  private static func fits() throws -> RegionalFits {
    let scan = try ReferenceScan()
    let curves = [
      scan.twoTissue(k1: 0.3, k2: 0.15, vB: 0.05), scan.twoTissue(k1: 0.2, k2: 0.05, vB: 0.05),
      scan.frames.starts.map { _ in 0 },
    ]
    var table = CurveTable(
      frames: scan.frames, names: ["fast", "slow", "empty"], curves: curves, volumes: [1000, 2000, nil])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    settings.vB = .fitted
    return try RegionalFits(table, model: OneTissue.self, reference: nil, settings: settings)
  }

  /// K1 in mL/cm3/min and VT = K1/k2 as they were put in; steps of 0.1 s and the fit leave 1e-3.
  @Test func unitsOfTheField() throws {
    let fits = try Self.fits()
    func table(_ measure: String) -> BindingTable {
      BindingTable(fits, measure: measure, level: 0.95, tracer: "x", source: "a")
    }
    for (measure, truth) in [("K1", [0.3, 0.2]), ("k2", [0.15, 0.05]), ("VT", [2, 4])] {
      for (row, own) in zip(table(measure).rows, truth) {
        #expect(
          abs(row.estimate.value / own - 1) < 1e-3 && row.low <= row.estimate.value && row.estimate.value <= row.high)
      }
    }
    // Limits are in the unit of the value: about it, by two to four errors of so many frames.
    for row in table("K1").rows.prefix(2) {
      #expect(row.estimate.value - row.low > row.estimate.standardError)
      #expect(row.estimate.value - row.low < 4 * row.estimate.standardError)
    }
    #expect(table("VT").rows.map(\.volume) == [1000, 2000, nil] && table("VT").model == "1TCM")
    #expect(
      table("VT").rows.map(\.region) == ["fast", "slow", "empty"]
        && table("VT").rows.map(\.ending.model) == [nil, nil, nil])
    // A region without activity has no number, and a parameter that the model has not none anywhere.
    #expect(table("VT").rows[2].estimate.value.isNaN && table("VT").rows[2].ending.verdict != .reliable)
    #expect(table("BPND").rows.allSatisfy { $0.estimate.value.isNaN && $0.low.isNaN })
  }
}
