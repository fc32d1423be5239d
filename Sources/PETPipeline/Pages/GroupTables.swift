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
  /// Units whose table is not what its record says.
  let damaged: [(unit: String, file: String)]

  private let balances: StudyBalances?
  private let records: [RunRecord]
  private let output: String

  /// - Parameter level: of limits over persons.
  init(_ output: String, records: [RunRecord], level: Double) throws(PETError) {
    self.output = output
    self.records = records
    var damaged: [(unit: String, file: String)] = []
    // One after the other: of a large study either is most of what memory holds.
    var texts: [(name: String, text: String?)] = []
    for (kind, joint, key) in [(ResultFile.parameters, ResultFile.fits, "tracer"), (.balance, .balances, "pair")] {
      var joined = Joined(key: key)
      for record in records where record.isDone {
        for file in record.outputs {
          guard let name = BIDSName(file.name.split(separator: "/").last.map(String.init) ?? ""), kind.has(name) else {
            continue
          }
          let path = "\(output)/\(file.name)"
          guard file.digest.matches(path) else {
            damaged.append((record.unit, file.name))
            continue
          }
          joined.add(try TSVTable(path: path), [record.participant, record.visit ?? "n/a", record.tracer ?? "n/a"])
        }
      }
      texts.append((joint.name, joined.take()))
    }
    // What the study has over persons, made from the joined table itself.
    let joined = try texts[1].text.map { (text) throws(PETError) in
      try TSVTable(text: text, file: "\(output)/\(ResultFile.balances.name)", columns: Self.isOfStudy)
    }
    let balances = try joined.map { (table) throws(PETError) in try StudyBalances(table, level: level) }
    func text(_ make: (StudyBalances) -> String) -> String? { balances.map(make) }
    texts += [
      (ResultFile.wide.name, text { SummaryText.wide($0.study) }),
      (ResultFile.summary.name, text { SummaryText.regions($0) }),
      (ResultFile.summaryTwin.name, text { SummaryText.sidecar($0.study, level: level).text }),
      (ResultFile.coupling.name, text { SummaryText.couplings($0) }),
    ]
    self.texts = texts
    self.damaged = damaged
    self.balances = balances
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
      output: output, definition: definition, records: records,
      fits: texts.first { $0.name == ResultFile.fits.name }?.text, analyses: try analyses.read()
    ).read(balances, failures: failures)
  }

  /// What was made of these tables by other commands.
  var analyses: AnalysesReader {
    AnalysesReader(output: output, tables: SourceDigests.tables(records, texts: texts))
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

  /// Tables one under the other; columns in the order they are first met, `n/a` where a table lacks one.
  ///
  /// Kept as text: a study has millions of cells.
  private struct Joined {
    private var columns: [String]
    /// Tables with their header, one for each number of columns that there were on the way: later ones come after.
    private var parts: [(table: TSVText, width: Int)] = []

    init(key: String) { columns = ["participant_id", "session_id", key] }

    mutating func add(_ table: TSVTable, _ values: [String]) {
      for column in table.columns where !columns.contains(column) { columns.append(column) }
      guard !table.rows.isEmpty else { return }
      let places = table.columns.map { columns.firstIndex(of: $0) ?? 0 }
      if parts.last?.width != columns.count { parts.append((TSVText(columns: columns), columns.count)) }
      for row in table.rows {
        var cells = [String](repeating: "n/a", count: columns.count)
        for (place, cell) in zip(places, row) { cells[place] = cell }
        cells.replaceSubrange(values.indices, with: values)
        parts[parts.count - 1].table.add(cells)
      }
    }

    /// The table as text, nil without rows; nothing is left here.
    mutating func take() -> String? {
      defer { parts = [] }
      if parts.count == 1, parts[0].width == columns.count { return parts[0].table.text }
      guard !parts.isEmpty else { return nil }
      var text = TSVText(columns: columns).text
      for (table, width) in parts {
        let rest = String(repeating: "\tn/a", count: columns.count - width) + "\n"
        for line in table.text.split(separator: "\n").dropFirst() { text += line + rest }
      }
      return text
    }
  }
}
