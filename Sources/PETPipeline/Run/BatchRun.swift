import Foundation
import PETBinding
package import PETCore
import PETKinetics
import PETReport

/// A dataset through a pipeline: many scans, each on its own; a failed scan is a row, not an end.
package struct BatchRun: Sendable {
  package struct Options: Sendable {
    package var participants: [String] = []
    package var sessions: [String] = []
    package var tracers: [String] = []
    package var derivatives: [String] = []
    package var jobs = 1

    package init() {}
  }

  package struct Summary: Sendable {
    package let scans: Int
    package let balances: Int
    package let failures: [Failure]
  }

  package let definition: PipelineDefinition
  private let dataset: BIDSDataset
  private let derivatives: Derivatives
  private let units: [ScanUnit]
  /// Scans that contradict themselves.
  private let refused: [Failure]
  /// Names of scans of other tracers, by participant.
  private let others: [String: [String]]
  /// The sessions the run is restricted to.
  private let sessions: Set<String>
  /// Whether both tracers take part.
  private let pairing: Bool
  private let output: String
  private let jobs: Int

  /// Looks up everything before any work: the dataset, the scans of the pipeline's tracers, the place to write.
  package init(dataset root: String, output: String, definition: PipelineDefinition, options: Options) throws(PETError)
  {
    guard !output.isEmpty else {
      throw PETError(.usage, field: "OUT", "the name of the output is empty", remedy: "name a folder")
    }
    let output = URL(fileURLWithPath: output).standardizedFileURL.path
    dataset = try BIDSDataset(root: root, participants: options.participants, sessions: options.sessions)
    let resolved = [output, dataset.root].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard resolved[0] != resolved[1] else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output is the input dataset", remedy: "choose another folder")
    }
    derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives).without(output)
    let roles = RoleAssignment(dataset.scans, definition: definition, tracers: options.tracers)
    units = roles.units
    refused = roles.refused
    others = roles.others
    sessions = Set(options.sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 })
    pairing = options.tracers.isEmpty
    guard !units.isEmpty || !dataset.unreadable.isEmpty || !refused.isEmpty else {
      let seen = Set(dataset.scans.map { $0.tracerName ?? $0.name["trc"] ?? "unnamed" }).sorted()
      throw PETError(
        .missingInput, file: dataset.root, field: "tracer",
        "no scan of \(definition.dopamine.tracer.name) or \(definition.serotonin.tracer.name)",
        remedy: seen.isEmpty ? "no PET scans were found there" : "the scans have: " + seen.joined(separator: ", "))
    }
    self.definition = definition
    self.output = output
    jobs = options.jobs
  }

  /// The scans that would run, one line each.
  package var plan: [String] {
    units.map { "\($0.entry.stem)\t\($0.role.system.rawValue)\t\($0.role.tracer.id)\t\($0.role.model)" }
  }

  /// Participant level: every scan, then every person's balance.
  package func participants(progress: @escaping @Sendable (String) -> Void) throws(PETError) -> Summary {
    let folder = OutputFolder(output)
    let lock = try folder.lock()
    defer { lock.release() }
    try folder.prepare(definition)
    for scan in dataset.scans { folder.clearScan(folder: scan.folder, stem: scan.stem) }
    for unit in dataset.unreadable { folder.clearScan(folder: unit.folder, stem: unit.unit) }
    if pairing { for person in dataset.participants { folder.clearPerson(person, sessions: sessions) } }
    let report = ReportStage(output: output, dataset: dataset, derivatives: derivatives, definition: definition)
    let run = ScanRun(definition: definition, derivatives: derivatives, report: report)
    let done = Locked(0)
    let results = Parallel.map(units.count, jobs: jobs) { index -> Result<ScanResult, StageError> in
      let unit = units[index]
      let result: Result<ScanResult, StageError>
      do throws(StageError) {
        result = .success(try run.run(unit.entry, role: unit.role))
      } catch { result = .failure(error) }
      let count = done.withLock { value in
        value += 1
        return value
      }
      let words =
        switch result {
        case .success(let result): "done, \(result.fits.fits.count) regions, \(result.fits.card.id)"
        case .failure(let failure): "failed in \(failure.stage): \(failure.error)"
        }
      progress("[\(count)/\(units.count)] \(unit.entry.stem): \(words)")
      return result
    }
    var failures = dataset.unreadable.map { Failure(unit: $0.unit, stage: "read", error: $0.error) } + refused
    for (unit, result) in zip(units, results) {
      if case .failure(let failure) = result {
        failures.append(Failure(unit: unit.entry.stem, stage: failure.stage, error: failure.error))
      }
    }
    let balances = balance(results, report: report, failures: &failures)
    var table = TSVText(columns: Failure.columns)
    for failure in failures { table.add(failure.cells(relativeTo: dataset)) }
    try AtomicFile.write(table.text, to: output + "/failures.tsv")
    try writeLogs(results, report)
    return Summary(scans: results.count { (try? $0.get()) != nil }, balances: balances, failures: failures)
  }

  private func balance(
    _ results: [Result<ScanResult, StageError>], report: ReportStage, failures: inout [Failure]
  ) -> Int {
    guard pairing else { return 0 }
    let (pairs, unpaired) = PersonPair.all(units)
    var count = 0
    for pair in pairs {
      guard let dopamine = try? results[pair.dopamine].get(), let serotonin = try? results[pair.serotonin].get() else {
        continue
      }
      let table = BalanceStage.run(dopamine, serotonin, definition)
      do throws(PETError) {
        try report.person(pair, table, fits: (dopamine.fits, serotonin.fits))
        _ = try report.balanceMap(pair, dopamine, serotonin)
        count += 1
      } catch {
        failures.append(Failure(unit: pair.stem, stage: "report", error: error))
      }
    }
    // A person one of whose scans has failed is told of already.
    let told = Set(failures.map { $0.unit.split(separator: "_").first.map(String.init) ?? $0.unit })
    for person in unpaired where !told.contains(person.participant) || person.partial {
      let seen = others[person.participant].map { "; other scans: " + $0.joined(separator: ", ") } ?? ""
      failures.append(
        Failure(
          unit: person.participant, stage: "balance",
          error: PETError(
            .missingInput, field: "pair", person.reason + seen,
            remedy: person.partial ? "those scans have no balance" : "the person has no balance")))
    }
    return count
  }

  /// What was noticed in each scan, one plain file a scan.
  private func writeLogs(_ results: [Result<ScanResult, StageError>], _ report: ReportStage) throws(PETError) {
    let folder = output + "/logs"
    try AtomicFile.makeFolder(folder)
    for failure in dataset.unreadable {
      try AtomicFile.write(report.portable("failed in read: \(failure.error)\n"), to: "\(folder)/\(failure.unit).log")
    }
    for (unit, result) in zip(units, results) {
      var lines: [String] = []
      switch result {
      case .success(let result):
        var seen: Set<String> = []
        for finding in result.findings {
          let line = "\(finding.level.rawValue): \(finding)"
          if seen.insert(line).inserted { lines.append(line) }
        }
        if lines.isEmpty { lines.append("nothing to note") }
      case .failure(let failure): lines.append("failed in \(failure.stage): \(failure.error)")
      }
      try AtomicFile.write(
        report.portable(lines.joined(separator: "\n") + "\n"), to: "\(folder)/\(unit.entry.stem).log")
    }
  }

  /// Group level: the tables of all persons in OUT joined.
  ///
  /// - Returns: whether there was anything to join.
  @discardableResult
  package func group() throws(PETError) -> Bool { try GroupTables(output).write() }
}
