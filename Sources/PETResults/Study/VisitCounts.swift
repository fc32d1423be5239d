package import PETBinding
package import PETCore

/// How many regions of a visit have a ratio, in the joined balances of a study.
///
/// A region in which nobody has binding, such as a reference region, is no loss of anybody's and does not count.
package struct VisitCounts: Sendable {
  package var rows = 0
  /// With a ratio.
  package var told = 0
  /// With a status that is not `ok`.
  package var flagged: Int { flaggedRegions.count }
  package var flaggedRegions: [String] = []

  private struct Row: Sendable {
    var participant = ""
    var session = "n/a"
    var region = ""
    var ratio = Double.nan
    var status = "n/a"
  }

  private static let columns: [TableColumn<Row>] = [
    .init("participant_id", .text(\.participant)), .init("session_id", .text(\.session)),
    .init("region", .text(\.region)),
    .init("ratio", .number(\.ratio)), .init("status", .text(\.status)),
  ]

  package static func all(_ table: TSVTable) throws(PETError) -> [StudyTable.Visit: VisitCounts] {
    var counts: [StudyTable.Visit: VisitCounts] = [:]
    let rows = try table.rows(columns, empty: Row(), requiring: columns.map(\.name))
    let bound = Set(rows.filter { $0.status != BalanceStatus.noBinding.rawValue }.map(\.region))
    for row in rows where bound.contains(row.region) {
      let visit = StudyTable.Visit(
        participant: row.participant, session: row.session == "n/a" ? nil : row.session)
      counts[visit, default: VisitCounts()].rows += 1
      if !row.ratio.isNaN { counts[visit, default: VisitCounts()].told += 1 }
      if row.status != BalanceStatus.ok.rawValue {
        counts[visit, default: VisitCounts()].flaggedRegions.append(row.region)
      }
    }
    return counts
  }
}
