package import PETCore

/// What `participants.tsv` says of each person, as far as it says one thing.
package struct Participants: Sendable {
  /// The table's own troubles, and persons who stand in it twice.
  let findings: [Finding]
  /// Of the persons themselves, in the table's order.
  package let columns: [String]
  private let cells: [String: [String: String]]

  /// Rows of one person that agree are one; of a person whose rows differ nothing is known.
  ///
  /// - Parameter path: of a `participants.tsv`, or of a table of scans, where what the scans of a person have alike is theirs.
  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    let name = try table.required("participant_id")
    let ofScans = ScanTable.personal(table.columns)
    self.columns = ofScans ?? table.columns.filter { $0 != "participant_id" && $0 != "session_id" }
    let columns = Set(self.columns)
    var rows: [String: [[String: String]]] = [:]
    var order: [String] = []
    for row in table.rows {
      let id = ofScans == nil ? Self.label(row[name]) : ScanTable.participant(row[name])
      if rows[id] == nil { order.append(id) }
      var own: [String: String] = [:]
      for (column, cell) in zip(table.columns, row) where columns.contains(column) && cell != "n/a" && !cell.isEmpty {
        own[column] = cell
      }
      rows[id, default: []].append(own)
    }
    guard ofScans == nil else {
      cells = rows.mapValues { own in own[0].filter { column, cell in own.allSatisfy { $0[column] == cell } } }
      findings = table.findings
      return
    }
    var findings = table.findings
    var cells: [String: [String: String]] = [:]
    for id in order {
      guard let own = rows[id], let first = own.first else { continue }
      let columns = table.columns.filter { column in own.contains { $0[column] != first[column] } }
      if columns.isEmpty { cells[id] = first }
      guard own.count > 1 else { continue }
      let times = own.count == 2 ? "twice" : "\(own.count) times"
      findings.append(
        columns.isEmpty
          ? Finding(
            .note, .participantTwice, file: path, field: "participant_id", value: id,
            "\(id) stands \(times), with the same values", remedy: "keep one row")
          : Finding(
            .warning, .participantTwice, file: path, field: "participant_id", value: id,
            "\(id) stands \(times), with other values of \(columns.joined(separator: ", "))",
            remedy: "none of what the table says of the person is used: keep the row that is right"))
    }
    self.cells = cells
    self.findings = findings
  }

  /// With the prefix, which people leave out.
  static func label(_ id: String) -> String { id.hasPrefix("sub-") ? id : "sub-" + id }

  /// Everybody of whom one thing is said, and what.
  package var persons: [Person] { cells.map { Person(id: $0.key, values: $0.value) }.sorted { $0.id < $1.id } }

  /// A person of whom nothing or too much is said has no values.
  package func person(_ id: String) -> Person { Person(id: id, values: cells[id] ?? [:]) }
}

extension Finding.Code {
  package static let participantTwice = Finding.Code("participant-twice")
}
