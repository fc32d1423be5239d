package import PETCore

/// One row of `failures.tsv`.
package struct Failure: Sendable {
  package let unit: String
  package let stage: String
  package let error: PETError

  static let columns = ["unit", "stage", "file", "field", "problem", "remedy"]

  func cells(relativeTo dataset: BIDSDataset) -> [String] {
    [
      unit, stage, error.file.map(dataset.relative) ?? "n/a", error.field ?? "n/a", printable(error.problem),
      printable(error.remedy),
    ]
  }
}
