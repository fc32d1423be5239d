import Foundation
import PETBinding
import PETCore
import PETReport

/// Reads what the page of a study shows: the joined tables, what is on record of every person, and tables of analyses.
struct StudyPageReader {
  let output: String
  let definition: PipelineDefinition
  let records: [RunRecord]

  /// - Parameters:
  ///   - balance: text of `group_balance.tsv`; nil when there is none.
  ///   - summary: likewise of `group_summary.tsv`.
  ///   - study: the balances as a study.
  func read(balance: String?, summary: String?, study: StudyTable?) throws(PETError) -> StudyReport {
    let own = records.filter { $0.kind != .page && $0.settings.pipelineDigest == definition.digest }
    let tracers = definition.roles.map(\.tracer.id)
    let persons = Dictionary(grouping: own, by: \.participant).sorted { $0.key < $1.key }
    let visits = persons.flatMap { participant, records in
      PagePlan.pages(of: participant, records, tracers: tracers).map { page in
        var visit = StudyReport.Visit(
          participant: participant, session: page.pair?.visit ?? page.session,
          page: "\(participant)/\(page.stem).html")
        visit.scans = page.scans.map { $0.tracer ?? $0.unit }
        visit.failures = page.failed.flatMap { record in record.failures.map { "\($0.unit): \($0.problem)" } }
        return visit
      }
    }
    let accepted = own.first?.settings.accepted ?? []
    let options = accepted.isEmpty ? "" : " --accept " + accepted.joined(separator: " ")
    return StudyReport(
      visits: visits, study: study,
      balance: try balance.map { (text) throws(PETError) in try TSVTable(text: text, file: "group_balance.tsv") },
      summary: try summary.map { (text) throws(PETError) in try TSVTable(text: text, file: "group_summary.tsv") },
      failures: own.flatMap(\.failures).map { FailureReport(unit: $0.unit, stage: $0.stage, words: $0.words) },
      analyses: try analyses(), level: definition.balance.level,
      provenance: Provenance(
        pipeline: definition.name, summary: definition.summary, digest: "sha256:" + definition.digest,
        command: "petbalance run STUDY OUT --pipeline \(OutputFolder.pipeline)\(options)"))
  }

  /// Tables in the folder of analyses and in folders of it, by name; other files are passed over.
  private func analyses() throws(PETError) -> [AnalysisReport] {
    let folder = "\(output)/\(StudyReader.analyses)"
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    let names = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
    var found: [AnalysisReport] = []
    for name in names where name.hasSuffix(".tsv") && !name.contains("/.") && !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      // What is no table of ours is no fault of the study.
      guard let table = try? TSVTable(path: path) else { continue }
      let beside = TSVTable.sidecarPath(of: path)
      let sidecar = FileManager.default.fileExists(atPath: beside) ? try JSONValue.readObject(path: beside) : nil
      guard let report = AnalysisReport(file: "\(StudyReader.analyses)/\(name)", table: table, sidecar: sidecar) else {
        continue
      }
      found.append(report)
    }
    return found
  }
}
