import Foundation
import PETBinding
import PETCore
import PETResults
import PETTestSupport
import PETTracers
import Testing

/// Tables of analyses are told by their columns, and read by those that wrote them.
struct AnalysisTableTests {
  private static func table(_ text: String) throws -> AnalysisTable? {
    let folder = try TemporaryFolder()
    try AtomicFile.write(text, to: folder.file("a.tsv"))
    return try AnalysisTable(path: folder.file("a.tsv"))
  }

  /// 20 persons of two groups, the log ratio of the second higher by 0.5.
  private static func study() -> StudyTable {
    var random = SeededGenerator(seed: 4)
    let visits = (1...20).map { StudyTable.Visit(participant: "sub-\($0)", session: nil) }
    let persons = (1...20).map { Person(id: "sub-\($0)", values: ["group": $0 <= 10 ? "a" : "b"]) }
    let values = (1...20).map { place in
      [0.0, 0].map { _ in 0.3 + (place > 10 ? 0.5 : 0) + 0.1 * random.normal() }
    }
    return StudyTable(
      systems: BalanceSystems(), pair: "x", visits: visits, regions: ["Left-Putamen", "Right-Putamen"],
      persons: persons, values: [StudyTable.logRatio: values])
  }

  @Test func contrasts() throws {
    let settings = StudyContrast.Settings(.groups(column: "group", first: "a", second: "b"))
    let contrast = try StudyContrast(Self.study(), settings)
    let read = try #require(try Self.table(ContrastText(contrast).tsv))
    guard case .contrast(let all) = read.rows else {
      Issue.record("\(read.kind)")
      return
    }
    #expect(all.map(\.kind) == ["all", "difference", "region", "region"])
    #expect(all[0].effect == contrast.sets[0].effect.value && all[1].heterogeneity == contrast.heterogeneity)
    let rows = Array(all.dropFirst(2))
    #expect(rows.map(\.region) == ["Left-Putamen", "Right-Putamen"] && read.kind == "contrast")
    #expect(rows.map(\.effect) == contrast.rows.map(\.effect.value) && rows[0].counts == [10, 10])
    #expect(rows[0].means == contrast.rows[0].means && rows[0].discovery == contrast.rows[0].discovery)
    #expect(ContrastRow.groups(in: read.columns) == ["a", "b"])
    #expect(read.cells.allSatisfy { $0.count == read.columns.count })
  }

  /// Rows of everybody, of a table that tells of persons; nobody's of one that does not.
  ///
  /// A change is told by its columns.
  @Test func rowsOfPersons() throws {
    let lassen = try #require(
      try Self.table(
        "participant_id\tmethod\tn\toccupancy\tVND\nsub-1\tordinary\t2\t0.5\t2\nsub-2\tordinary\t2\t0.6\t2\n"
          + "sub-1\torthogonal\t2\t0.7\t2\n"))
    let own = try #require(lassen.byParticipant["sub-1"])
    guard case .lassen(let rows) = own.rows else {
      Issue.record("\(own.kind)")
      return
    }
    #expect(rows.map(\.occupancy) == [0.5, 0.7] && own.cells.map { $0[1] } == ["ordinary", "orthogonal"])
    #expect(Set(lassen.byParticipant.keys) == ["sub-1", "sub-2"] && own.columns == lassen.columns)
    let change = try #require(
      try Self.table("region\tlog-ratio-before\tlog-ratio-after\tchange\nPons\t1\t2\t1\n"))
    #expect(change.kind == "change" && change.byParticipant.isEmpty)
  }

  @Test func reliability() throws {
    let reliability = Reliability(test: [1, 2, 3, 4.5], retest: [1.1, 2.2, 2.9, 4.4], isRatioScale: true, level: 0.95)
    let read = try #require(try Self.table(ReliabilityText([("BPND", "Pons", reliability)], level: 0.95).tsv))
    guard case .reliability(let rows) = read.rows else {
      Issue.record("\(read.kind)")
      return
    }
    #expect(rows.count == 1 && rows[0].measure == "BPND" && rows[0].count == 4)
    #expect(
      rows[0].difference.value == reliability.difference.mean && rows[0].agreement.low == reliability.agreement.low)
    #expect(rows[0].absolute.value == reliability.agreementICC.value && rows[0].withinCV == reliability.withinCV)
  }

  @Test(arguments: [
    ("participant_id\tmethod\tn\toccupancy\tVND\nsub-1\tordinary\t3\t0.5\t2\n", "lassen"),
    ("participant_id\tregion\tbaseline\tblocked\toccupancy\nsub-1\tA\t2\t1\t0.5\n", "occupancy"),
    ("region\tmeasure\tuniverses\tleast\tmost\nA\tlog-ratio\t4\t0.1\t0.2\n", "multiverse"),
    ("participant_id\tregion\texpected\tz\nsub-1\tA\t1\t0.5\n", "deviations"),
    ("region\tvalue\nA\t1\n", nil as String?),
  ])
  func kinds(text: String, kind: String?) throws { #expect(try Self.table(text)?.kind == kind) }

  /// A cell that is no number is told with its place, and the table is not shown.
  @Test func aSlipIsTold() {
    let error = #expect(throws: PETError.self) {
      try Self.table("region\tmeasure\tuniverses\tleast\tmost\nA\tlog-ratio\t4\tlow\t0.2\n")
    }
    #expect(error?.field == "line 2, column 'least'")
  }
}
