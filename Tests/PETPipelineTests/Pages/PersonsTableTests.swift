import Foundation
import PETCore
import PETPages
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// What `participants.tsv` says of everybody who has results (`PersonsTable`).
struct PersonsTableTests {
  private static func records(_ output: SmallOutput) throws -> [RunRecord] {
    try ["sub-10", "sub-9"].map { try output.write("\($0)_trc-RAC", .scan, tracer: "raclopride", []) }
      + [
        output.write("sub-8_trc-RAC", .scan, tracer: "raclopride", [], failure: "no frames"),
        output.write("sub-11_page", .page, []),
      ]
  }

  /// Those with results alone, in the order in which people count; what is said in two ways is not said.
  @Test func everybodyWithResults() throws {
    let output = try SmallOutput()
    let table = try output.folder.write(
      "participants.tsv",
      "participant_id\tgroup\tage\nsub-8\tx\t1\n10\tpatient\t40\nsub-9\tcontrol\tn/a\nsub-11\tcontrol\t3\n")
    let text = try PersonsTable.text(table, of: Self.records(output))
    #expect(text == "participant_id\tgroup\tage\nsub-9\tcontrol\tn/a\nsub-10\tpatient\t40\n")
    try output.folder.write(ResultFile.people.name, try #require(text))
    let persons = try PersonsTable.read(output.folder.path)
    #expect(persons.columns.map(\.name) == ["group", "age"])
    #expect(persons.columns.map(\.values) == [["sub-9": "control", "sub-10": "patient"], ["sub-10": "40"]])
  }

  /// Of nobody anything, no table, and one that is damaged: nothing is said.
  @Test func nothing() throws {
    let output = try SmallOutput()
    let records = try Self.records(output)
    #expect(try PersonsTable.text(output.folder.file("no.tsv"), of: records) == nil)
    for text in ["participant_id\tage\nsub-77\t1\n", "participant_id\nsub-9\n", "name\tage\nsub-9\t1\n"] {
      let path = try output.folder.write("participants.tsv", text)
      #expect(try PersonsTable.text(path, of: records) == nil, "\(text)")
    }
    #expect(try PersonsTable.read(output.folder.path).columns.isEmpty)
  }
}
