import PETCore
import PETResults
import PETStudy

/// The balance of a person's two scans as a unit of work: made from their results, so that it needs no scan again.
struct PairWork: Sendable {
  let context: RunContext

  func unit(_ pair: PersonPair) -> String { "\(pair.stem)_desc-\(context.definition.pair)" }

  /// - Parameter scans: the states of the two scans, each with its name.
  func state(_ pair: PersonPair, _ scans: [(stem: String, state: UnitState)]) -> UnitState {
    let (record, state) = context.recorded(unit(pair))
    if let waiting = scans.first(where: { !$0.state.isDone }) {
      let words = "\(waiting.stem) is \(waiting.state.word)"
      if case .pending = state { return .pending(words) }
      return .stale(words)
    }
    guard let record else { return state }
    return record.difference(inputs: inputs(scans.map(\.stem)), output: context.output.path).map(UnitState.stale)
      ?? .done
  }

  /// Whether the balance on record is that of the scans on record.
  func isCurrent(_ record: RunRecord) -> Bool {
    record.inputs.filter { $0.name.hasPrefix(RunRecord.folder + "/") }
      .allSatisfy { $0.digest.matches("\(context.output.path)/\($0.name)") }
  }

  private func inputs(_ stems: [String]) -> [(name: String, path: String)] {
    // One scan may stand for both systems.
    (stems.first == stems.last ? Array(stems.prefix(1)) : stems).map { stem in
      (name: "\(RunRecord.folder)/\(stem).json", path: RunRecord.path(of: stem, in: context.output.path))
    } + (context.participants.map { [(name: context.names.path($0), path: $0)] } ?? [])
  }

  /// Makes the balance, and writes it with its record.
  ///
  /// - Returns: nil when a scan is not done.
  func run(_ pair: PersonPair, _ scans: (ScanUnit, ScanUnit)) -> Result<String, StageError>? {
    let stems = [scans.0.entry.stem, scans.1.entry.stem]
    let recorded = stems.map(context.recorded)
    guard let numerator = recorded[0].record, let denominator = recorded[1].record else {
      if context.output.standing(unit(pair)) == nil {
        context.output.clear(unit(pair), at: place(pair), except: [])
        context.output.forget(unit(pair))
      }
      // A scan that is not done is told by itself; one that is, and whose record cannot be read now, is not.
      for (stem, scan) in zip(stems, recorded) {
        guard case .stale(let words) = scan.state else { continue }
        let file = RunRecord.path(of: stem, in: context.output.path)
        return .failure(
          StageError(stage: "binding", error: PETError(.cannotRead, file: file, words, remedy: "run it again")))
      }
      return nil
    }
    let record = RunRecord(
      unit: unit(pair), kind: .pair, participant: pair.participant, session: pair.session,
      tracer: context.definition.pair, settings: context.settings.of(.pair))
    return context.runner.run(record, at: place(pair), .isOnRecord(hasLog: false)) {
      (record, staging) throws(StageError) in
      record.inputs = try stage("binding") { () throws(PETError) in
        try inputs(stems).map { (file) throws(PETError) in
          RunRecord.File(name: file.name, digest: try FileDigest(path: file.path))
        }
      }
      let files = try ScanFiles(
        scans.0.entry, role: scans.0.role, definition: context.definition, derivatives: context.derivatives,
        acceptance: context.acceptance)
      let person = try stage("read") { () throws(PETError) in try context.person(pair.participant) }
      try PairRun(definition: context.definition, report: context.report, staging: staging, person: person)
        .run(pair, (numerator, denominator), regions: files.regions)
      return ("balance", [])
    }
  }

  private func place(_ pair: PersonPair) -> UnitRunner.Place {
    UnitRunner.Place(folder: pair.participant, stem: pair.stem)
  }
}
