import Foundation
import PETCore
import PETResults

/// `failures.tsv` of an output.
enum FailureTable {
  private static func path(_ output: String) -> String { "\(output)/\(ResultFile.failures.name)" }

  static func exists(_ output: String) -> Bool { FileManager.default.fileExists(atPath: path(output)) }

  static func write(_ failures: [Failure], to output: String) throws(PETError) {
    var table = TSVText(columns: Failure.columns)
    for failure in failures { table.add(failure.cells) }
    try AtomicFile.update(table.text, to: path(output))
  }

  /// What is written there; nil when no run has come to its end.
  static func read(_ output: String) throws(PETError) -> [Failure]? {
    guard exists(output) else { return nil }
    let table = try TSVTable(path: path(output))
    guard table.columns == Failure.columns else {
      throw PETError(
        .wrongInput, file: path(output), field: "header", "it is not as it was written", remedy: "run again")
    }
    return table.rows.map(Failure.init(cells:))
  }
}
