import Foundation
import PETBinding
import PETCore
import PETPages
import PETResults
import PETStudy
import PETTracers

/// The pages of persons as units of work: each is made from results on record, and is done while those stay the same.
struct PageWork: Sendable {
  let output: OutputFolder
  let definition: PipelineDefinition
  let settings: UnitSettings

  /// Makes the pages that are not what they would be now, and removes those of persons or visits that are gone.
  ///
  /// - Parameters:
  ///   - participants: whose; nil for everybody's.
  ///   - tables: of the study; nil where they were not looked at: what pages say of it then stays.
  ///   - force: whether pages are made that are done.
  /// - Returns: how many were made, and what failed.
  func update(_ participants: Set<String>?, around tables: GroupTables? = nil, jobs: Int, force: Bool = false)
    throws(PETError) -> (made: Int, failures: [Failure])
  {
    let known = try onRecord(participants)
    let pages = known.pages
    let wanted = Set(pages.map(\.unit) + known.made.filter { known.untouched.contains($0.participant) }.map(\.unit))
    for record in known.made where !wanted.contains(record.unit) { output.remove(record) }
    let neighbours = try tables.map { (tables) throws(PETError) in try self.neighbours(pages, tables) }
    let results = Parallel.map(pages.count, jobs: jobs) { index -> Result<Bool, StageError> in
      let page = pages[index]
      let sources = inputs(
        of: page, known.records[page.participant] ?? [], known.attempts[page.participant] ?? [])
      let error = known.unread[page.participant]
      let studyContext = neighbours?.of(page)
      if error == nil, !force, isDone(page, sources, studyContext) { return .success(false) }
      return make(page, from: sources, studyContext, unless: error).map { _ in true }
    }
    var made = 0
    var failures: [Failure] = []
    for (page, result) in zip(pages, results) {
      switch result {
      case .success(let isNew): made += isNew ? 1 : 0
      case .failure(let error):
        failures.append(Failure(unit: page.unit, stage: error.stage, error: error.error, names: names))
      }
    }
    return (made, failures)
  }

  /// Units of pages that say of the study around them what it is no more.
  func outdated(around tables: GroupTables) throws(PETError) -> [String] {
    let known = try onRecord(nil)
    let neighbours = try neighbours(known.pages, tables)
    let made = Dictionary(known.made.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    return known.pages.filter { page in
      // A page that was made without a look at the study says nothing of it.
      guard let own = made[page.unit]?.inputs.first(where: { $0.name == Self.studyContext }) else { return false }
      return own != Self.input(neighbours.of(page))
    }.map(\.unit)
  }

  private func neighbours(_ pages: [PagePlan], _ tables: GroupTables) throws(PETError) -> Neighbours {
    Neighbours(pages, tables.study, definition, analyses: try tables.analyses.read().reports)
  }

  /// What is on record, as far as pages show it, and which pages there should be.
  private struct OnRecord {
    var pages: [PagePlan] = []
    /// By participant, of this pipeline.
    var records: [String: [RunRecord]] = [:]
    var attempts: [String: [RunRecord]] = [:]
    /// Of pages.
    var made: [RunRecord] = []
    /// Persons of whom there is nothing of this pipeline yet: they keep the pages they have.
    var untouched: Set<String> = []
    /// By participant, whose pages would lack what they tell.
    var unread: [String: PETError] = [:]
  }

  private func onRecord(_ participants: Set<String>?) throws(PETError) -> OnRecord {
    var result = OnRecord()
    /// Participants with results of whatever pipeline.
    var standing: Set<String> = []
    for unit in try RunRecord.units(in: output.path) {
      let found: RunRecord?
      do throws(PETError) { found = try RunRecord.read(unit, in: output.path) } catch {
        // A record that is damaged is told of elsewhere, and made again by a run.
        if error.code == .cannotRead {
          result.unread[unit.split(separator: "_").first.map(String.init) ?? unit] = error
        }
        continue
      }
      guard let record = found, participants?.contains(record.participant) ?? true else { continue }
      if record.kind != .page, record.isDone { standing.insert(record.participant) }
      if record.kind == .page {
        result.made.append(record)
      } else if record.settings.pipeline == settings.pipeline {
        result.records[record.participant, default: []].append(record)
      }
    }
    result.attempts = Dictionary(grouping: try output.attempts(), by: \.participant)
    let records = result.records
    result.untouched = standing.filter { participant in
      (records[participant] ?? []).filter { $0.kind == .scan }
        .allSatisfy { $0.settings.difference(settings.of($0)) != nil }
    }
    guard definition.report.html else { return result }
    let (untouched, attempts) = (result.untouched, result.attempts)
    result.pages = records.filter { !untouched.contains($0.key) }.sorted { $0.key < $1.key }.flatMap {
      participant, records in
      PagePlan.pages(
        of: participant, records, attempts: attempts[participant] ?? [], tracers: definition.roles.map(\.tracer.id))
    }
    return result
  }

  private var names: PortableNames { PortableNames(output: output.path) }

  /// The records that a page is made from.
  private func inputs(of page: PagePlan, _ records: [RunRecord], _ attempts: [RunRecord]) -> [(
    name: String, path: String
  )] {
    (records.map { "\(RunRecord.folder)/\($0.unit).json" } + attempts.map { output.attemptName($0.unit) })
      .map { (name: $0, path: "\(output.path)/\($0)") }
  }

  /// Whether a page is what it would be now.
  private func isDone(
    _ page: PagePlan, _ sources: [(name: String, path: String)], _ studyContext: StudyContext?
  ) -> Bool {
    guard let record = try? RunRecord.read(page.unit, in: output.path) else { return false }
    let study = studyContext.map { [Self.input($0)] } ?? record.inputs.filter { $0.name == Self.studyContext }
    return record.isDone && record.settings.difference(settings.of(.page)) == nil
      && record.difference(inputs: sources, stated: study, output: output.path) == nil
  }

  /// The name of what a page says of the study, among its inputs: no file of its own.
  static let studyContext = "the study around it"

  private static func input(_ studyContext: StudyContext) -> RunRecord.File {
    RunRecord.File(name: Self.studyContext, digest: FileDigest(of: studyContext.text))
  }

  /// - Parameter error: that keeps it from being made; nil when nothing does.
  private func make(
    _ page: PagePlan, from sources: [(name: String, path: String)], _ studyContext: StudyContext?,
    unless error: PETError?
  ) -> Result<String, StageError> {
    let record = RunRecord(
      unit: page.unit, kind: .page, participant: page.participant, session: page.session, settings: settings.of(.page))
    let place = UnitRunner.Place(folder: page.participant, stem: page.stem)
    let runner = UnitRunner(output: output, names: names)
    return runner.run(record, at: place, .leavesNothing) { (record, staging) throws(StageError) in
      record.inputs = try stage("report") { () throws(PETError) in
        if let error { throw error }
        return try sources.map { (file) throws(PETError) in
          RunRecord.File(name: file.name, digest: try FileDigest(path: file.path))
        }
      }
      if let studyContext { record.inputs.append(Self.input(studyContext)) }
      try stage("report") { () throws(PETError) in
        let options = settings.of(.page).arguments
        var report = try PersonReader(output: output.path, definition: definition, options: options).read(page)
        report.studyContext = studyContext
        try AtomicFile.makeFolder("\(output.path)/\(page.participant)")
        for (name, text) in zip(page.files, [PersonPage(report).html, report.json.text]) {
          try AtomicFile.write(text, to: "\(output.path)/\(name)", staging: staging)
        }
      }
      return ("page", [])
    }
  }
}
