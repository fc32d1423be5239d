import Foundation
package import PETCore
package import PETTracers

/// What the participants of a study take, from its participants table: drugs change what a marker means.
package struct Medication: Sendable {
  private let path: String
  /// Columns that tell it, with the cells of each participant.
  private let columns: [(name: String, cells: [String: String])]

  /// Names of columns, whatever the case.
  private static let names: Set<String> = [
    "medication", "medications", "drug", "drugs", "treatment", "treatments", "current_medication", "medication_name",
  ]

  /// A table that cannot be read is told by the check of body weights.
  ///
  /// - Parameter path: of the table of persons, which need not be there.
  package init(persons path: String) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path), let table = try? TSVTable(path: path),
      let name = table.column("participant_id")
    else {
      columns = []
      return
    }
    let isOfScans = ScanTable.isOne(table.columns)
    func person(_ id: String) -> String { isOfScans ? ScanTable.participant(id) : Participants.label(id) }
    columns = table.columns.indices.filter { Self.names.contains(table.columns[$0].lowercased()) }.map { place in
      (
        table.columns[place],
        Dictionary(
          table.rows.map { (person($0[name]), $0[place]) }, uniquingKeysWith: { $0 == $1 ? $0 : $0 + ", " + $1 })
      )
    }
  }

  /// What a participant's drugs do to scans of a tracer.
  package func findings(of participant: String, tracer: TracerCard) -> [Finding] {
    tracer.interactions.compactMap { interaction in
      columns.lazy.compactMap { column, cells in
        guard let cell = cells[participant], let drug = interaction.drug(in: cell) else { return nil }
        return Finding(
          .warning, .medication, file: path, field: "\(participant), \(column)", value: cell,
          "\(drug) with \(tracer.name): \(interaction.sentence)", remedy: "see \(interaction.source)")
      }.first
    }
  }

  /// The table, where it is what a scan's findings are from: only then does a change of it matter to the scan.
  package func files(of participant: String, tracer: TracerCard) -> [String] {
    findings(of: participant, tracer: tracer).isEmpty ? [] : [path]
  }
}

extension Finding.Code {
  package static let medication = Finding.Code("medication")
}
