import PETCore
import PETResults
import PETTestSupport
import Testing

/// Which table of a person stands beside which.
struct SessionTablesTests {
  @Test func personsAreNamedByTheirFiles() throws {
    let tables = try SessionTables(["a/sub-02_kinpar.tsv", "first.tsv"], ["b/sub-02_kinpar.tsv", "second.tsv"])
    #expect(tables.pairs.map(\.participant) == ["sub-02", "2"] && tables.pairs[1].second == "second.tsv")
    // One scan stands for both when that is meant.
    #expect(try SessionTables(["x.tsv"], ["x.tsv"], allowsOne: true).pairs.count == 1)
  }

  @Test(arguments: [
    ([], [], "0 tables beside 0"), (["a.tsv"], ["b.tsv", "c.tsv"], "1 tables beside 2"),
    (["a.tsv"], ["a.tsv"], "stands twice"), (["a.tsv", "a.tsv"], ["b.tsv", "c.tsv"], "stands twice"),
    (["sub-1_x.tsv"], ["sub-2_x.tsv"], "sub-2 stands beside sub-1"),
    (["a/sub-1_x.tsv", "b/sub-1_x.tsv"], ["c/sub-1_x.tsv", "d/sub-1_x.tsv"], "sub-1 stands twice"),
  ])
  func wrongListsAreRefused(first: [String], second: [String], words: String) {
    let error = #expect(throws: PETError.self) { try SessionTables(first, second) }
    #expect(error?.problem.contains(words) == true, "\(error as Any)")
  }

  /// One with both sessions, one with the first alone, one with two tracers.
  private static func output() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    func table(_ person: String, _ session: String, _ tracer: String) throws {
      try folder.write("\(person)/ses-\(session)/pet/\(person)_ses-\(session)_trc-\(tracer)_model-SRTM_kinpar.tsv", "")
    }
    for session in ["a", "b"] {
      try table("sub-1", session, "RAC")
      try table("sub-3", session, "RAC")
      try table("sub-3", session, "DASB")
    }
    try table("sub-2", "a", "RAC")
    return folder
  }

  @Test func sessionsOfAnOutputAreFound() throws {
    let folder = try Self.output()
    // With or without the prefix.
    let found = try SessionTables(output: folder.path, "a", "ses-b", suffix: "kinpar", tracer: nil)
    #expect(found.pairs.map(\.participant) == ["sub-1"])
    #expect(found.pairs[0].first.hasSuffix("sub-1_ses-a_trc-RAC_model-SRTM_kinpar.tsv"))
    #expect(found.findings.map(\.code.word) == ["no-pair", "several", "several"])
    let named = try SessionTables(output: folder.path, "b", "a", suffix: "kinpar", tracer: "rac")
    #expect(named.pairs.map(\.participant) == ["sub-1", "sub-3"] && named.pairs[1].first.contains("ses-b"))
    #expect(named.findings.map(\.field) == ["sub-2"])
  }

  /// Balances lie with their person, and runs tell the visits of one session apart.
  @Test func runsOfABalance() throws {
    let folder = try TemporaryFolder()
    for run in ["1", "2"] { try folder.write("sub-1/sub-1_ses-a_run-\(run)_desc-x_balance.tsv", "") }
    let found = try SessionTables(output: folder.path, "ses-a_run-1", "a_run-2", suffix: "balance", tracer: nil)
    #expect(found.pairs.count == 1 && found.pairs[0].second.contains("run-2"))
  }

  @Test func nobodyIsAnError() throws {
    let folder = try Self.output()
    let error = #expect(throws: PETError.self) {
      try SessionTables(output: folder.path, "a", "c", suffix: "kinpar", tracer: nil)
    }
    #expect(error?.field == "session")
    let empty = try TemporaryFolder()
    let other = #expect(throws: PETError.self) {
      try SessionTables(output: empty.path, "a", "b", suffix: "kinpar", tracer: nil)
    }
    #expect(other?.code == .missingInput && other?.field == "--from")
  }
}
