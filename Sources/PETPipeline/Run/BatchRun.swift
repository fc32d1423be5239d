import Foundation
import PETBinding
package import PETCore
import PETKinetics
import PETReport
import Synchronization

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
  private let output: String
  private let jobs: Int

  /// Looks up everything before any work: the dataset, the scans of the pipeline's tracers, the place to write.
  package init(dataset root: String, output: String, definition: PipelineDefinition, options: Options) throws(PETError)
  {
    let output = URL(fileURLWithPath: output).standardizedFileURL.path
    dataset = try BIDSDataset(root: root, participants: options.participants, sessions: options.sessions)
    guard output != dataset.root else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output is the input dataset", remedy: "choose another folder")
    }
    derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives).without(output)
    let wanted = Set(options.tracers.map(TracerCatalogue.key))
    units = dataset.scans.compactMap { entry in
      let spellings = [entry.name["trc"], entry.tracerName].compactMap { $0 }
      let card = spellings.lazy.compactMap { TracerCatalogue.find($0, isotope: entry.isotope) }.first
      guard let role = definition.roles.first(where: { $0.tracer.id == card?.id }) else { return nil }
      let keys = Set((spellings + [role.tracer.id]).map(TracerCatalogue.key))
      return wanted.isEmpty || !wanted.isDisjoint(with: keys) ? ScanUnit(entry: entry, role: role) : nil
    }
    guard !units.isEmpty || !dataset.unreadable.isEmpty else {
      let seen = Set(dataset.scans.map { $0.tracerName ?? $0.name["trc"] ?? "unnamed" }).sorted()
      throw PETError(
        .missingInput, file: dataset.root, field: "tracer",
        "no scan of \(definition.dopamine.tracer.name) or \(definition.serotonin.tracer.name)",
        remedy: seen.isEmpty ? "the dataset has no PET scans" : "the dataset has: " + seen.joined(separator: ", "))
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
    for unit in units { folder.clear(folder: unit.entry.folder, stem: unit.entry.stem) }
    let report = ReportStage(output: output, dataset: dataset, derivatives: derivatives, definition: definition)
    let run = ScanRun(definition: definition, derivatives: derivatives, report: report)
    let done = Mutex(0)
    let results = parallelMap(units.count, jobs: jobs) { index -> Result<ScanResult, StageError> in
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
    var failures = dataset.unreadable.map { Failure(unit: $0.unit, stage: "read", error: $0.error) }
    for (unit, result) in zip(units, results) {
      if case .failure(let failure) = result {
        failures.append(Failure(unit: unit.entry.stem, stage: failure.stage, error: failure.error))
      }
    }
    let balances = try balance(results, report: report, failures: &failures)
    var table = TSVText(columns: Failure.columns)
    for failure in failures { table.add(failure.cells(relativeTo: dataset)) }
    try AtomicFile.write(table.text, to: output + "/failures.tsv")
    try writeLogs(results, report)
    return Summary(scans: results.count { (try? $0.get()) != nil }, balances: balances, failures: failures)
  }

  private func balance(
    _ results: [Result<ScanResult, StageError>], report: ReportStage, failures: inout [Failure]
  ) throws(PETError) -> Int {
    let (pairs, unpaired) = PersonPair.all(units)
    var count = 0
    for pair in pairs {
      OutputFolder(output).clear(folder: pair.participant, stem: pair.stem)
      guard let dopamine = try? results[pair.dopamine].get(), let serotonin = try? results[pair.serotonin].get() else {
        continue
      }
      let table = BalanceStage.run(dopamine, serotonin, definition)
      try report.person(pair, table, fits: (dopamine.fits, serotonin.fits))
      count += 1
    }
    for person in unpaired {
      failures.append(
        Failure(
          unit: person.participant, stage: "balance",
          error: PETError(.missingInput, field: "pair", person.reason, remedy: "the person has no balance")))
    }
    return count
  }

  /// What was noticed in each scan, one plain file a scan.
  private func writeLogs(_ results: [Result<ScanResult, StageError>], _ report: ReportStage) throws(PETError) {
    let folder = output + "/logs"
    try AtomicFile.makeFolder(folder)
    for (unit, result) in zip(units, results) {
      var lines: [String] = []
      switch result {
      case .success(let result):
        var seen: Set<String> = []
        for finding in result.scan.findings + result.fits.findings {
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
  package func group() throws(PETError) { try GroupTables(output).write() }
}
