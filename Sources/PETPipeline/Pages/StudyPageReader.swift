import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETPages
import PETResults
import PETTracers

/// Reads what the page of a study shows: the joined tables, what is on record of every person, and tables of analyses.
struct StudyPageReader {
  let output: String
  let definition: PipelineDefinition
  let records: [RunRecord]
  let jobs: Int
  /// The joined estimates of every scan; nil when there are none.
  let fits: JoinedTable?
  let analyses: AnalysesReader.Found

  /// - Parameters:
  ///   - balances: of everybody; nil when there are none.
  ///   - failures: of the whole output.
  func read(_ balances: StudyBalances?, failures: [Failure]) throws(PETError) -> StudyReport {
    let own = records.filter { $0.kind != .page && $0.settings.pipeline == definition.name }
    let attempts = Dictionary(grouping: try OutputFolder(output).attempts(), by: \.participant)
    // They may be newer than the tables.
    var pages: Set<String> = []
    for unit in try RunRecord.units(in: output) where unit.hasSuffix(PagePlan.suffix) {
      let record = try readable { () throws(PETError) in try RunRecord.read(unit, in: output) }
      if record?.isDone ?? false { pages.insert(unit) }
    }
    let tracers = definition.roles.map(\.tracer.id)
    let persons = Dictionary(grouping: own, by: \.participant).sorted { NaturalOrder.precedes($0.key, $1.key) }
    let visits = persons.flatMap { participant, records in
      PagePlan.pages(
        of: participant, records, attempts: attempts[participant] ?? [], tracers: tracers
      ).map { page in
        let file = "\(participant)/\(page.stem).html"
        let isThere = pages.contains(page.unit)
        var visit = StudyReport.Visit(
          participant: participant, session: page.pair?.visit ?? page.session, page: isThere ? file : nil)
        visit.scans = page.scans.map { $0.tracer ?? $0.unit }
        visit.failures = page.failed.flatMap { record in record.failures.map { "\($0.unit): \($0.problem)" } }
        return visit
      }
    }
    var report = StudyReport(
      visits: visits, balances: balances,
      failures: failures, analyses: analyses.reports, passedOver: analyses.passedOver,
      isPairExpected: definition.denominator != nil,
      level: definition.balance.level,
      provenance: Provenance(definition, options: own.first?.settings.arguments ?? ""))
    report.quality = try QualityReader(output: output, definition: definition).read(
      persons.flatMap(\.value), jobs: jobs)
    report.persons = try PersonsTable.read(output)
    report.name = try OutputFolder.studyName(output)
    if balances == nil { report.outcome = try outcome() }
    report.colourEnd = definition.report.colours["log-ratio"]
    (report.brain, report.references) = try head(persons.flatMap(\.value))
    return report
  }

  /// What everybody has of the one system that is read; nil where there are two.
  private func outcome() throws(PETError) -> StudyOutcome? {
    guard definition.denominator == nil, let fits, !fits.isEmpty, let role = definition.roles.first else { return nil }
    let card = try ModelCatalogue.named(role.model).card
    let columns = OutcomeReader.columns(card.outcome)
    let table = try fits.table { name, _ in columns.contains(name) }
    guard let study = try OutcomeReader.study(table, tracer: role.tracer.id, measure: card.outcome) else { return nil }
    return StudyOutcome(
      study: study, measure: card.outcome,
      unit: card.index(of: card.outcome).map { card.parameters[$0].unit.label } ?? "",
      tracer: role.tracer.name)
  }

  /// The first person's head that can be read, with the regions that are a reference of the scan; what is damaged is told by
  /// the person's own page.
  private func head(_ records: [RunRecord]) throws(PETError) -> (brain: BrainSlices?, references: [String]) {
    for record in records where record.kind == .scan && record.isDone {
      let found = try readable { () throws(PETError) in try HeadReader.brain(of: record, in: output) }
      guard let brain = found else { continue }
      let role = definition.roles.first { $0.tracer.id == record.tracer }
      let scan = try readable { () throws(PETError) in
        try ScanReader(output: output, definition: definition).read(record, role: role)
      }
      return (brain, scan?.reference?.regions ?? [])
    }
    return (nil, [])
  }
}
