import Mustache
import PETBinding
import PETCore
import PETResults
import PETTracers

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
    report.balances.map { StripFigure.drawing($0.study, summary: $0.summary, title: report.provenance.pipeline) }
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
    if let heat = report.study.flatMap(HeatTable.init) {
      context["heat"] = ["table": heat.html(link: report.page)]
      context["style"] = Templates.figureStyle + Templates.pageStyle + HeatTable.style
    }
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
      switch analysis.table.rows {
      case .contrast: "Contrast" + (question.isEmpty ? "" : ": \(question)")
      case .lassen: "Occupancy, Lassen plots"
      case .occupancy: "Occupancy by region"
      case .reliability: "Reliability"
      case .multiverse: "Multiverse"
      case .universes: "Multiverse" + (question.isEmpty ? "" : ": \(question)")
      case .deviations: "Deviations from the norm"
      case .power: "Persons that a study needs"
      }
    var context: [String: Any] = [
      "title": printable(title), "description": printable(description), "file": printable(analysis.file),
      "table": PageTable<[String]>.html(
        analysis.table.cells, most: Self.mostRows,
        analysis.table.columns.enumerated().map { place, name in
          .init(name, isStatus: name == "status", isNote: name == "note") { $0[place] }
        }, caption: analysis.file),
      "figures": AnalysisFigures.small(analysis).map { ["name": printable($0.title), "figure": $0.drawing.svg] },
    ]
    if let changed = analysis.changed { context["changed"] = printable(changed) }
    if let whole = AnalysisFigures.whole(analysis) {
      context["whole"] = ["figure": whole.svg, "isContrast": analysis.table.kind == "contrast"]
    }
    switch analysis.table.rows {
    case .contrast(let rows):
      if !held.isEmpty { context["held"] = ["names": held.joined(separator: ", ")] }
      if let words = Self.family(rows, analysis.sidecar) { context["family"] = printable(words) }
    case .lassen: context["isLassen"] = true
    case .reliability: context["isReliability"] = true
    default: break
    }
    return context
  }

  /// What q of regions is over, and whether regions differ at all; nil for tables that do not say it.
  private static func family(_ rows: [ContrastRow], _ sidecar: JSONValue?) -> String? {
    guard let family = sidecar?["Family"], let inside = family["Regions"]?.list?.count else { return nil }
    var words = [
      "q of regions is over the \(inside) of the family, from p-pooled: of four regions and more with variances that they tell "
        + "together"
    ]
    if case .object(let outside)? = family["Outside"], !outside.isEmpty {
      words.append("\(outside.count) more (sides, composites, no targets) have effects and no q")
    }
    let p = rows.first { $0.kind == ContrastRow.Kind.difference.rawValue }?.heterogeneity ?? .nan
    if p.isFinite { words.append("p that effects do not differ between regions is \(PageNumber.text(p))") }
    return words.joined(separator: "; ") + "."
  }

  private var regions: String {
    guard let balances = report.balances, !balances.summary.isEmpty else { return "" }
    let rest =
      report.leftOut == 0
      ? "" : "; \(report.leftOut) regions that nobody has a value in stand in group_summary.tsv alone"
    return PageTable.html(
      balances.summary,
      SummaryRow.columns(balances.study.systems).filter { $0.place != .text(\.pair) }.map { .init($0.name, $0.cell) },
      caption: "Regions over persons; limits at \(NumberText.short(100 * report.level)) %" + rest)
  }

  /// One row for each visit: what there is of it, and where to look.
  private var persons: String {
    let far = Dictionary(grouping: report.outliers, by: \.visit)
    typealias Visit = StudyReport.Visit
    func counts(_ visit: Visit) -> VisitCounts? { report.balances?.counts[visit.key] }
    func number(_ value: Int?) -> String { value.map(String.init) ?? "n/a" }
    func words(_ list: [String], _ separator: String) -> String {
      list.isEmpty ? "n/a" : list.joined(separator: separator)
    }
    return PageTable<Visit>.html(
      report.visits,
      [
        .init("participant") { $0.participant }, .init("session") { $0.session ?? "n/a" },
        .init("state", isStatus: true) { visit in
          visit.failures.isEmpty ? "done" : visit.scans.isEmpty ? "failed" : "in part"
        },
        .init("scans") { words($0.scans, ", ") }, .init("with a ratio") { number(counts($0)?.told) },
        .init("regions") { number(counts($0)?.rows) }, .init("flagged") { number(counts($0)?.flagged) },
        .init("outliers") { number(far[$0.key]?.count ?? 0) },
        .init("failures", isNote: true) { words($0.failures, "; ") },
      ], caption: "Persons and visits", link: \.page)
  }

  private var failures: String {
    PageTable<Failure>.html(
      report.failures,
      [.init("unit") { $0.unit }, .init("stage") { $0.stage }, .init("problem", isNote: true) { $0.words }],
      caption: "What failed, and why")
  }

  private func outliers(_ outliers: [StudyReport.Outlier]) -> String {
    PageTable<StudyReport.Outlier>.html(
      outliers,
      [
        .init("participant") { $0.visit.participant }, .init("session") { $0.visit.session ?? "n/a" },
        .init("region") { $0.region }, .init("log-ratio") { NumberText.exact($0.value) },
        .init("modified z") { NumberText.exact($0.z) },
      ], caption: "Log ratios far from those of the others"
    ) { report.page(of: $0.visit) }
  }
}

extension StudyReport.Visit {
  fileprivate var key: StudyTable.Visit { StudyTable.Visit(participant: participant, session: session) }
}
