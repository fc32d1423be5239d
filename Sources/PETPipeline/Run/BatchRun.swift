import Foundation
import PETBinding
package import PETCore
import PETKinetics
package import PETResults
import PETStudy
import PETTracers

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
    /// Whether results of another pipeline or study may go.
    package var replaces = false
    /// Codes of faults that are known and accepted.
    package var accepted: [String] = []
    /// Entities that choose among scans, `ROLE:ENTITY=VALUE`.
    package var filters: [String] = []

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
    /// Units that failed now and whose earlier results stand.
    package var standing: [String] = []
    /// Pages made now.
    package var pages = 0
    /// Of what this run looks at; `failures.tsv` has every row of the output.
    package var failures: [Failure] = []
    /// Of units that failed now: told even when they could not be put on record.
    var failedNow: [Failure] = []
  }

  /// An output for plans alone: nothing can lie below a device, so nothing is done.
  package static let nowhere = "/dev/null/nowhere"

  let dataset: Dataset
  let context: RunContext
  let units: [ScanUnit]
  let pairs: [PersonPair]
  let options: Options
  let unpaired: [Unpaired]
  /// Scans and folders that cannot be units.
  let refused: [Failure]
  /// Scans and images that no line of the plan is about, with the reason; some of them are `refused` as well.
  package let passedOver: [Finding]
  /// Units whose earlier results stay, though they cannot be made now.
  let kept: Set<String>
  /// Names of scans of other tracers, by participant.
  let others: [String: [String]]

  /// Looks up everything before any work: the dataset, the scans of the pipeline's tracers, the place to write.
  package init(dataset root: String, output: String, definition: PipelineDefinition, options: Options) throws(PETError)
  {
    guard !output.isEmpty else {
      throw PETError(.usage, field: "OUT", "the name of the output is empty", remedy: "name a folder")
    }
    for code in options.accepted where !Acceptance.acceptable.contains(Finding.Code(code)) {
      throw PETError(
        .usage, field: "--accept", "'\(code)' is no fault that can be accepted",
        remedy: NearestName.advice(for: code, among: Acceptance.acceptable.map(\.word)))
    }
    let definition = try definition.filtered(options.filters)
    let output = URL(fileURLWithPath: output).standardizedFileURL.path
    dataset = try Dataset(root, participants: options.participants, sessions: options.sessions)
    let resolved = [output, dataset.root].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard resolved[0] != resolved[1] else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output is the input dataset", remedy: "choose another folder")
    }
    guard
      dataset.table != nil || !resolved[0].hasPrefix(resolved[1] + "/")
        || resolved[0].hasPrefix(resolved[1] + "/derivatives/")
    else {
      throw PETError(
        .usage, file: output, field: "OUT", "the output lies inside the input dataset",
        remedy: "choose a folder outside it, or \(dataset.root)/derivatives/NAME")
    }
    let derivatives = try Derivatives(dataset: dataset.root, given: options.derivatives).without(output)
    context = RunContext(
      dataset: dataset, derivatives: derivatives, output: output, definition: definition, accepted: options.accepted,
      filters: options.filters)
    try Self.check(options.tracers, dataset, definition)
    let roles = RoleAssignment(
      dataset.scans, definition: definition, tracers: options.tracers,
      unreadable: dataset.unreadable.map { ($0.folder, $0.unit) })
    // Of persons chosen some may well have no such scan.
    if options.participants.isEmpty, options.sessions.isEmpty { try roles.checkFilters(definition) }
    units = roles.units
    others = roles.others
    let names = context.names
    let lost = LostScans(dataset, roles, definition, output: output)
    refused =
      (dataset.unreadable.map { ($0.unit, $0.error) } + roles.refused.map { ($0.unit, $0.error) } + lost.failures)
      .map { Failure(unit: $0.0, stage: "read", error: $0.1, names: names) }
    passedOver =
      definition.findings + dataset.findings.map(names.finding) + context.check.weights.findings.map(names.finding)
      + (options.tracers.isEmpty ? lost.findings.map(names.finding) : [])
    kept = roles.standing.union(
      dataset.unreadable.map(\.unit) + roles.refused.map(\.unit) + roles.unknown.map(\.scan.stem))
    // One tracer alone makes no pairs; some sessions alone do not tell who has none.
    let all = Pairing(options.tracers.isEmpty ? units : [], definition)
    (pairs, unpaired) = (all.pairs, options.sessions.isEmpty ? all.unpaired : [])
    self.options = options
    guard !units.isEmpty || !refused.isEmpty else {
      let seen = Set(dataset.scans.map { $0.tracerName ?? $0.name["trc"] ?? "unnamed" }).sorted()
      throw PETError(
        .missingInput, file: dataset.place, field: "tracer",
        "no scan of " + definition.roles.map(\.tracer.name).joined(separator: " or "),
        remedy: seen.isEmpty ? "no PET scans were found there" : "the scans have: " + seen.joined(separator: ", "))
    }
  }

  /// Refuses a tracer that neither the pipeline nor any scan has.
  private static func check(_ tracers: [String], _ dataset: Dataset, _ definition: PipelineDefinition) throws(PETError)
  {
    let known =
      definition.roles.map(\.tracer.id) + dataset.scans.flatMap { [$0.name["trc"], $0.tracerName].compactMap { $0 } }
    let keys = Set(known.map(TracerCatalogue.key))
    guard let wrong = tracers.first(where: { !keys.contains(TracerCatalogue.key($0)) }) else { return }
    throw PETError(
      .usage, field: "--tracer-label", "neither the pipeline nor a scan has a tracer '\(wrong)'",
      remedy: NearestName.advice(for: wrong, among: Set(known).sorted()))
  }

  /// Works out what is not done.
  package func run(_ level: Level, progress: @escaping @Sendable (Progress) -> Void) throws(PETError) -> Summary {
    let known = try RunRecord.units(in: context.output.path)
    guard level != .group || !known.isEmpty else {
      throw PETError(
        .missingInput, file: context.output.path, field: RunRecord.folder, "there are no results to join",
        remedy: "run the participant level first")
    }
    // Runs of different persons may go on side by side, as a cluster's jobs do.
    let scopes =
      level == .participant && !options.participants.isEmpty ? dataset.participants : [Lease.everything]
    var leases: [Lease] = []
    defer { for lease in leases { lease.release() } }
    for scope in scopes { leases.append(try context.output.lock(scope)) }
    let isFirst = try !guardEarlier()
    if isFirst { try prepare(level) }
    var summary = Summary()
    if level != .group {
      let told = Teller(total: units.count + pairs.count, tell: progress)
      let (scans, balances) = (fit(told), pair(told))
      told.pages()
      summary.scans = Counts(scans)
      summary.balances = Counts(balances)
      summary.failedNow = (scans + balances).compactMap(\.failure)
      summary.standing = (scans + balances).compactMap(\.standing)
    }
    // What frames earlier results stays until there are new ones; those of a group were worked out before.
    let isNew =
      level == .group
      ? context.output.pipelineDigest == context.definition.digest : summary.scans.done + summary.balances.done > 0
    let isPrepared = isFirst || isNew
    if isPrepared, !isFirst { try prepare(level) }
    // The group level too: it ends a run whose units were worked out one by one. Not before there is something new.
    if isPrepared {
      for record in try orphans() {
        context.output.remove(record)
        summary.removed.append(record.unit)
      }
    }
    try writeRefused()
    let isWhole = scopes == [Lease.everything]
    if !isWhole {
      summary.failedNow += try makePages(&summary, of: Set(scopes), around: nil)
      // Beside other runs: who reads the records last writes the tables last.
      leases.append(try context.output.lock("tables", waits: true))
    }
    try writeTables(&summary, group: level != .participant, withPages: isWhole)
    if isWhole { context.output.tidy() }
    return summary
  }

  /// - Parameters:
  ///   - participants: nil for everybody.
  ///   - tables: of the study; nil where they were not looked at.
  /// - Returns: what failed.
  func makePages(_ summary: inout Summary, of participants: Set<String>?, around tables: GroupTables?)
    throws(PETError) -> [Failure]
  {
    let (made, unmade) = try PageWork(
      output: context.output, definition: context.definition, settings: context.settings
    ).update(participants, around: tables, jobs: options.jobs, force: options.force)
    summary.pages = made
    return unmade
  }

  /// Works one unit out, unless it is done.
  ///
  /// - Returns: what was done, or the failure.
  package func run(unit name: String) throws(PETError) -> (words: String, failure: Failure?) {
    let lease = try context.output.lock(name)
    defer { lease.release() }
    let isFirst = try !guardEarlier(name)
    if isFirst { try prepare() }
    let result: Result<String, StageError>?
    if let unit = units.first(where: { $0.entry.stem == name }) {
      let work = ScanWork(context: context)
      if !options.force, work.state(unit).isDone { return (Progress.doneBefore, nil) }
      result = work.run(unit, anew: options.force)
    } else if let pair = pairs.first(where: { PairWork(context: context).unit($0) == name }) {
      let work = PairWork(context: context)
      let states = recordedStates(of: pair)
      if !options.force, work.state(pair, states).isDone { return (Progress.doneBefore, nil) }
      // Without two done scans an earlier balance goes.
      result = work.run(pair, (units[pair.numerator], units[pair.denominator]))
      if result == nil, let waiting = states.first(where: { !$0.state.isDone }) {
        throw PETError(
          .missingInput, file: name, field: waiting.stem, "the scan is \(waiting.state.word)", remedy: "run it first")
      }
    } else {
      throw PETError(
        .missingInput, file: dataset.place, field: "unit", "there is no '\(name)' in the study now",
        remedy: "make the plan again")
    }
    switch result {
    case .success(let words)?:
      if !isFirst { try prepare() }
      return (words, nil)
    case .failure(let error)?:
      return ("", failure(name, error))
    case nil: return ("", nil)
    }
  }

  /// The states of a pair's scans that their records tell.
  func recordedStates(of pair: PersonPair) -> [(stem: String, state: UnitState)] {
    [pair.numerator, pair.denominator].map { place in
      (units[place].entry.stem, context.recorded(units[place].entry.stem).state)
    }
  }

  private func prepare(_ level: Level = .participant) throws(PETError) {
    // Who only joins tables was perhaps not told of the derivatives.
    let location =
      level == .group && StudyLocation.read(context.output.path) != nil
      ? nil
      : try StudyLocation(
        output: context.output.path, study: dataset.place,
        given: options.derivatives.isEmpty ? [] : context.derivatives.roots)
    try context.output.prepare(context.definition, options: context.settings.of(.pair).arguments, study: location)
  }

  func failure(_ unit: String, _ error: StageError) -> Failure {
    Failure(unit: unit, stage: error.stage, error: error.error, names: context.names)
  }
}
