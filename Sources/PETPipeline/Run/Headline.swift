import Foundation
package import PETCore
package import PETResults
import PETTracers

/// What a run ends with on the screen: the first rows of the balances that its output holds.
package struct Headline: Sendable {
  /// Rows of the regions that count first, of the first persons.
  package let table: PrintedTable
  /// Balances that the output holds besides.
  package let more: Int
  /// Where all of them stand.
  package let file: String
  /// Regions that the pipeline names and no balance has.
  package let missing: [String]

  /// - Parameter limit: rows at most.
  /// - Returns: nil where the output holds no balance.
  init?(output: String, definition: PipelineDefinition, limit: Int = 12) throws(PETError) {
    file = "\(output)/\(ResultFile.balances.name)"
    guard FileManager.default.fileExists(atPath: file), let second = definition.denominator?.system.rawValue else {
      return nil
    }
    let first = definition.numerator.system.rawValue
    let shown: Set = [
      "participant_id", "session_id", "region", first, first + "-se", second, second + "-se", "ratio", "ratio-low",
      "ratio-high", "ratio-interval", "status",
    ]
    let all = try TSVTable(text: try TextFile.read(file).text, file: file) { name, _ in shown.contains(name) }
    let (person, session) = (try all.required("participant_id"), all.column("session_id"))
    let region = try all.required("region")
    let present = Set(all.rows.map { RegionName.key($0[region]) })
    let asked = definition.primary ?? PipelineDefinition.usualPrimary
    missing = (definition.primary ?? []).filter { !present.contains(RegionName.key($0)) }
    let order = asked.map(RegionName.key).filter(present.contains)
    // By visit as the table has them, then in the order asked for; without any of those regions as they stand.
    var visits: [[String]: Int] = [:]
    var rows: [(place: (Int, Int, Int), row: [String])] = []
    for (line, row) in all.rows.enumerated() {
      let visit = [row[person], session.map { row[$0] } ?? ""]
      let number = visits[visit] ?? visits.count
      visits[visit] = number
      let rank = order.isEmpty ? 0 : order.firstIndex(of: RegionName.key(row[region]))
      if let rank { rows.append(((number, rank, line), row)) }
    }
    guard !rows.isEmpty else { return nil }
    var text = TSVText(columns: all.columns)
    for own in rows.sorted(by: { $0.place < $1.place }).prefix(limit) { text.add(own.row) }
    more = all.rows.count - min(limit, rows.count)
    table = PrintedTable(
      try TSVTable(text: text.text, file: file), keeping: ["participant_id", "region", "status"])
  }
}

extension BatchRun {
  /// The first rows of the balances that the output holds now; nil where there are none.
  package func headline() throws(PETError) -> Headline? {
    try Headline(output: context.output.path, definition: context.definition)
  }
}
