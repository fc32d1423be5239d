import Foundation
package import PETBinding
package import PETCore

/// What the participants of a study take, from its participants table: drugs change what a marker means.
package struct Medication: Sendable {
  private let path: String
  private let column: String
  private let cells: [String: String]

  /// Names of the column, whatever the case.
  private static let columns = [
    "medication", "medications", "drug", "drugs", "treatment", "treatments", "current_medication", "medication_name",
  ]

  /// A table that cannot be read is told by the check of body weights.
  ///
  /// - Parameter path: of the table of persons, which need not be there.
  package init(persons path: String) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path), let table = try? TSVTable(path: path),
      let name = table.column("participant_id"),
      let place = table.columns.firstIndex(where: { Self.columns.contains($0.lowercased()) })
    else {
      (column, cells) = ("", [:])
      return
    }
    column = table.columns[place]
    let isOfScans = ScanTable.isOne(table.columns)
    cells = Dictionary(
      table.rows.map { (isOfScans ? ScanTable.participant($0[name]) : Participants.label($0[name]), $0[place]) },
      uniquingKeysWith: { $0 == $1 ? $0 : $0 + ", " + $1 })
  }

  /// What a participant's drugs do to scans of a tracer.
  package func findings(of participant: String, tracer: TracerCard) -> [Finding] {
    guard let cell = cells[participant] else { return [] }
    return tracer.interactions.compactMap { interaction in
      interaction.drug(in: cell).map { drug in
        Finding(
          .warning, .medication, file: path, field: "\(participant), \(column)", value: cell,
          "\(drug) with \(tracer.name): \(interaction.sentence)", remedy: "see \(interaction.source)")
      }
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
