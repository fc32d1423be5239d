import Foundation
import PETBinding
import PETCore
import Testing

struct BalanceChangeTests {
  private static func side(
    _ region: String, _ value: Double, _ error: Double = .nan, freedom: Double? = nil, reason: String? = nil
  ) -> BalanceChange.Side {
    BalanceChange.Side(
      region: region, logRatio: Estimate(value, standardError: error), freedom: freedom, reason: reason)
  }

  /// 0.5 less 0.2 with 0.3 and 0.4 is 0.3 ± 0.5; with one degree of freedom p is 1 - 2/π atan |t| and the factor of 95 %
  /// 12.7062 (Student's table).
  @Test func aChangeWithItsLimits() throws {
    let change = BalanceChange(
      before: [Self.side("A", 0.2, 0.3, freedom: 1)], after: [Self.side("a", 0.5, 0.4, freedom: 20)], retest: nil,
      level: 0.95)
    let row = try #require(change.rows.first)
    #expect(row.region == "A" && row.before == 0.2 && row.after == 0.5 && row.note.isEmpty)
    #expect(abs(row.change.value - 0.3) < 1e-15 && abs(row.change.standardError - 0.5) < 1e-15)
    // Three digits more than the table has.
    #expect(abs(row.limits.low - (0.3 - 0.5 * 12.7062)) < 5e-5 && abs(row.limits.high - (0.3 + 0.5 * 12.7062)) < 5e-5)
    #expect(abs(row.probability - (1 - 2 / Double.pi * atan(0.6))) < 1e-10)
  }

  /// What sessions differ by without a change is in both: 0.3² + 0.4² + 2 · 0.6² = 0.97.
  ///
  /// Without freedom the factor is normal.
  @Test func withRetest() throws {
    let change = BalanceChange(
      before: [Self.side("A", 0, 0.3)], after: [Self.side("A", 1, 0.4, freedom: 3)], retest: 0.6, level: 0.95)
    let row = try #require(change.rows.first)
    #expect(abs(row.change.standardError - 0.97.squareRoot()) < 1e-15)
    // The table's 1.959964 has six digits.
    #expect(abs(row.limits.high - (1 + 1.959964 * 0.97.squareRoot())) < 1e-6)
    #expect(abs(row.probability - erfc(1 / 0.97.squareRoot() / 2.0.squareRoot())) < 1e-12)
  }

  /// Regions of one session alone keep a row, with the reason; the second's come last.
  @Test func regionsOfOneSession() {
    let change = BalanceChange(
      before: [Self.side("A", 1, 0.1), Self.side("Left-B", 2, 0.1), Self.side("C", .nan, reason: "no fit")],
      after: [Self.side("D", 3, 0.1), Self.side("left b", 2, 0.1, reason: "flagged"), Self.side("C", 1, 0.1)],
      retest: nil,
      level: 0.9)
    #expect(change.rows.map(\.region) == ["A", "Left-B", "C", "D"])
    #expect(
      change.rows.map(\.note) == [
        "the region is only in the first", "after: flagged", "before: no fit",
        "before: the region is only in the second",
      ])
    #expect(change.rows.map { $0.change.value.isNaN } == [true, false, true, true])
    #expect(change.rows[1].change.value == 0 && abs(change.rows[1].probability - 1) < 1e-15)
    #expect(change.rows[0].limits.low.isNaN && change.rows[0].probability.isNaN)
  }

  @Test func withoutAnError() throws {
    for (a, b) in [(Double.nan, 0.1), (0.1, .nan), (0, 0)] {
      let change = BalanceChange(
        before: [Self.side("A", 1, a)], after: [Self.side("A", 2, b)], retest: nil, level: 0.95)
      let row = try #require(change.rows.first)
      #expect(row.change.value == 1 && row.limits.low.isNaN && row.probability.isNaN)
      #expect(row.note == "a standard error is missing: no limits")
    }
    #expect(BalanceChange(before: [], after: [], retest: nil, level: 0.95).rows.isEmpty)
  }
}
