import PETBinding
import PETCore
import PETResults
import Testing

/// Tables of occupancy, on a drug that holds half of the target.
struct OccupancyTextTests {
  private static func table(_ measure: String, _ values: [(String, Double)]) -> BindingTable {
    BindingTable(
      measure: measure,
      rows: values.map { name, value in
        BindingTable.Row(
          region: name, estimate: Estimate(value, standardError: 0.001), low: value, high: value,
          ending: .init("converged"), freedom: nil)
      }, tracer: "t", model: nil, source: "a")
  }

  /// VND 2 in every region, and half of what binds beside it.
  private static func volumes(_ share: Double) -> Occupancy {
    let specific = [("A", 1.0), ("B", 2.0), ("C", 4.0), ("D", 8.0)]
    return Occupancy(
      baseline: table("VT", specific.map { ($0.0, 2 + $0.1) }),
      drug: table("VT", specific.map { ($0.0, 2 + (1 - share) * $0.1) }), method: .ordinary, level: 0.95)
  }

  private static func cells(_ table: TSVTable, _ name: String) throws -> [Double] {
    try table.rows.indices.map { try table.number($0, try table.required(name)) }
  }

  @Test func everyLineOfAPersonAndOfTheGroup() throws {
    let text = OccupancyText([("sub-1", Self.volumes(0.4)), ("sub-2", Self.volumes(0.6))], level: 0.95)
    let table = try TSVTable(text: text.lassen, file: "a")
    let methods = LassenPlot.Method.allCases.map(\.rawValue)
    #expect(table.rows.map { $0[0] } == ["sub-1", "sub-2", "group"].flatMap { name in methods.map { _ in name } })
    #expect(table.rows.map { $0[1] } == methods + methods + methods && text.hasLassen)
    let occupancy = try Self.cells(table, "occupancy")
    let volumes = try Self.cells(table, "VND")
    // Points without noise on a line: rounding of the regression, and iterations of the likelihood.
    for (place, value) in occupancy.enumerated() {
      let truth = [0.4, 0.6, 0.5][place / methods.count]
      #expect(abs(value - truth) < 1e-6 && abs(volumes[place] - 2) < 1e-5, "\(table.rows[place])")
    }
    #expect(try Self.cells(table, "n").suffix(methods.count) == ArraySlice(methods.map { _ in 2.0 }))
  }

  @Test func specificBindingNeedsNoLine() throws {
    let own = Occupancy(
      baseline: Self.table("BPND", [("A", 2), ("B", 1)]), drug: Self.table("BPND", [("a", 0.5), ("C", 1)]),
      method: .ordinary, level: 0.95)
    let text = OccupancyText([("sub-1", own)], level: 0.95)
    #expect(try !text.hasLassen && (TSVTable(text: text.lassen, file: "a").rows.isEmpty))
    let table = try TSVTable(text: text.regions, file: "a")
    #expect(table.rows.map { $0[1] } == ["A", "B", "C"])
    let occupancy = try Self.cells(table, "occupancy")
    // 1 - 0.5/2; rounding alone. Of one scan alone there is none.
    #expect(abs(occupancy[0] - 0.75) < 1e-12 && occupancy[1].isNaN && occupancy[2].isNaN)
    #expect(try Self.cells(table, "baseline").map { $0.isNaN } == [false, false, true])
    let sidecar = text.sidecar([])
    #expect(sidecar["SpecificBinding"]?.string == "BPND")
    #expect(sidecar["Points"]?["sub-1"]?["B"] == .array([1, .null]))
  }

  @Test func nobodyIsATableWithoutRows() throws {
    let text = OccupancyText([], level: 0.95)
    #expect(try TSVTable(text: text.regions, file: "a").rows.isEmpty && !text.hasLassen)
    #expect(text.sidecar([])["Measure"]?.string == "n/a")
  }
}
