import Foundation
import PETBinding
package import PETCore
import PETKinetics
import PETReport

/// A dataset through a pipeline: many scans, each on its own; a failed scan is a row, not an end; what is done stays.
package struct BatchRun: Sendable {
  package struct Options: Sendable {
    package var participants: [String] = []
    package var sessions: [String] = []
    package var tracers: [String] = []
    package var derivatives: [String] = []
    package var jobs = 1
    /// Bytes that scans worked on at once may need together; nil for what the machine has.
    package var memory: Int?
    /// Whether what is done is done again.
    package var force = false
    /// Codes of faults that are known and accepted.
    package var accepted: [String] = []

    package init() {}
  }

  package enum Level: String, Sendable, CaseIterable { case participant, group, all }

  /// Units of one kind.
  package struct Counts: Sendable {
    /// Worked out now.
    package var done = 0
    /// Done before, and still what they would be.
    package var cached = 0
    package var failed = 0
  }

  package struct Summary: Sendable {
    package var scans = Counts()
    package var balances = Counts()
    /// Units that are no longer in the study; their results are gone.
    package var removed: [String] = []
    /// Of what this run looks at; `failures.tsv` has every row of the output.
    package var failures: [Failure] = []
    /// Of units whose failure could not even be put on record.
    fileprivate var unrecorded: [String: Failure] = [:]
    /// Whether the group tables have rows.
    package var hasTables = false
  }

  /// A unit that has come to its end.
  package struct Progress: Sendable {
    package let unit: String
    package let words: String
    package let isFailure: Bool
    package let count: Int
    package let total: Int

    /// The words of a unit that needed no work.
    package static let doneBefore = "done before"
  }

  let dataset: BIDSDataset
  let context: RunContext
  let units: [ScanUnit]
  let pairs: [PersonPair]
  let options: Options
  private let unpaired: [Unpaired]
  /// Scans and folders that cannot be units.
  private let refused: [Failure]
  /// Names of scans of other tracers, by participant.
  private let others: [String: [String]]

  /// Looks up everything before any work: the dataset, the scans of the pipeline's tracers, the place to write.
  package init(dataset root: String, output: String, definition: PipelineDefinition, options: Options) throws(PETError)
  {
    guard !output.isEmpty else {
      throw PETError(.usage, field: "OUT", "the name of the output is empty", remedy: "name a folder")
    }
    for code in options.accepted where !ScanCheck.acceptable.contains(code) {
      throw PETError(
        .usage, field: "--accept", "'\(code)' is no fault that can be accepted",
        remedy: NearestName.advice(for: code, among: ScanCheck.acceptable))
    }
    let output = URL(fileURLWithPath: output).standardizedFileURL.path
    dataset = try BIDSDataset(root: root, participants: options.participants, sessions: options.sessions)
    let resolved = [output, dataset.root].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard resolved[0] != resolved[1] else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output is the input dataset", remedy: "choose another folder")
    }
    guard !resolved[0].hasPrefix(resolved[1] + "/") || resolved[0].hasPrefix(resolved[1] + "/derivatives/") else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output lies inside the input dataset",
        remedy: "choose a folder outside it, or \(dataset.root)/derivatives/NAME")
    }
    let derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives).without(output)
    context = RunContext(
      dataset: dataset, derivatives: derivatives, output: output, definition: definition, accepted: options.accepted)
    let roles = RoleAssignment(dataset.scans, definition: definition, tracers: options.tracers)
    units = roles.units
    others = roles.others
    let names = context.names
    refused =
      dataset.unreadable.map { Failure(unit: $0.unit, stage: "read", error: $0.error, names: names) }
      + roles.refused.map { Failure(unit: $0.unit, stage: "read", error: $0.error, names: names) }
    // One tracer alone makes no pairs.
    (pairs, unpaired) = options.tracers.isEmpty ? PersonPair.all(units) : ([], [])
    self.options = options
    guard !units.isEmpty || !refused.isEmpty else {
      let seen = Set(dataset.scans.map { $0.tracerName ?? $0.name["trc"] ?? "unnamed" }).sorted()
      throw PETError(
        .missingInput, file: dataset.root, field: "tracer",
        "no scan of \(definition.dopamine.tracer.name) or \(definition.serotonin.tracer.name)",
        remedy: seen.isEmpty ? "no PET scans were found there" : "the scans have: " + seen.joined(separator: ", "))
    }
  }

  // MARK: - Plan

  /// Every scan and pair with its state.
  package var plan: WorkPlan {
    let scans = ScanWork(context: context)
    let states = Parallel.map(units.count, jobs: options.jobs) { scans.state(units[$0]) }
    let balances = PairWork(context: context)
    var lines = zip(units, states).enumerated().map { place, unit in
      WorkPlan.Line(
        index: place + 1, unit: unit.0.entry.stem, kind: RunRecord.Kind.scan.rawValue, tracer: unit.0.role.tracer.id,
        state: unit.1)
    }
    for pair in pairs {
      let both = [pair.dopamine, pair.serotonin].map { (stem: units[$0].entry.stem, state: states[$0]) }
      lines.append(
        WorkPlan.Line(
          index: lines.count + 1, unit: balances.unit(pair), kind: RunRecord.Kind.pair.rawValue,
          tracer: context.definition.pair, state: balances.state(pair, both)))
    }
    return WorkPlan(lines: lines)
  }

  // MARK: - Run

  /// Works out what is not done.
  package func run(_ level: Level, progress: @escaping @Sendable (Progress) -> Void) throws(PETError) -> Summary {
    // Runs of different persons may go on side by side, as a cluster's jobs do.
    let scopes =
      level == .participant && !options.participants.isEmpty ? dataset.participants : [Lease.everything]
    var leases: [Lease] = []
    defer { for lease in leases { lease.release() } }
    for scope in scopes { leases.append(try context.output.lock(scope)) }
    try prepare()
    var summary = Summary()
    if level != .group {
      for record in try orphans() {
        context.output.remove(record)
        summary.removed.append(record.unit)
      }
      try fit(&summary, progress)
      try pair(&summary, progress)
    }
    try writeRefused()
    // Beside other runs: who reads the records last writes the tables last.
    if scopes != [Lease.everything] { leases.append(try context.output.lock("tables", waits: true)) }
    try writeTables(&summary, group: level != .participant)
    return summary
  }

  /// Works one unit out, unless it is done.
  ///
  /// - Returns: what was done, or the failure.
  package func run(unit name: String) throws(PETError) -> (words: String, failure: Failure?) {
    let lease = try context.output.lock(name)
    defer { lease.release() }
    try prepare()
    let result: Result<String, StageError>?
    if let unit = units.first(where: { $0.entry.stem == name }) {
      let work = ScanWork(context: context)
      if !options.force, work.state(unit).isDone { return (Progress.doneBefore, nil) }
      result = work.run(unit)
    } else if let pair = pairs.first(where: { PairWork(context: context).unit($0) == name }) {
      let work = PairWork(context: context)
      let states = [pair.dopamine, pair.serotonin].map { index in
        (stem: units[index].entry.stem, state: context.recorded(units[index].entry.stem).state)
      }
      if !options.force, work.state(pair, states).isDone { return (Progress.doneBefore, nil) }
      guard states.allSatisfy(\.state.isDone) else {
        let waiting = states.first { !$0.state.isDone }
        throw PETError(
          .missingInput, file: name, field: waiting?.stem, "the scan is \(waiting?.state.word ?? "pending")",
          remedy: "run it first")
      }
      result = work.run(pair, (units[pair.dopamine], units[pair.serotonin]))
    } else {
      throw PETError(
        .missingInput, file: dataset.root, field: "unit", "there is no '\(name)' in the study now",
        remedy: "make the plan again")
    }
    switch result {
    case .success(let words)?: return (words, nil)
    case .failure(let error)?:
      return ("", failure(name, error))
    case nil: return ("", nil)
    }
  }

  private func prepare() throws(PETError) {
    let location = StudyLocation(
      output: context.output.path, study: dataset.root,
      given: options.derivatives.isEmpty ? [] : context.derivatives.roots)
    try context.output.prepare(context.definition, accepted: context.settings.accepted, study: location)
  }

  /// Every scan that is not done, several at once as far as memory goes.
  private func fit(_ summary: inout Summary, _ progress: @escaping @Sendable (Progress) -> Void) throws(PETError) {
    let work = ScanWork(context: context)
    let budget = MemoryBudget(bytes: options.memory)
    let ended = Locked(0)
    let counts = Parallel.map(units.count, jobs: options.jobs) { index -> (Counts, Failure?) in
      let unit = units[index]
      var counts = Counts()
      var failure: Failure?
      let isDone = !options.force && work.state(unit).isDone
      var words = Progress.doneBefore
      if isDone {
        counts.cached = 1
      } else {
        switch budget.with(work.memory(unit), { work.run(unit) }) {
        case .success(let told):
          counts.done = 1
          words = "done, " + told
        case .failure(let error):
          counts.failed = 1
          failure = self.failure(unit.entry.stem, error)
          words = "failed in \(error.stage): \(error.error)"
        }
      }
      let count = ended.withLock { value in
        value += 1
        return value
      }
      progress(
        Progress(
          unit: unit.entry.stem, words: words, isFailure: counts.failed > 0, count: count, total: units.count))
      return (counts, failure)
    }
    summary.scans = counts.reduce(into: Counts()) { $0.add($1.0) }
    for (_, failure) in counts { if let failure { summary.unrecorded[failure.unit] = failure } }
  }

  /// Every balance whose scans are done.
  private func pair(_ summary: inout Summary, _ progress: @escaping @Sendable (Progress) -> Void) throws(PETError) {
    let work = PairWork(context: context)
    let counts = Parallel.map(pairs.count, jobs: options.jobs) { index -> (Counts, Failure?) in
      let pair = pairs[index]
      var counts = Counts()
      let states = [pair.dopamine, pair.serotonin].map { place in
        (stem: units[place].entry.stem, state: context.recorded(units[place].entry.stem).state)
      }
      if !options.force, work.state(pair, states).isDone {
        counts.cached = 1
        return (counts, nil)
      }
      switch work.run(pair, (units[pair.dopamine], units[pair.serotonin])) {
      case .success?: counts.done = 1
      case .failure(let error)?:
        counts.failed = 1
        return (counts, failure(work.unit(pair), error))
      case nil: break
      }
      return (counts, nil)
    }
    summary.balances = counts.reduce(into: Counts()) { $0.add($1.0) }
    for (_, failure) in counts { if let failure { summary.unrecorded[failure.unit] = failure } }
  }

  // MARK: - What is of no unit

  /// Names of everything that this run has to do with.
  private var current: Set<String> {
    let balances = PairWork(context: context)
    return Set(units.map(\.entry.stem) + pairs.map(balances.unit) + refused.map(\.unit) + unpaired.map(\.participant))
  }

  /// Records of units that the study, as far as this run looks at it, does not have.
  private func orphans() throws(PETError) -> [RunRecord] {
    guard options.tracers.isEmpty else { return [] }
    let current = current
    let sessions = Set(options.sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 })
    return try RunRecord.units(in: context.output.path).compactMap { name in
      guard !current.contains(name), let record = try? RunRecord.read(name, in: context.output.path) else { return nil }
      let isSeen =
        (options.participants.isEmpty || dataset.participants.contains(record.participant))
        && (sessions.isEmpty || record.session.map(sessions.contains) ?? false)
      return isSeen ? record : nil
    }
  }

  /// A record for everything that could not become a unit, so that it is told wherever tables are made.
  private func writeRefused() throws(PETError) {
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
    if let earlier = try? RunRecord.read(unit, in: context.output.path), !earlier.outputs.isEmpty {
      context.output.remove(earlier)
    }
    let name = BIDSName(unit + "_pet.json")
    var record = RunRecord(
      unit: unit, kind: .refused, participant: name?["sub"].map { "sub-" + $0 } ?? unit,
      session: name?["ses"].map { "ses-" + $0 }, settings: context.settings)
    record.failures = failures
    let words = failures.map { "failed in \($0.stage): \($0.line)\n" }.joined()
    try context.output.writeLog(unit, words, staging: nil)
    try record.write(in: context.output.path)
  }

  // MARK: - Tables

  /// The tables over all units of the output, from their records, whoever ran them.
  private func writeTables(_ summary: inout Summary, group: Bool) throws(PETError) {
    let output = context.output.path
    var records: [RunRecord] = []
    for unit in try RunRecord.units(in: output) {
      if let record = try RunRecord.read(unit, in: output) { records.append(record) }
    }
    var failures = records.flatMap(\.failures)
    let known = Dictionary(records.map { ($0.unit, $0.settings) }, uniquingKeysWith: { a, _ in a })
    // What could not be put on record is told all the same.
    for (unit, failure) in summary.unrecorded where known[unit] == nil { failures.append(failure) }
    for unit in units.map(\.entry.stem) where summary.unrecorded[unit] == nil || known[unit] != nil {
      let problem =
        known[unit].map { $0.difference(context.settings) } ?? "it was not finished: there is no record of it"
      if let problem { failures.append(unfinished(unit, problem)) }
    }
    if group {
      let tables = try GroupTables(
        output, records: records.filter { $0.settings.difference(context.settings) == nil })
      failures += tables.damaged.map { unfinished($0.unit, "result \($0.file) is not as it was written") }
      summary.hasTables = try tables.write(to: output)
    }
    failures.sort { $0.unit < $1.unit }
    var table = TSVText(columns: Failure.columns)
    for failure in failures { table.add(failure.cells) }
    try AtomicFile.update(table.text, to: output + "/failures.tsv")
    let own = current
    summary.failures = failures.filter { own.contains($0.unit) }
  }

  private func failure(_ unit: String, _ error: StageError) -> Failure {
    Failure(unit: unit, stage: error.stage, error: error.error, names: context.names)
  }

  private func unfinished(_ unit: String, _ problem: String) -> Failure {
    Failure(
      unit: unit, stage: "run",
      error: PETError(.missingInput, problem, remedy: "run the participant level again"), names: context.names)
  }
}

extension BatchRun.Counts {
  fileprivate mutating func add(_ other: Self) {
    done += other.done
    cached += other.cached
    failed += other.failed
  }
}
