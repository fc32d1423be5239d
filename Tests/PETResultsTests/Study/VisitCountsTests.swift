import PETBinding
import PETCore
import PETResults
import Testing

struct VisitCountsTests {
  /// Regions with a ratio and flags of each visit; one in which nobody has binding counts for nobody, one in which somebody lacks it
  /// is that person's loss.
  @Test func whatCounts() throws {
    let rows = [
      ("sub-1", "a", "1.5", "ok"), ("sub-1", "b", "n/a", "noBinding"), ("sub-1", "reference", "n/a", "noBinding"),
      ("sub-1", "c", "2", "fitAtBound"),
      ("sub-2", "a", "1.2", "ok"), ("sub-2", "b", "3", "ok"), ("sub-2", "reference", "n/a", "noBinding"),
    ]
    let text =
      "participant_id\tsession_id\tpair\tregion\tratio\tstatus\n"
      + rows.map { "\($0.0)\tn/a\tx\t\($0.1)\t\($0.2)\t\($0.3)\n" }.joined()
    let counts = try VisitCounts.all(try TSVTable(text: text, file: "table"))
    let first = try #require(counts[.init(participant: "sub-1", session: nil)])
    #expect(first.rows == 3 && first.told == 2 && first.flagged == 2)
    let second = try #require(counts[.init(participant: "sub-2", session: nil)])
    #expect(first.flaggedRegions == ["b", "c"])
    #expect(second.rows == 2 && second.told == 2 && second.flagged == 0)
  }
}
