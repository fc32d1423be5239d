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

  /// Regions that are shown where a pipeline names none.
  private static let usual = ["striatum", "putamen", "thalamus", "midbrain"]

  /// - Parameter limit: rows at most.
  /// - Returns: nil where the output holds no balance.
  package init?(output: String, definition: PipelineDefinition, limit: Int = 12) throws(PETError) {
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
    let region = try all.required("region")
    let names = Set(all.rows.map { RegionName.key($0[region]) })
    let asked = definition.primary.isEmpty ? Self.usual : definition.primary
    let wanted = Set(asked.map(RegionName.key)).intersection(names)
    let kept = wanted.isEmpty ? all : all.keeping { wanted.contains(RegionName.key($0[region])) }
    guard !kept.rows.isEmpty else { return nil }
    more = all.rows.count - min(limit, kept.rows.count)
    let (person, session) = (try all.required("participant_id"), all.column("session_id"))
    var visits: [[String]] = []
    // Of each visit in the order of the regions asked for; rows of a visit are together in the table.
    var text = TSVText(columns: kept.columns)
    func visit(_ row: [String]) -> [String] { [row[person], session.map { row[$0] } ?? ""] }
    for row in kept.rows where visits.last != visit(row) { visits.append(visit(row)) }
    let order = wanted.isEmpty ? [] : asked.map(RegionName.key)
    var left = limit
    for own in visits {
      guard left > 0 else { break }
      let rows = kept.rows.filter { visit($0) == own }
      func place(_ row: [String]) -> Int { order.firstIndex(of: RegionName.key(row[region])) ?? 0 }
      for row in rows.enumerated().sorted(by: { (place($0.element), $0.offset) < (place($1.element), $1.offset) })
        .map(\.element).prefix(left)
      {
        text.add(row)
        left -= 1
      }
    }
    table = PrintedTable(
      try TSVTable(text: text.text, file: file), keeping: ["participant_id", "region", "status"])
  }
}
