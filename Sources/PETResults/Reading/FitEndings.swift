import Foundation
import PETBinding
import PETCore
import PETStudy

/// How the fits of a parameter table ended, row by row, and what that says of a measure.
struct FitEndings {
  private let table: TSVTable
  private let status: Int?
  private let atBound: Int?
  private let models: Int?
  /// Of rows that do not name one.
  let model: String?

  init(_ table: TSVTable, sidecar: PETSidecar?) {
    self.table = table
    (status, atBound, models) = (table.column("status"), table.column("at-bound"), table.column("model"))
    model = sidecar?.text(Sidecar.modelName) ?? BIDSName((table.file as NSString).lastPathComponent)?["model"]
  }

  /// `n/a` where the table does not say it.
  func status(_ row: Int) -> String { status.map { table.rows[row][$0] } ?? "n/a" }

  /// Nil where the table does not name them.
  func atBound(_ row: Int) -> [String]? { atBound.map { KinparTable.names(inCell: table.rows[row][$0]) } }

  /// Of a row that is of another model than the table.
  func ownModel(_ row: Int) -> String? { models.map { table.rows[row][$0] }.flatMap { $0 == model ? nil : $0 } }

  func verdict(_ row: Int, measure: String) -> FitVerdict {
    FitVerdict(
      status: status(row), atBound: atBound(row), measure: measure, model: ownModel(row) ?? model)
  }
}
