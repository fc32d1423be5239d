import Foundation
import PETBinding
import PETCore
import PETResults
import PETTestSupport
import PETTracers
import Testing

/// `_balance.tsv` as it is written and read again, with everything that may be asked for.
struct BalanceFileTests {
  private static func table(_ values: [(String, Double, Double)], tracer: String) -> BindingTable {
    BindingTable(
      measure: "BPND",
      rows: values.map {
        BindingTable.Row(
          region: $0.0, estimate: Estimate($0.1, standardError: $0.2), low: $0.1 - $0.2, high: $0.1 + $0.2,
          ending: .init("converged"), freedom: 20)
      }, tracer: tracer, model: "SRTM", source: "test")
  }

  private static func balance(_ change: (inout BalanceSettings) -> Void = { _ in }) -> BalanceTable {
    var settings = BalanceSettings()
    change(&settings)
    let a = table([("Left-Putamen", 3, 0.1), ("Right-Putamen", 2.8, 0.1), ("Pons", 0.2, 0.2)], tracer: "raclopride")
    let b = table([("Left-Putamen", 1.5, 0.1), ("Right-Putamen", 1.4, 0.1), ("Pons", 0.1, 0.1)], tracer: "dasb")
    return BalanceTable(numerator: a, denominator: b, settings: settings)
  }

  private static func everything(_ settings: inout BalanceSettings) {
    settings.calibration = BothSides(Estimate(10, standardError: 1), Estimate(20, standardError: 2))
    settings.bootstrap = (500, 1)
    settings.norms = (
      NormTable(
        covariates: [],
        norms: ["dopamine", "serotonin"].map {
          NormTable.Norm(
            measure: $0, region: "Left-Putamen", count: 30, freedom: 29, sd: 0.3, coefficients: [2],
            inverseGram: [[1.0 / 30]])
        }, pair: nil), Person(id: "sub-01", values: [:])
    )
  }

  @Test(arguments: [false, true])
  func whatIsWrittenIsRead(withEverything: Bool) throws {
    let folder = try TemporaryFolder()
    let balance = Self.balance { if withEverything { Self.everything(&$0) } }
    let text = BalanceText(balance)
    let path = folder.file("sub-01_balance.tsv")
    try AtomicFile.write(text.tsv, to: path)
    let file = try BalanceFile(path: path)
    #expect(file.systems == BalanceSystems() && file.columns.map(\.name) == text.columns.map(\.name))
    #expect(TSVText(file.columns, file.rows).text == text.tsv)
    #expect(Set(file.columns.map(\.name)).count == file.columns.count)
    let (own, row) = (balance.rows[0], file.rows[0])
    #expect(row.ratio.value == own.ratio && row.ratio.low == own.set?.low && row.ratio.interval == "bounded")
    #expect(row.logRatio.error == own.logRatio.standardError && row.numerator.status == "converged")
    #expect(row.lateral.value == own.lateral?.contrast.value && row.numerator.asymmetry < 0)
    #expect(row.density.value.isNaN != withEverything && row.bootstrap.undefined.isNaN != withEverything)
    #expect(row.numerator.deviation.t.isNaN != withEverything)
    // A denominator that cannot be told from 0 has no ratio, here and there.
    #expect(file.rows[2].ratio.value.isNaN && file.rows[2].status == "denominatorIndistinct")
  }

  /// Log ratios count by the status of the row and of both fits; a table that tells none counts whole.
  @Test(arguments: [
    ("ok", "converged", nil as String?), ("dataDoubtful", "converged", "dataDoubtful"), ("n/a", "converged", "n/a"),
    ("ok", "iterationLimit", "fit iterationLimit"), ("ok", "n/a", nil),
  ])
  func whatCounts(status: String, fit: String, reason: String?) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("b.tsv")
    try AtomicFile.write(
      "region\tgaba\tgaba-se\tgaba-status\topioid\topioid-se\topioid-status\tlog-ratio\tlog-ratio-se\tstatus\n"
        + "A\t2\t0.1\t\(fit)\t1\t0.1\tconverged\t0.7\t0.1\t\(status)\n", to: path)
    #expect(try BalanceFile(path: path).systems.quotient == "gaba / opioid")
    let side = try BalanceReader.read(path)[0]
    #expect(side.reason == reason && side.logRatio.value.isNaN == (reason != nil))
  }

  @Test func aTableWithoutStatusesCounts() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("b.tsv")
    try AtomicFile.write("region\tlog-ratio\tlog-ratio-se\nA\t0.7\t0.1\nB\tn/a\tn/a\n", to: path)
    let sides = try BalanceReader.read(path)
    #expect(sides.map(\.reason) == [nil, "no log ratio"] && sides[0].logRatio.value == 0.7)
  }
}
