import Mustache
import PETBinding
import PETCore
import PETResults

/// A study as a self-contained page, with links to the pages of its persons.
package struct StudyPage: Sendable {
  private let report: StudyReport

  package init(_ report: StudyReport) { self.report = report }

  package var html: String { Templates.study.render(context) }

  package var figures: [PersonPage.Figure] {
    var figures: [PersonPage.Figure] = []
    if let strip { figures.append(("study", strip)) }
    for (region, name) in (report.study?.regions ?? []).enumerated() {
      guard let study = report.study else { continue }
      figures.append(("coupling-\(HTML.identifier(name))", CouplingFigure.drawing(study, region: region)))
    }
    for analysis in report.analyses {
      let name = HTML.identifier(String(analysis.file.dropLast(".tsv".count)))
      if let whole = AnalysisFigures.whole(analysis) { figures.append((name, whole)) }
      for small in AnalysisFigures.small(analysis) {
        figures.append(("\(name)-\(HTML.identifier(small.title))", small.drawing))
      }
    }
    return figures
  }

  private var strip: Drawing? {
    report.study.map { StripFigure.drawing($0, summary: report.summary, title: report.provenance.pipeline) }
  }

  /// What is said first.
  static func verdict(_ report: StudyReport) -> (level: Verdict.Level, line: String) {
    let persons = Set(report.visits.map(\.participant)).count
    let balances = report.study?.visits.count ?? 0
    let failures = report.failures.count
    let words =
      "\(persons) \(persons == 1 ? "person" : "persons"), "
      + (report.isPairExpected ? "\(balances) \(balances == 1 ? "balance" : "balances"), " : "")
      + "\(failures) \(failures == 1 ? "failure" : "failures")."
    let doubtful = report.study?.leftOut[BalanceStatus.dataDoubtful.rawValue] ?? 0
    let left = doubtful > 0 ? " \(doubtful) rows of regions are left out: the data of a scan are in doubt." : ""
    return (
      failures > 0 ? .bad : doubtful > 0 ? .look : .good, (failures > 0 ? "In part: " : "Complete: ") + words + left
    )
  }

  private var context: [String: Any] {
    let verdict = Self.verdict(report)
    var context: [String: Any] = [
      "title": printable("Study: \(report.provenance.pipeline)"), "style": Templates.figureStyle + Templates.pageStyle,
      "script": Templates.script, "product": "\(Product.name) \(Product.version)", "claim": Product.claim,
      "verdict": verdict.line, "verdictLevel": verdict.level.rawValue, "persons": persons,
      "twin": ResultFile.studyTwin.name,
      "pipeline": report.provenance.pipeline, "summary": printable(report.provenance.summary),
      "digest": report.provenance.digest, "command": report.provenance.command,
    ]
    if !report.failures.isEmpty { context["failures"] = ["table": failures] }
    if let strip { context["regions"] = ["figure": strip.svg, "table": regions] }
    if let study = report.study, study.visits.count > 1 {
      context["coupling"] = [
        "numerator": study.systems.numerator.rawValue, "denominator": study.systems.denominator.rawValue,
        "figures": study.regions.indices.map { region in
          ["name": printable(study.regions[region]), "figure": CouplingFigure.drawing(study, region: region).svg]
        },
      ]
    }
    let outliers = report.outliers
    if !outliers.isEmpty { context["outliers"] = ["table": self.outliers(outliers)] }
    if !report.analyses.isEmpty || !report.passedOver.isEmpty {
      context["analyses"] = [
        "list": report.analyses.map(analysis), "hasPassedOver": !report.passedOver.isEmpty,
        "passedOver": report.passedOver.map { ["file": printable($0.file), "reason": printable($0.reason)] },
      ]
    }
    return context
  }

  /// A table of an analysis with more rows is shown in part: the file has the rest.
  private static let mostRows = 2000

  private func analysis(_ analysis: AnalysisReport) -> [String: Any] {
    let description = analysis.sidecar?["Description"]?.string ?? ""
    let question = analysis.sidecar?[Sidecar.question]?.string ?? ""
    let held = analysis.sidecar?[Sidecar.covariates]?.list?.compactMap(\.string) ?? []
    let title =
      switch analysis.kind {
      case .contrast: "Contrast" + (question.isEmpty ? "" : ": \(question)")
      case .lassen: "Occupancy, Lassen plots"
      case .occupancy: "Occupancy by region"
      case .reliability: "Reliability"
      case .multiverse: "Multiverse"
      case .deviations: "Deviations from the norm"
      }
    var context: [String: Any] = [
      "title": printable(title), "description": printable(description), "file": printable(analysis.file),
      "table": PageTable.html(
        analysis.table, most: Self.mostRows,
        analysis.table.columns.map { .init($0, isStatus: $0 == "status", isNote: $0 == "note") },
        caption: analysis.file),
      "figures": AnalysisFigures.small(analysis).map { ["name": printable($0.title), "figure": $0.drawing.svg] },
    ]
    if let changed = analysis.changed { context["changed"] = printable(changed) }
    if let whole = AnalysisFigures.whole(analysis) {
      context["whole"] = ["figure": whole.svg, "isContrast": analysis.kind == .contrast]
    }
    if analysis.kind == .contrast, !held.isEmpty { context["held"] = ["names": held.joined(separator: ", ")] }
    if analysis.kind == .lassen { context["isLassen"] = true }
    if analysis.kind == .reliability { context["isReliability"] = true }
    return context
  }

  private var regions: String {
    guard let summary = report.summary else { return "" }
    let rest =
      report.leftOut == 0
      ? "" : "; \(report.leftOut) regions that nobody has a value in stand in group_summary.tsv alone"
    return PageTable.html(
      summary,
      summary.columns.filter { $0 != "pair" }.map { .init($0) },
      caption: "Regions over persons; limits at \(NumberText.short(100 * report.level)) %" + rest)
  }

  /// One row for each visit: what there is of it, and where to look.
  private var persons: String {
    var ratios: [String: (told: Int, rows: Int, flagged: Int)] = [:]
    if let table = report.balance, let person = table.column("participant_id"),
      let session = table.column("session_id"), let ratio = table.column("ratio"), let status = table.column("status")
    {
      for row in table.rows {
        let key = row[person] + "\t" + row[session]
        var own = ratios[key] ?? (0, 0, 0)
        own.rows += 1
        if PageNumber.value(row[ratio]) != nil { own.told += 1 }
        if row[status] != BalanceStatus.ok.rawValue { own.flagged += 1 }
        ratios[key] = own
      }
    }
    let far = Dictionary(grouping: report.outliers, by: \.visit)
    var table = TSVText(
      columns: [
        "participant", "session", "state", "scans", "with a ratio", "regions", "flagged", "outliers", "failures",
      ])
    var pages: [String?] = []
    for visit in report.visits {
      let own = ratios[visit.participant + "\t" + (visit.session ?? "n/a")]
      let state = visit.failures.isEmpty ? "done" : visit.scans.isEmpty ? "failed" : "in part"
      let key = StudyTable.Visit(participant: visit.participant, session: visit.session)
      table.add([
        visit.participant, visit.session ?? "", state, visit.scans.joined(separator: ", "),
        own.map { "\($0.told)" } ?? "", own.map { "\($0.rows)" } ?? "", own.map { "\($0.flagged)" } ?? "",
        "\(far[key]?.count ?? 0)", visit.failures.joined(separator: "; "),
      ])
      pages.append(visit.page)
    }
    guard let read = try? TSVTable(text: table.text, file: "persons") else { return "" }
    var place = -1
    return PageTable.html(
      read,
      read.columns.map { .init($0, isStatus: $0 == "state", isNote: $0 == "failures") },
      caption: "Persons and visits"
    ) { _ in
      place += 1
      return pages[place]
    }
  }

  private var failures: String {
    var table = TSVText(columns: ["unit", "stage", "problem"])
    for failure in report.failures { table.add([failure.unit, failure.stage, failure.words]) }
    guard let read = try? TSVTable(text: table.text, file: "failures") else { return "" }
    return PageTable.html(
      read, [.init("unit"), .init("stage"), .init("problem", isNote: true)], caption: "What failed, and why")
  }

  private func outliers(_ outliers: [StudyReport.Outlier]) -> String {
    var table = TSVText(columns: ["participant", "session", "region", "log-ratio", "modified z"])
    for own in outliers {
      table.add([
        own.visit.participant, own.visit.session ?? "", own.region, NumberText.exact(own.value),
        NumberText.exact(own.z),
      ])
    }
    guard let read = try? TSVTable(text: table.text, file: "outliers") else { return "" }
    var place = -1
    return PageTable.html(
      read, read.columns.map { .init($0) }, caption: "Log ratios far from those of the others"
    ) { _ in
      place += 1
      return report.page(of: outliers[place].visit)
    }
  }
}
