package import PETCore

/// What there is to do in a study, one line for each scan and then each pair, in an order that stays.
package struct WorkPlan: Sendable {
  package struct Line: Sendable {
    /// From 1.
    package let index: Int
    package let unit: String
    package let kind: String
    /// The tracer of a scan, the label of a pair.
    package let tracer: String
    package let state: UnitState
  }

  package let lines: [Line]

  package static let columns = ["index", "unit", "kind", "tracer", "state", "reason"]

  package var tsv: String {
    var text = TSVText(columns: Self.columns)
    for line in lines {
      text.add(["\(line.index)", line.unit, line.kind, line.tracer, line.state.word, line.state.reason])
    }
    return text.text
  }

  /// The unit of a line of a plan that was written before.
  package static func unit(_ index: Int, inPlan path: String) throws(PETError) -> String {
    let table = try TSVTable(path: path)
    let (place, unit) = (try table.required("index"), try table.required("unit"))
    guard let row = table.rows.first(where: { $0[place] == "\(index)" }) else {
      throw PETError(
        .usage, file: path, field: "--index", "the plan has no line \(index)",
        remedy: table.rows.isEmpty ? "it has no lines" : "choose 1 to \(table.rows.count)")
    }
    return row[unit]
  }
}
