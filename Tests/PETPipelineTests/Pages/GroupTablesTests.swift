import Foundation
import PETCore
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// Tables of all persons joined into one.
struct GroupTablesTests {
  private static func text(_ tables: GroupTables, _ name: String) throws -> TSVTable? {
    let found = try #require(tables.texts.first { $0.name == name })
    return try found.text.map { try TSVTable(text: $0, file: name) }
  }

  private static func file(_ output: SmallOutput, _ name: String) throws -> TSVTable {
    try TSVTable(path: output.folder.file(name))
  }

  /// Columns in the order they are first met, `n/a` where a table lacks one; a table without rows adds none of its rows.
  @Test func tablesOfDifferentModels() throws {
    let output = try SmallOutput()
    let records = [
      try output.write(
        "sub-1_trc-RAC", .scan, tracer: "raclopride", [("sub-1/sub-1_trc-A_kinpar.tsv", "region\tBPND\nA\t1\nB\t2\n")]),
      try output.write(
        "sub-1_trc-DASB", .scan, tracer: "dasb", [("sub-1/sub-1_trc-B_kinpar.tsv", "region\tk2prime\n")]),
      try output.write(
        "sub-2_ses-a_trc-RAC", .scan, tracer: "raclopride", session: "ses-a",
        [("sub-2/sub-2_trc-A_kinpar.tsv", "R1\tregion\tBPND\n0.9\tA\t3\n"), ("sub-2/sub-2_trc-A_kinpar.json", "{}")]),
      try output.write(
        "sub-3_trc-RAC", .scan, tracer: "raclopride", [("sub-3/sub-3_trc-A_kinpar.tsv", "region\tBPND\nA\t9\n")],
        failure: "x"),
    ]
    let tables = try GroupTables(output.folder.path, records: records, level: 0.95, .update, jobs: 1)
    let fits = try Self.file(output, "group_kinpar.tsv")
    #expect(fits.columns == ["participant_id", "session_id", "tracer", "region", "BPND", "k2prime", "R1"])
    #expect(
      fits.rows == [
        ["sub-1", "n/a", "raclopride", "A", "1", "n/a", "n/a"], ["sub-1", "n/a", "raclopride", "B", "2", "n/a", "n/a"],
        ["sub-2", "ses-a", "raclopride", "A", "3", "n/a", "0.9"],
      ])
    // Without a balance there is nothing over persons.
    #expect(tables.damaged.isEmpty && tables.texts.allSatisfy { $0.text == nil })
    let joined = tables.joined
    #expect(joined[0].digest == (try FileDigest(path: output.folder.file("group_kinpar.tsv"))) && !joined[0].isSame)
    #expect(joined[1].digest == nil && joined[1].isSame)
    // Looked at again it is the same, and what is no longer so is told and stays.
    func again() throws -> Bool {
      try GroupTables(output.folder.path, records: records, level: 0.95, .compare, jobs: 1).joined[0].isSame
    }
    #expect(try again())
    let stale = try output.folder.write("group_kinpar.tsv", "old")
    #expect(try !again() && String(contentsOfFile: stale, encoding: .utf8) == "old")
  }

  /// A table that was touched since is named and left out.
  @Test func whatWasTouchedIsLeftOut() throws {
    let output = try SmallOutput()
    let records = try (1...3).map { person in
      try output.write(
        "sub-\(person)_desc-raclopridedasb", .pair, tracer: "raclopridedasb",
        [("sub-\(person)/sub-\(person)_desc-x_balance.tsv", SmallOutput.balance(["Pons", "Putamen"]))])
    }
    try output.folder.write("sub-2/sub-2_desc-x_balance.tsv", SmallOutput.balance(["Pons"]))
    let tables = try GroupTables(output.folder.path, records: records, level: 0.95, .update, jobs: 1)
    #expect(tables.damaged.map(\.unit) == ["sub-2_desc-raclopridedasb"])
    let balances = try Self.file(output, "group_balance.tsv")
    #expect(balances.rows.map { $0[0] } == ["sub-1", "sub-1", "sub-3", "sub-3"])
    let summary = try #require(try Self.text(tables, "group_summary.tsv"))
    #expect(try summary.rows.count == 2 && summary.number(0, summary.required("n")) == 2)
    #expect(try Self.text(tables, "group_wide.tsv")?.rows.count == 2)
  }

  /// A table of an earlier run does not stay beside results that are gone.
  @Test func tablesWithoutRowsAreRemoved() throws {
    let output = try SmallOutput()
    try output.folder.write("group_balance.tsv", "old")
    try GroupTables(output.folder.path, records: [], level: 0.95, .update, jobs: 1).write(to: output.folder.path)
    #expect(!FileManager.default.fileExists(atPath: output.folder.file("group_balance.tsv")))
    try GroupTables.write([("a.tsv", "new")], to: output.folder.path)
    #expect(try String(contentsOfFile: output.folder.file("a.tsv"), encoding: .utf8) == "new")
  }

  @Test func otherPipelinesHaveTablesOfTheirOwn() throws {
    let output = try SmallOutput()
    let record = try output.write("sub-1_trc-RAC", .scan, tracer: "raclopride", [])
    #expect(GroupTables.covered([record], by: "small").count == 1 && GroupTables.covered([record], by: "x").isEmpty)
  }
}
