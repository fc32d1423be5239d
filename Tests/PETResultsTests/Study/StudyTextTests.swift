import Foundation
import PETBinding
import PETCore
import PETResults
import PETTracers
import Testing

/// A study as tables (`SummaryText`), and its deviations from a norm (`DeviationsText`).
struct StudyTextTests {
  private static let header =
    "participant_id\tsession_id\tpair\tregion\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se"
    + "\tserotonin-status\tratio\tlog-ratio\tstatus\n"

  /// Ratios e, e² and e³ of three persons in one region, and a fourth whose ratio does not count.
  private static func balances() throws -> StudyBalances {
    let rows = (1...4).map { place -> String in
      let status = place == 4 ? "denominatorIndistinct" : "ok"
      let ratio = place == 4 ? "n/a\tn/a" : "\(exp(Double(place)))\t\(place)"
      return
        "sub-\(place)\tn/a\tx\tPons\t\(2 * place)\t0.1\tconverged\t\(place)\t0.1\tconverged\t\(ratio)\t\(status)\n"
    }
    return try StudyBalances(try TSVTable(text: header + rows.joined(), file: "a"), level: 0.95)
  }

  /// ln has mean 2 and SD 1; at 2 degrees of freedom t is 4.302653 (published tables), so limits are 4.302653/√3 off.
  @Test func theGeometricMeanOfARegion() throws {
    let balances = try Self.balances()
    let table = try TSVTable(text: SummaryText.regions(balances), file: "a")
    func number(_ name: String) throws -> Double { try table.number(0, try table.required(name)) }
    #expect(try table.rows.count == 1 && number("n") == 3 && number("persons") == 4)
    // Rounding; limits to the six decimals of the quantile.
    #expect(try abs(number("geometric-mean-ratio") - exp(2)) < 1e-12)
    let half = 4.302653 / 3.0.squareRoot()
    #expect(try abs(log(number("geometric-mean-ratio-low")) - (2 - half)) < 1e-6)
    #expect(try abs(log(number("geometric-mean-ratio-high")) - (2 + half)) < 1e-6)
    #expect(try abs(number("log-ratio-sd") - 1) < 1e-12)
    // Every dopamine is twice its serotonin.
    #expect(try abs(number("coupling") - 1) < 1e-12)
    #expect(SummaryText.sidecar(balances.study, level: 0.95)["LeftOut"]?["denominatorIndistinct"]?.double == 1)
  }

  @Test func onePersonOneRow() throws {
    let table = try TSVTable(text: SummaryText.wide(try Self.balances().study), file: "a")
    #expect(
      table.columns == ["participant_id", "session_id", "pair", "dopamine.Pons", "serotonin.Pons", "ratio.Pons"]
        + ["log-ratio.Pons"])
    #expect(table.rows[1].prefix(5) == ["sub-2", "n/a", "x", "4", "2"] && table.rows[1][6] == "2")
    #expect(table.rows[3].suffix(4) == ["8", "4", "n/a", "n/a"])
  }

  @Test func everyPairOfRegions() throws {
    let table = try TSVTable(text: SummaryText.couplings(try Self.balances()), file: "a")
    #expect(table.columns.prefix(5) == ["session_id", "pair", "dopamine-region", "serotonin-region", "n"])
    #expect(table.rows.count == 1 && table.rows[0].prefix(5) == ["n/a", "x", "Pons", "Pons", "4"])
  }

  /// A norm of mean 2 and SD 0.5 of ten persons: 3 is 2 SD above it, and t is 2/√1.1.
  @Test func deviationsFromANorm() throws {
    let study = StudyTable(
      systems: BalanceSystems(), pair: "x",
      visits: [.init(participant: "sub-1", session: "ses-a"), .init(participant: "sub-2", session: nil)],
      regions: ["Pons", "Putamen"], persons: [], values: ["dopamine": [[3, 1], [.nan, 1]]])
    let norms = NormTable(
      covariates: [],
      norms: [
        NormTable.Norm(
          measure: "dopamine", region: "pons", count: 10, freedom: 9, sd: 0.5, coefficients: [2], inverseGram: [[0.1]])
      ], pair: "x")
    let deviations = try StudyDeviations(study, norms: norms, session: nil, measures: ["dopamine"])
    let text = DeviationsText(deviations)
    let table = try TSVTable(text: text.tsv, file: "a")
    func cell(_ row: Int, _ name: String) throws -> String { table.rows[row][try table.required(name)] }
    let row = try #require(table.rows.firstIndex { $0.contains("sub-1") && $0.contains("Pons") })
    #expect(try cell(row, "expected") == "2" && cell(row, "sd") == "0.5" && cell(row, "z") == "2")
    // Rounding alone.
    #expect(try abs(table.number(row, table.required("t")) - 2 / 1.1.squareRoot()) < 1e-12)
    #expect(try cell(row, "dof") == "9" && cell(row, "n") == "10" && cell(row, "session_id") == "ses-a")
    // Nobody of the study is of the norm; where there is none, or no value, the note says why.
    for (place, own) in table.rows.enumerated() where place != row {
      #expect(try cell(place, "z") == "n/a" && cell(place, "note") != "n/a", "\(own)")
    }
    #expect(text.sidecar([("Group", "x")])["Group"]?.string == "x")
    #expect(DeviationsText.about(norms)["Pair"]?.string == "x")
  }
}
