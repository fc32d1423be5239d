import Foundation
import PETBinding
import PETCore
import PETResults
import Testing

/// The table of a change between two sessions.
struct ChangeTextTests {
  private static func side(_ region: String, _ value: Double, _ error: Double, reason: String? = nil)
    -> BalanceChange.Side
  {
    BalanceChange.Side(
      region: region, logRatio: reason == nil ? Estimate(value, standardError: error) : .missing, freedom: nil,
      reason: reason)
  }

  /// A ratio that doubles: ln 2, errors 0.3 and 0.4 make 0.5, and limits are 1.959964 of them off (normal quantile).
  @Test func aRatioThatDoubles() throws {
    let change = BalanceChange(
      before: [Self.side("Pons", log(1.5), 0.3), Self.side("A", 1, .nan)],
      after: [Self.side("pons", log(3), 0.4), Self.side("A", 1, 0.1)], retest: nil, level: 0.95)
    let table = try TSVTable(text: ChangeText(change).tsv, file: "a")
    func number(_ row: Int, _ name: String) throws -> Double { try table.number(row, try table.required(name)) }
    // Rounding, and six decimals of the quantile.
    #expect(try abs(number(0, "ratio-change") - 2) < 1e-12 && abs(number(0, "change-se") - 0.5) < 1e-12)
    #expect(try abs(number(0, "ratio-change-low") - 2 * exp(-0.979982)) < 1e-6)
    #expect(try abs(number(0, "ratio-change-high") - 2 * exp(0.979982)) < 1e-5)
    #expect(try abs(number(0, "change-low") - (log(2) - 0.979982)) < 1e-6)
    #expect(try number(0, "log-ratio-before") == log(1.5) && number(0, "log-ratio-after") == log(3))
    // Without an error there are no limits, and the note says so.
    #expect(try number(1, "change") == 0 && number(1, "ratio-change") == 1 && number(1, "ratio-change-low").isNaN)
    #expect(try number(1, "p").isNaN && table.rows[1].last?.contains("standard error") == true)
  }

  @Test func whatIsMissingIsTold() throws {
    let change = BalanceChange(
      before: [Self.side("A", 1, 0.1, reason: "singular"), Self.side("B", 1, 0.1)],
      after: [Self.side("A", 1, 0.1), Self.side("C", 1, 0.1)], retest: 0.1, level: 0.9)
    let table = try TSVTable(text: ChangeText(change).tsv, file: "a")
    #expect(table.rows.map { $0[0] } == ["A", "B", "C"])
    #expect(
      table.rows.compactMap(\.last) == [
        "before: singular", "the region is only in the first", "before: the region is only in the second",
      ])
    #expect(table.rows.allSatisfy { $0[3] == "n/a" && $0[7] == "n/a" && $0[10] == "n/a" })
    func sidecar(_ retest: Double?) -> JSONValue {
      ChangeText(change).sidecar(
        level: 0.9, counted: CountingRule(), retest: retest, participant: "sub-1", findings: [])
    }
    #expect(sidecar(0.1)["RetestSD"]?.double == 0.1 && sidecar(nil)["RetestSD"]?.string?.hasPrefix("none") == true)
    #expect(sidecar(nil)["ConfidenceLevel"]?.double == 0.9)
  }
}
