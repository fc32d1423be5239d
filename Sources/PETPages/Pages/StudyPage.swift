import Mustache
import PETBinding
import PETCore
import PETResults
import PETTracers

/// A study as a self-contained page, with links to the pages of its persons.
package struct StudyPage: Sendable {
  let report: StudyReport
  /// In the table of persons.
  let places: VisitPlaces

  package init(_ report: StudyReport) {
    self.report = report
    places = VisitPlaces(report.visits.map(\.key))
  }

  package var html: String { Templates.study.render(context) }

  package var figures: [PersonPage.Figure] {
    var figures: [PersonPage.Figure] = []
    figures += StudyBrains(report).all.map { ($0.name, $0.figure.drawing) }
    if let strip { figures.append(("study", strip)) }
    for region in couplings {
      guard let study = report.study else { continue }
      let name = HTML.identifier(study.regions[region])
      figures.append(("coupling-\(name)", CouplingFigure.drawing(study, region: region, places)))
    }
    for quantity in report.quality.quantities where quantity.isDrawn {
      let name = HTML.identifier("\(quantity.name) \(quantity.tracer)")
      figures.append(("quality-\(name)", QualityFigure.drawing(quantity, places)))
    }
    for analysis in report.analyses {
      let name = HTML.identifier(String(analysis.file.dropLast(".tsv".count)))
      if let whole = AnalysisFigures.whole(analysis) { figures.append((name, whole)) }
      for small in AnalysisFigures.small(analysis, places) {
        figures.append(("\(name)-\(HTML.identifier(small.title))", small.drawing))
      }
    }
    return figures
  }

  /// Regions of the family in which somebody has values of both systems; of a study without a family all such regions.
  private var couplings: [Int] {
    guard let study = report.study else { return [] }
    let told = study.regions.indices.filter { !CouplingFigure.points(study, region: $0).isEmpty }
    let outside = StudyFamily.outside(study.regions)
    let family = told.filter { outside[study.regions[$0]] == nil }
    return family.isEmpty ? told : family
  }

  /// The correlation of a region over persons; empty where there is none, or several sessions have one each.
  private func coupling(_ study: StudyTable, _ region: Int) -> String {
    let rows =
      report.balances?.summary.filter { $0.region == study.regions[region] && $0.coupling.value.isFinite } ?? []
    guard rows.count == 1 else { return "" }
    let count = CouplingFigure.points(study, region: region).count
    return "r \(PageNumber.text(rows[0].coupling.value, decimals: 2)), n \(count)"
  }

  private var strip: Drawing? {
    report.balances.map {
      StripFigure($0.study, summary: $0.summary, title: report.provenance.pipeline).drawing(places)
    } ?? report.outcome.map { StripFigure($0).drawing(places) }
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
      "title": printable(report.name ?? "Study: \(report.provenance.pipeline)"),
      "style": Templates.figureStyle + Templates.pageStyle,
      "script": Templates.script + Templates.studyScript, "product": "\(Product.name) \(Product.version)",
      "claim": Product.claim,
      "verdict": verdict.line, "verdictLevel": verdict.level.rawValue, "persons": persons,
      "twin": ResultFile.studyTwin.name,
      "pipeline": report.provenance.pipeline, "summary": printable(report.provenance.summary),
      "digest": report.provenance.digest, "command": report.provenance.command,
    ]
    let answers = report.contrasts.compactMap(ContrastWords.sentence).map(printable)
    if !answers.isEmpty { context["answers"] = ["list": answers] }
    let brains = StudyBrains(report).all
    if !brains.isEmpty {
      context["brains"] = [
        "figures": brains.map { brain in
          let whose = "Drawn on the head of \(report.brain?.person ?? "a person")."
          var own = brain.figure.context(on: whose)
          own["title"] = printable(brain.title)
          return own
        }
      ]
    }
    if let heat = report.told.flatMap({ HeatTable($0.study, measure: $0.measure, title: $0.title) }) {
      context["told"] = report.told?.title ?? ""
      context["heat"] = [
        "table": heat.html(link: report.page), "areMany": heat.study.visits.count > Self.manyVisits,
      ]
      context["style"] = Templates.figureStyle + Templates.pageStyle + HeatTable.style
    }
    let (doubts, common) = (report.doubts, report.commonlyFlagged)
    if !doubts.isEmpty || !common.isEmpty {
      let words = common.map { "\($0.region) in \($0.count) of \(report.balances?.counts.count ?? 0)" }
      var look: [String: Any] = [
        "table": doubts.isEmpty ? "" : self.look(doubts), "count": doubts.count, "visits": report.visits.count,
      ]
      // A template takes empty words for words.
      if !words.isEmpty { look["common"] = printable(words.joined(separator: ", ")) }
      context["look"] = look
    }
    context["areManyVisits"] = report.visits.count > Self.fewVisits
    context["visits"] = report.visits.count
    if !report.failures.isEmpty { context["failures"] = ["table": failures] }
    if let strip { context["regions"] = ["figure": strip.svg, "table": regions, "hasLimits": report.balances != nil] }
    if let study = report.study, study.visits.count > 1 {
      context["coupling"] = [
        "numerator": study.systems.numerator.rawValue, "denominator": study.systems.denominator.rawValue,
        "figures": couplings.map { region in
          [
            "name": printable(study.regions[region]),
            "figure": CouplingFigure.drawing(study, region: region, places).svg,
            "words": coupling(study, region),
          ]
        },
      ]
    }
    if !report.quality.quantities.isEmpty { context["quality"] = quality }
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
    let held = analysis.sidecar?[Sidecar.covariates]?.list?.compactMap(\.string) ?? []
    let title = analysis.title
    var table = PageTable<[String]>(
      "Table of \(title), \(analysis.file)", caption: analysis.file, AnalysisColumns.of(analysis.table))
    table.most = Self.mostRows
    var context: [String: Any] = [
      "title": printable(title), "description": printable(description), "file": printable(analysis.file),
      "table": table.html(analysis.table.cells),
      "figures": AnalysisFigures.small(analysis, places).map {
        ["name": printable($0.title), "figure": $0.drawing.svg]
      },
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

  /// Everybody of more visits has a window of its own, so that what comes after is in reach.
  private static let manyVisits = 60
  /// A table of more visits is shown when it is asked for: what is to be looked at stands above it.
  private static let fewVisits = 12
}
