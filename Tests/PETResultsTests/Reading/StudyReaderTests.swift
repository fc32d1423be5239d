import PETBinding
import PETCore
import PETResults
import PETTestSupport
import PETTracers
import Testing

/// The joined balances of an output as a study, and what is known of its persons.
struct StudyReaderTests {
  private static let header =
    "participant_id\tsession_id\tpair\tregion\tgaba\tgaba-se\tgaba-status\topioid\topioid-se\topioid-status\tratio"
    + "\tlog-ratio\tstatus\n"

  private static func row(
    _ person: String, _ session: String, _ region: String, _ value: Double, _ status: String = "ok",
    fit: String = "converged", pair: String = "x"
  ) -> String {
    "\(person)\t\(session)\t\(pair)\t\(region)\t\(value)\t0.1\t\(fit)\t1\t0.1\tconverged\t\(value)\t\(value / 2)\t\(status)\n"
  }

  private static func study(_ rows: String, rule: CountingRule = CountingRule()) throws -> StudyTable {
    try StudyReader.table(try TSVTable(text: header + rows, file: "group_balance.tsv"), persons: [], rule: rule)
  }

  /// Rows in any order: visits and regions as they are first met, whatever the spelling of a region.
  @Test func rowsFindTheirPlace() throws {
    let study = try Self.study(
      Self.row("sub-1", "ses-a", "Left-Putamen", 1) + Self.row("sub-2", "n/a", "Pons", 2)
        + Self.row("sub-1", "ses-b", "left putamen", 3) + Self.row("sub-1", "ses-a", "pons", 4))
    #expect(study.systems.quotient == "gaba / opioid" && study.pair == "x" && study.rows == 4)
    #expect(study.regions == ["Left-Putamen", "Pons"])
    #expect(study.visits.map(\.participant) == ["sub-1", "sub-2", "sub-1"])
    #expect(study.visits.map(\.session) == ["ses-a", nil, "ses-b"])
    // NaN where a visit has no row.
    let putamen = study.values("gaba", region: 0)
    #expect(putamen[0] == 1 && putamen[1].isNaN && putamen[2] == 3)
    #expect(study.values("log-ratio", region: 1)[0] == 2 && study.values("opioid", region: 1)[1] == 1)
    #expect(study.leftOutFinding == nil && !study.measures.contains("centred-log-ratio"))
  }

  /// A ratio that does not count leaves the markers whose fits are good; flagged rows count when they are asked for.
  @Test func whatCountsIsDecidedRowByRow() throws {
    let rows =
      Self.row("sub-1", "n/a", "A", 1, "denominatorBelowFloor") + Self.row("sub-2", "n/a", "A", 2, fit: "singular")
      + Self.row("sub-3", "n/a", "A", 3, "dataDoubtful") + Self.row("sub-4", "n/a", "A", 4)
    let study = try Self.study(rows)
    func told(_ study: StudyTable, _ measure: String) -> [Bool] { study.values(measure, region: 0).map { $0.isFinite } }
    #expect(told(study, "gaba") == [true, false, false, true] && told(study, "opioid") == [true, true, false, true])
    #expect(told(study, "ratio") == [false, false, false, true] && told(study, "log-ratio") == told(study, "ratio"))
    #expect(study.leftOut == ["denominatorBelowFloor": 1, "fit singular": 1, "dataDoubtful": 1])
    let flagged = try Self.study(rows, rule: CountingRule(includesFlagged: true))
    #expect(told(flagged, "ratio") == [false, false, true, true])
  }

  @Test(arguments: [
    (row("sub-1", "a", "A", 1) + row("sub-1", "a", "a", 2), "stands twice"),
    (row("sub-1", "a", "A", 1) + row("sub-2", "a", "A", 2, pair: "y"), "several tracer pairs: x, y"),
    ("sub-1\ta\tx\tA\ttwo\t0.1\tconverged\t1\t0.1\tconverged\t2\t1\tok\n", "'two' is not a number"),
  ])
  func wrongTablesAreRefused(rows: String, words: String) {
    let error = #expect(throws: PETError.self) { try Self.study(rows) }
    #expect(error?.problem.contains(words) == true, "\(error as Any)")
  }

  @Test func aTableOfOtherThingsIsRefused() throws {
    let text = "participant_id\tpair\tregion\tstatus\nsub-1\tx\tA\tok\n"
    let error = #expect(throws: PETError.self) {
      try StudyReader.table(try TSVTable(text: text, file: "a.tsv"), persons: [])
    }
    #expect(error?.problem == "it is no table of balances" && error?.remedy.contains("group_balance.tsv") == true)
    // A table without rows is a study of nobody.
    #expect(try Self.study("").visits.isEmpty)
  }

  @Test func aFolderStandsForItsTable() throws {
    let folder = try TemporaryFolder()
    #expect(StudyReader.table(of: folder.path) == folder.file("group_balance.tsv"))
    #expect(StudyReader.table(of: folder.file("a.tsv")) == folder.file("a.tsv"))
  }

  /// Several tables of persons: with and without the prefix, `n/a` says nothing, and what is told twice must agree.
  @Test func personsAreJoined() throws {
    let folder = try TemporaryFolder()
    let first = try folder.write("participants.tsv", "participant_id\tage\tsex\n02\t40\tF\nsub-01\t30\tn/a\n")
    let second = try folder.write("more.tsv", "sex\tparticipant_id\tscore\nM\tsub-01\t7\nF\tsub-02\tn/a\n")
    let persons = try StudyReader.persons([first, second], session: nil)
    #expect(persons.map(\.id) == ["sub-01", "sub-02"])
    #expect(persons[0].values == ["participant_id": "sub-01", "age": "30", "sex": "M", "score": "7"])
    #expect(persons[1].values == ["participant_id": "sub-02", "age": "40", "sex": "F"])
    let other = try folder.write("other.tsv", "participant_id\tage\nsub-01\t31\n")
    let error = #expect(throws: PETError.self) { try StudyReader.persons([first, other], session: nil) }
    #expect(error?.problem == "'31' where another table says '30' of sub-01" && error?.file == other)
  }

  @Test(arguments: ["b", "ses-b"])
  func theSessionThatCountsIsChosen(session: String) throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(
      "sessions.tsv", "participant_id\tsession_id\tscore\nsub-1\tses-a\t1\nsub-1\tses-b\t2\nsub-2\tb\t3\n")
    let persons = try StudyReader.persons([table], session: session)
    #expect(persons.map { $0.values["score"] } == ["2", "3"] && persons[0].values["session_id"] == nil)
    let error = #expect(throws: PETError.self) { try StudyReader.persons([table], session: nil) }
    #expect(error?.problem == "sub-1 stands twice" && error?.remedy.contains("session") == true)
  }
}
