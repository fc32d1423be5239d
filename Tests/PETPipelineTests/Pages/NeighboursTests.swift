import PETCore
import PETResults
import PETTestSupport
import Testing

@testable import PETPages
@testable import PETPipeline

/// What a person's page says of the study around it (`Neighbours`).
struct NeighboursTests {
  /// Each has the rows of an analysis that are their own, and those of a table that is of one person; another row is another text.
  @Test func rowsOfAnalyses() throws {
    let output = try SmallOutput()
    let records = try ["sub-1", "sub-2"].map { try output.write("\($0)_trc-RAC", .scan, tracer: "raclopride", []) }
    try output.folder.write(
      "analyses/a.tsv", "participant_id\tregion\texpected\tz\nsub-1\tPons\t1\t2\nsub-3\tPons\t1\t3\n")
    try output.folder.write(
      "analyses/b.tsv", "region\tlog-ratio-before\tlog-ratio-after\tchange\nPons\t1\t2\t1\n")
    try output.folder.write("analyses/b.json", "{\"Participant\": \"sub-1\"}")
    let pages = records.flatMap { PagePlan.pages(of: $0.participant, [$0], tracers: ["raclopride"]) }
    func contexts() throws -> [StudyContext] {
      let found = try AnalysesReader(output: output.folder.path, tables: { [:] }).read().reports
      let neighbours = Neighbours(pages, nil, output.definition, analyses: found)
      return pages.map(neighbours.of)
    }
    let before = try contexts()
    #expect(before[0].analyses.map(\.title) == ["Deviations from the norm", "Change between two sessions"])
    #expect(before[0].analyses.first?.table.cells == [["sub-1", "Pons", "1", "2"]] && before[1].analyses.isEmpty)
    #expect(before[0].next?.name == "sub-2" && before[1].previous?.name == "sub-1")
    try output.folder.write(
      "analyses/a.tsv", "participant_id\tregion\texpected\tz\nsub-1\tPons\t1\t2.5\nsub-3\tPons\t1\t3\n")
    let after = try contexts()
    #expect(after[0].text != before[0].text && after[1].text == before[1].text)
  }
}
