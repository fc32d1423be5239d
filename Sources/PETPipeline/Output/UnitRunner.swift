import PETCore
import PETResults
import PETStudy

/// The life of a scan, a pair or a page that is worked out: its files under temporary names, then all of them with their
/// record in the place of earlier ones; or the failure.
struct UnitRunner: Sendable {
  let output: OutputFolder
  let names: PortableNames

  /// Where the files of a unit lie: a folder of the output, and what their names begin with.
  struct Place {
    let folder: String
    let stem: String
  }

  /// What a failure leaves.
  enum Failing {
    /// Earlier results stand, with the failure on record beside them; without any it is on record in their place, and in
    /// the log of a unit that has one.
    case isOnRecord(hasLog: Bool)
    /// Nothing: what the unit shows would tell of what is no longer so.
    case leavesNothing
  }

  /// Works a unit out.
  ///
  /// - Parameters:
  ///   - record: of the unit, before anything is known.
  ///   - work: fills the record and writes the files; it says what was done, and which earlier results stay as they are.
  func run(
    _ record: RunRecord, at place: Place, _ failing: Failing,
    _ work: (inout RunRecord, StagedFiles) throws(StageError) -> (words: String, kept: [RunRecord.File])
  ) -> Result<String, StageError> {
    var record = record
    do throws(StageError) { return .success(try make(&record, at: place, work)) } catch {
      fail(record, error, at: place, failing)
      return .failure(error)
    }
  }

  /// What was begun under temporary names is gone when it throws.
  private func make(
    _ record: inout RunRecord, at place: Place,
    _ work: (inout RunRecord, StagedFiles) throws(StageError) -> (words: String, kept: [RunRecord.File])
  ) throws(StageError) -> String {
    let staging = StagedFiles()
    let (words, kept) = try work(&record, staging)
    let whole = record
    try stage("report") { () throws(PETError) in
      let written = staging.paths + kept.map { "\(output.path)/\($0.name)" }
      try Replacement.commit(whole, staging, keeping: kept, in: output)
      output.clear(whole.unit, at: place, except: Set(written))
      output.forgetAttempt(whole.unit)
    }
    return words
  }

  private func fail(_ record: RunRecord, _ error: StageError, at place: Place, _ failing: Failing) {
    guard case .isOnRecord(let hasLog) = failing else {
      if let earlier = output.standing(record.unit) { output.remove(earlier) } else { output.forget(record.unit) }
      return
    }
    var record = record
    record.failures = [Failure(unit: record.unit, stage: error.stage, error: error.error, names: names)]
    if output.standing(record.unit) != nil {
      record.inputs = []
      try? output.writeAttempt(record)
      return
    }
    output.clear(record.unit, at: place, except: [])
    // Should these not be written either, the unit has no record and is pending.
    if hasLog {
      try? output.writeLog(record.unit, names.text("failed in \(error.stage): \(error.error)\n"), staging: nil)
    }
    try? record.write(in: output.path)
  }
}
