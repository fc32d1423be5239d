import Foundation
import PETBinding
import PETCore
import PETPages
import PETResults
import PETStudy

/// The tables of every person of an output joined into one: of the units whose record says done, whoever ran them.
struct GroupTables {
  /// Joined texts by file name; nil for a table that has no rows.
  let texts: [(name: String, text: String?)]
  /// The tables one under the other: what each would be, and whether the file is that; without a digest when it has no rows.
  let joined: [(name: String, digest: FileDigest?, isSame: Bool)]
  /// Units whose table is not what its record says.
  let damaged: [(unit: String, file: String)]

  private let balances: StudyBalances?
  private let fits: JoinedTable
  private let records: [RunRecord]
  private let output: String
  private let jobs: Int

  /// - Parameters:
  ///   - level: of limits over persons.
  ///   - purpose: what becomes of the joined files.
  init(_ output: String, records: [RunRecord], level: Double, _ purpose: UpdatedFile.Purpose, jobs: Int)
    throws(PETError)
  {
    self.output = output
    self.records = records
    self.jobs = jobs
    func table(_ kind: ResultFile, _ joint: ResultFile, key: String) throws(PETError) -> JoinedTable {
      try JoinedTable(kind, as: joint.name, key: key, of: records, in: output, jobs: jobs)
    }
    fits = try table(.parameters, .fits, key: "tracer")
    let pairs = try table(.balance, .balances, key: "pair")
    damaged = fits.damaged + pairs.damaged
    let all = try Self.file(fits, ResultFile.fits.name, purpose) { _, _ in false }
    // What the study has over persons is made from the rows as they are joined.
    let study = try Self.file(pairs, ResultFile.balances.name, purpose, keeping: Self.isOfStudy)
    joined = [all.told, study.told]
    let balances = try study.table.map { (table) throws(PETError) in try StudyBalances(table, level: level) }
    func text(_ make: (StudyBalances) -> String) -> String? { balances.map(make) }
    texts = [
      (ResultFile.wide.name, text { SummaryText.wide($0.study) }),
      (ResultFile.summary.name, text { SummaryText.regions($0) }),
      (ResultFile.summaryTwin.name, text { SummaryText.sidecar($0.study, level: level).text }),
      (ResultFile.coupling.name, text { SummaryText.couplings($0) }),
    ]
    self.balances = balances
  }

  /// A table without rows has no file: that of an earlier run would tell of results that are no longer there.
  private static func file(
    _ table: JoinedTable, _ name: String, _ purpose: UpdatedFile.Purpose, keeping isKept: (String, [String]) -> Bool
  ) throws(PETError) -> (told: (name: String, digest: FileDigest?, isSame: Bool), table: TSVTable?) {
    guard table.isEmpty else {
      let made = try table.file(purpose, keeping: isKept)
      return ((name, made.digest, made.isSame), made.table)
    }
    if purpose == .update { unlink(table.path) }
    return ((name, nil, !FileManager.default.fileExists(atPath: table.path)), nil)
  }

  /// Where everybody stands; nil when there are no balances.
  var study: StudyTable? { balances?.study }

  /// Whether a column of the joined balances is one that a study is made of, or that its page counts.
  private static func isOfStudy(_ name: String, among names: [String]) -> Bool {
    let marks = [BalanceFile.error(of: ""), BalanceFile.status(of: "")]
    return StudyReader.columns.contains(name) || marks.contains(where: name.hasSuffix)
      || marks.allSatisfy { names.contains(name + $0) }
  }

  /// What the tables of a pipeline hold: every result of the output that was made under its name.
  static func covered(_ records: [RunRecord], by pipeline: String) -> [RunRecord] {
    records.filter { $0.settings.pipeline == pipeline }
  }

  /// What the page of the study shows; nil when the pipeline asks for none.
  ///
  /// - Parameter failures: everything that `failures.tsv` tells.
  func page(_ definition: PipelineDefinition, failures: [Failure]) throws(PETError) -> StudyReport? {
    guard definition.report.html else { return nil }
    return try StudyPageReader(
      output: output, definition: definition, records: records, jobs: jobs, fits: fits, analyses: try analyses.read()
    ).read(balances, failures: failures)
  }

  /// What was made of these tables by other commands.
  var analyses: AnalysesReader {
    AnalysesReader(output: output) { SourceDigests.tables(records, joined, texts) }
  }

  /// The files of the study's page; without text where there is no page.
  static func pageTexts(_ page: StudyReport?) -> [(name: String, text: String?)] {
    [(ResultFile.studyPage.name, page.map { StudyPage($0).html }), (ResultFile.studyTwin.name, page?.json.text)]
  }

  func write(to output: String) throws(PETError) { try Self.write(texts, to: output) }

  static func write(_ texts: [(name: String, text: String?)], to output: String) throws(PETError) {
    for (name, text) in texts {
      // A table of an earlier run would tell of results that are no longer there.
      if let text { try AtomicFile.update(text, to: "\(output)/\(name)") } else { unlink("\(output)/\(name)") }
    }
  }
}
