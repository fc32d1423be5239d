import PETBinding
import PETCore
import PETResults
import PETStudy

/// What a run writes besides its units: what could not become one, and the tables over all.
extension BatchRun {
  /// Names of everything that this run has to do with.
  private var current: Set<String> {
    let balances = PairWork(context: context)
    return Set(units.map(\.entry.stem) + pairs.map(balances.unit) + refused.map(\.unit) + unpaired.map(\.participant))
  }

  /// Records of units that the study, as far as this run looks at it, does not have.
  func orphans() throws(PETError) -> [RunRecord] {
    guard options.tracers.isEmpty else { return [] }
    let current = current
    // A folder that cannot be read now does not say that its scans are gone.
    let unread = Set(dataset.unreadable.map(\.unit))
    // What a scan that cannot be made now was part of stays as well; tables leave it out, as its scans' records change.
    let held = Set(kept.map { $0.split(separator: "_").first.map(String.init) ?? $0 })
    let sessions = Set(options.sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 })
    return try RunRecord.units(in: context.output.path).compactMap { name in
      guard !current.contains(name), let record = try? RunRecord.read(name, in: context.output.path),
        record.kind != .page, !unread.contains(record.participant), !kept.contains(name),
        !(record.kind == .pair && held.contains(record.participant))
      else { return nil }
      let isSeen =
        (options.participants.isEmpty || dataset.participants.contains(record.participant))
        && (sessions.isEmpty || record.session.map(sessions.contains) ?? false)
      return isSeen ? record : nil
    }
  }

  /// A record for everything that could not become a unit, so that it is told wherever tables are made.
  func writeRefused() throws(PETError) {
    let output = context.output
    for (unit, failures) in Dictionary(grouping: refused, by: \.unit) { try write(unit, failures) }
    guard options.tracers.isEmpty else { return }
    // A person one of whose scans has failed is told of already.
    let failed = Set(
      refused.map(\.unit) + units.map(\.entry.stem).filter { !context.recorded($0).state.isDone })
    let told = Set(failed.map { $0.split(separator: "_").first.map(String.init) ?? $0 })
    for (participant, all) in Dictionary(grouping: unpaired, by: \.participant) {
      let open = all.filter { !told.contains(participant) || $0.partial }
      guard !open.isEmpty else {
        if !refused.contains(where: { $0.unit == participant }) { output.forget(participant) }
        continue
      }
      let seen = others[participant].map { "; other scans: " + $0.joined(separator: ", ") } ?? ""
      try write(
        participant,
        open.map { person in
          Failure(
            unit: participant, stage: "balance",
            error: PETError(
              .missingInput, field: "pair", person.reason + seen,
              remedy: person.partial ? "those scans have no balance" : "the person has no balance"),
            names: context.names)
        })
    }
  }

  private func write(_ unit: String, _ failures: [Failure]) throws(PETError) {
    let earlier = try? RunRecord.read(unit, in: context.output.path)
    let stands = context.output.standing(unit) != nil
    let name = BIDSName(unit + "_pet.json")
    var record = RunRecord(
      unit: unit, kind: .refused,
      participant: name?["sub"].map { "sub-" + $0 } ?? unit.split(separator: "_").first.map(String.init) ?? unit,
      session: name?["ses"].map { "ses-" + $0 }, settings: context.settings.of(.refused))
    record.failures = failures
    if stands { return try context.output.writeAttempt(record) }
    // Earlier results stay until there are new ones; without a record that says done no table takes them.
    record.outputs = (earlier?.outputs ?? []).filter { !$0.name.hasPrefix("logs/") }
    let words = failures.map { "failed in \($0.stage): \($0.line)\n" }.joined()
    try context.output.writeLog(unit, words, staging: nil)
    try record.write(in: context.output.path)
  }

  /// The tables over all units of the output, from their records, whoever ran them.
  ///
  /// - Parameter withPages: whether everybody's pages are made too, once it is known where everybody stands.
  func writeTables(_ summary: inout Summary, group: Bool, withPages: Bool) throws(PETError) {
    let output = context.output.path
    var records: [RunRecord] = []
    var failures: [Failure] = []
    var unread: Set<String> = []
    for (unit, found) in try RunRecord.all(in: output, jobs: options.jobs) {
      switch found {
      case .success(let record):
        if let record { records.append(record) }
      case .failure(let error):
        let error = PETError(error.code, file: error.file, field: error.field, error.problem, remedy: "remove the file")
        failures.append(Failure(unit: unit, stage: "run", error: error, names: context.names))
        unread.insert(unit)
      }
    }
    failures += records.flatMap(\.failures)
    failures += try context.output.attempts().flatMap(\.failures)
    let known = Dictionary(records.map { ($0.unit, $0.settings) }, uniquingKeysWith: { a, _ in a })
    // What could not be put on record.
    let onRecord = Set(failures.map(\.unit))
    failures += summary.failedNow.filter { !onRecord.contains($0.unit) }
    let told = Set(summary.failedNow.map(\.unit))
    for unit in units.map(\.entry.stem) where !told.contains(unit) && known[unit] == nil {
      failures.append(unfinished(unit, "it was not finished: there is no record of it"))
    }
    // Of everybody: the tables have them as they are.
    let failed = Set(failures.map(\.unit))
    for record in records
    where [.scan, .pair].contains(record.kind) && record.isDone && !failed.contains(record.unit) {
      if let problem = record.settings.difference(context.settings.of(record)) {
        failures.append(unfinished(record.unit, problem))
      }
    }
    let balances = PairWork(context: context)
    for pair in pairs
    where known[balances.unit(pair)] == nil && !told.contains(balances.unit(pair))
      && recordedStates(of: pair).allSatisfy(\.state.isDone)
    {
      failures.append(unfinished(balances.unit(pair), "it was not finished: there is no record of it"))
    }
    // Where nothing is of this pipeline yet, the tables are of the one that the output holds.
    let isFramed = context.output.pipelineDigest == context.definition.digest
    let definition =
      isFramed
      ? context.definition : (try? PipelineLoader.load("\(output)/\(OutputFolder.pipeline)")) ?? context.definition
    var tables: GroupTables?
    if group {
      let current = GroupTables.covered(records, by: definition.name)
      for pair in current where pair.kind == .pair && pair.isDone && !balances.isCurrent(pair) {
        failures.append(unfinished(pair.unit, "its scans were worked out again, or failed, since"))
      }
      let made = try GroupTables(output, records: current, level: definition.balance.level, .update, jobs: options.jobs)
      failures += made.damaged.map { unfinished($0.unit, "result \($0.file) is not as it was written") }
      try made.write(to: output)
      let people = try PersonsTable.text(dataset.persons, of: current)
      try GroupTables.write([(ResultFile.people.name, people)], to: output)
      tables = made
    }
    if withPages {
      let unmade = try makePages(&summary, of: nil, around: tables)
      summary.failedNow += unmade
      failures += unmade
    }
    failures.sort { $0.unit < $1.unit }
    try FailureTable.write(failures, to: output)
    if let tables {
      let page = try tables.page(definition, failures: failures)
      try GroupTables.write(GroupTables.pageTexts(page), to: output)
    }
    let ours = unread.filter { unit in dataset.participants.contains { unit == $0 || unit.hasPrefix($0 + "_") } }
    let own = current.union(summary.failedNow.map(\.unit)).union(ours)
    summary.failures = failures.filter { own.contains($0.unit) }
  }

  private func unfinished(_ unit: String, _ problem: String) -> Failure {
    Failure(
      unit: unit, stage: "run",
      error: PETError(.missingInput, problem, remedy: "run the participant level again"), names: context.names)
  }
}
