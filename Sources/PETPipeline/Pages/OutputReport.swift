import Foundation
import PETBinding
package import PETCore
import PETPages
import PETResults
import PETStudy
import PETTracers

/// The pages of an output, made again from what it holds: no scan and no study is needed.
package struct OutputReport: Sendable {
  private let output: OutputFolder
  private let definition: PipelineDefinition
  private let settings: UnitSettings

  package init(_ place: String) throws(PETError) {
    let path = URL(fileURLWithPath: place).standardizedFileURL.path
    _ = try OutputFolder.description(path)
    output = OutputFolder(path)
    definition = try PipelineLoader.load("\(path)/\(OutputFolder.pipeline)")
    let records = try RunRecord.units(in: path).compactMap { try? RunRecord.read($0, in: path) }
    let plain = UnitSettings(definition, accepted: [], filters: [])
    guard
      let first = records.first(where: { record in
        [.scan, .pair].contains(record.kind) && plain.of(record).pipelineDigest == record.settings.pipelineDigest
      })
    else {
      throw PETError(
        .missingInput, file: path, field: RunRecord.folder, "there are no results of its pipeline",
        remedy: "run it first")
    }
    settings = UnitSettings(definition, accepted: first.settings.accepted, filters: first.settings.filters)
    guard first.settings.version == Product.version else {
      throw PETError(
        .wrongInput, file: path, field: "Version",
        "results were made by version \(first.settings.version), this is \(Product.version)", remedy: "run again")
    }
    guard definition.report.html else {
      throw PETError(
        .usage, file: path, field: "report.html", "the pipeline asks for no pages",
        remedy: "run with a pipeline that has report: {html: true}")
    }
  }

  /// Makes every page that is not what it would be now, and that of the study.
  ///
  /// - Parameter force: whether pages are made that are done.
  /// - Returns: how many pages of persons were made, and what failed, one line each.
  package func update(jobs: Int, force: Bool) throws(PETError) -> (made: Int, failures: [String]) {
    let lease = try output.lock(Lease.everything)
    defer { lease.release() }
    let tables = try GroupTables(
      output.path, records: try records(jobs), level: definition.balance.level, .update, jobs: jobs)
    let (made, failures) = try PageWork(output: output, definition: definition, settings: settings).update(
      nil, around: tables, jobs: jobs, force: force)
    let names = PortableNames(output: output.path)
    func failure(_ unit: String, _ problem: String) -> Failure {
      Failure(unit: unit, stage: "run", error: PETError(.wrongInput, problem, remedy: "run again"), names: names)
    }
    var own = failures + tables.damaged.map { failure($0.unit, "result \($0.file) is not as it was written") }
    var told = try FailureTable.read(output.path) ?? []
    if !FailureTable.exists(output.path) { own.append(failure("study", "no run has come to its end")) }
    // What the last run told stays told, but of pages, which were made now.
    let now = Set(own.map(\.unit))
    told.removeAll { $0.unit.hasSuffix(PagePlan.suffix) || now.contains($0.unit) }
    let all = (own + told).sorted { $0.unit < $1.unit }
    try tables.write(to: output.path)
    try FailureTable.write(all, to: output.path)
    let page = try tables.page(definition, failures: all)
    try GroupTables.write(GroupTables.pageTexts(page), to: output.path)
    return (made, own.map(\.line))
  }

  private func records(_ jobs: Int) throws(PETError) -> [RunRecord] {
    var records: [RunRecord] = []
    for (_, found) in try RunRecord.all(in: output.path, jobs: jobs) {
      if let record = try found.get() { records.append(record) }
    }
    return GroupTables.covered(records, by: definition.name)
  }

  /// Writes the figures of every page as files of their own: `<page>_<figure>.svg`.
  ///
  /// - Parameter folder: exists.
  /// - Returns: how many were written.
  package func writeFigures(to folder: String, jobs: Int) throws(PETError) -> Int {
    let all = try records(jobs)
    let people = Dictionary(grouping: all.filter { $0.kind != .page }, by: \.participant).sorted { $0.key < $1.key }
    let pages = people.flatMap { participant, records in
      PagePlan.pages(of: participant, records, tracers: definition.roles.map(\.tracer.id))
    }
    let reader = PersonReader(output: output.path, definition: definition, options: settings.of(.page).arguments)
    let results = Parallel.map(pages.count, jobs: jobs) { index -> Result<Int, PETError> in
      do throws(PETError) {
        return .success(
          try Self.write(PersonPage(try reader.read(pages[index])).figures, as: pages[index].stem, to: folder))
      } catch { return .failure(error) }
    }
    var count = 0
    for result in results { count += try result.get() }
    let failures = try FailureTable.read(output.path) ?? []
    let tables = try GroupTables(
      output.path, records: all, level: definition.balance.level, .compare, jobs: jobs)
    if let page = try tables.page(definition, failures: failures) {
      count += try Self.write(StudyPage(page).figures, as: "group", to: folder)
    }
    return count
  }

  private static func write(_ figures: [PersonPage.Figure], as stem: String, to folder: String) throws(PETError) -> Int
  {
    for figure in figures { try AtomicFile.update(figure.drawing.file, to: "\(folder)/\(stem)_\(figure.name).svg") }
    return figures.count
  }
}
