package import PETCore
package import PETResults

/// A table that was made of the output by another command, with what its sidecar says.
package struct AnalysisReport: Sendable {
  /// File, seen from the output.
  package let file: String
  package let table: AnalysisTable
  /// Nil when there is no JSON beside it.
  package let sidecar: JSONValue?

  /// What it was made from that is another now, as a file of the output; nil for nothing.
  package var changed: String?

  package init(file: String, table: AnalysisTable, sidecar: JSONValue?) {
    self.file = file
    self.table = table
    self.sidecar = sidecar
  }

  /// What it is, in words.
  var title: String {
    let question = sidecar?[Sidecar.question]?.string ?? ""
    return switch table.rows {
    case .contrast: "Contrast" + (question.isEmpty ? "" : ": \(question)")
    case .lassen: "Occupancy, Lassen plots"
    case .occupancy: "Occupancy by region"
    case .reliability: "Reliability"
    case .multiverse: "Multiverse"
    case .universes: "Multiverse" + (question.isEmpty ? "" : ": \(question)")
    case .deviations: "Deviations from the norm"
    case .change: "Change between two sessions"
    case .power: "Persons that a study needs"
    }
  }

  /// The rows of a contrast, and whether it is of groups; nil for what is none.
  var contrast: (rows: [ContrastRow], areGroups: Bool)? {
    guard case .contrast(let rows) = table.rows else { return nil }
    return (rows, !ContrastRow.groups(in: table.columns).isEmpty)
  }

  /// What it says of everybody of whom it says something, each with their own rows.
  package var byParticipant: [String: AnalysisReport] {
    if case .change = table.rows {
      return sidecar?[Sidecar.participant]?.string.map { [$0: self] } ?? [:]
    }
    return table.byParticipant.mapValues { table in
      var own = AnalysisReport(file: file, table: table, sidecar: sidecar)
      own.changed = changed
      return own
    }
  }

  /// For programs: one object a row.
  var json: JSONValue {
    .object([
      ("File", .string(file)), ("Kind", .string(table.kind)), ("Changed", .string(changed ?? "n/a")),
      ("Rows", Self.json(table)),
    ])
  }

  /// One object a row; cells that are numbers are numbers, what is missing is null.
  private static func json(_ table: AnalysisTable) -> JSONValue {
    .array(
      table.cells.map { row in
        .object(
          zip(table.columns, row).map { name, cell in
            (name, cell == "n/a" ? .null : PageNumber.value(cell).map(JSONValue.number) ?? .string(cell))
          })
      })
  }
}
