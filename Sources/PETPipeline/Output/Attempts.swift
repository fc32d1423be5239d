import Foundation
import PETCore
import PETResults

/// What failed while earlier results stand: those keep their record, and the failure has one of its own beside it.
///
/// `OUT/records/attempts/<unit>.json`, until the unit is done again.
extension OutputFolder {
  static let attempts = RunRecord.folder + "/attempts"

  private func attemptPath(_ unit: String) -> String { "\(path)/\(Self.attempts)/\(unit).json" }

  /// The record of results that stand; nil when there are none.
  func standing(_ unit: String) -> RunRecord? {
    guard let record = (try? RunRecord.read(unit, in: path)) ?? nil, record.isDone, !record.outputs.isEmpty else {
      return nil
    }
    return record
  }

  /// The last failure of a unit whose earlier results stand.
  func attempt(_ unit: String) -> RunRecord? { (try? RunRecord.read(at: attemptPath(unit), unit)) ?? nil }

  /// All such failures.
  func attempts() throws(PETError) -> [RunRecord] {
    var all: [RunRecord] = []
    for name in try Folder.names("\(path)/\(Self.attempts)") where name.hasSuffix(".json") && !name.hasPrefix(".") {
      if let record = attempt(String(name.dropLast(5))) { all.append(record) }
    }
    return all
  }

  /// Where such a failure is on record, seen from the output.
  func attemptName(_ unit: String) -> String { "\(Self.attempts)/\(unit).json" }

  /// Puts a failure on record beside the results that stand.
  func writeAttempt(_ record: RunRecord) throws(PETError) {
    try AtomicFile.makeFolder("\(path)/\(Self.attempts)")
    try AtomicFile.update(record.text, to: attemptPath(record.unit))
  }

  func forgetAttempt(_ unit: String) { unlink(attemptPath(unit)) }
}
