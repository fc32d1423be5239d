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
    figures += brains.map { ($0.name, $0.figure.drawing) }
    if let strip { figures.append(("study", strip)) }
    for region in couplings {
      guard let study = report.study else { continue }
      let name = HTML.identifier(study.regions[region])
      figures.append(("coupling-\(name)", CouplingFigure.drawing(study, region: region)))
    }
    for quantity in report.quality.quantities where quantity.isDrawn {
      let name = HTML.identifier("\(quantity.name) \(quantity.tracer)")
      figures.append(("quality-\(name)", QualityFigure.drawing(quantity)))
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

  /// Regions in which somebody has values of both systems.
  private var couplings: [Int] {
    guard let study = report.study else { return [] }
    return study.regions.indices.filter { !CouplingFigure.points(study, region: $0).isEmpty }
  }

  /// The correlation of a region over persons; empty where there is none, or several sessions have one each.
  private func coupling(_ study: StudyTable, _ region: Int) -> String {
    let rows =
      report.balances?.summary.filter { $0.region == study.regions[region] && $0.coupling.value.isFinite } ?? []
    guard rows.count == 1 else { return "" }
    let count = CouplingFigure.points(study, region: region).count
    return "r \(PageNumber.text(rows[0].coupling.value, decimals: 2)), n \(count)"
  }

  /// The mean log ratio of the first session, and the effect of the first contrast there is, painted on a person's head.
  private var brains: [(name: String, title: String, figure: BrainFigure)] {
    guard let slices = report.brain else { return [] }
    guard let balances = report.balances else { return outcomeBrain(slices).map { [$0] } ?? [] }
    let systems = balances.study.systems
    let log = "log ratio, \(systems.numerator.rawValue) over \(systems.denominator.rawValue)"
    func figure(_ rows: [(region: String, value: Double)], end: Double?, measure: String, title: String) -> BrainFigure
    {
      BrainFigure(
        slices, rows, without: ReferenceRegions(report.references), kind: .diverging, end: end, measure: measure,
        unit: "unitless", title: title)
    }
    let session = balances.summary.first?.session ?? "n/a"
    let rows = balances.summary.filter { $0.session == session }.map { (region: $0.region, value: $0.logRatio.mean) }
    let persons = balances.summary.filter { $0.session == session }.compactMap(\.persons).max() ?? 0
    let title = "Mean of \(persons) \(persons == 1 ? "person" : "persons")" + (session == "n/a" ? "" : ", \(session)")
    var brains = [("brain", title, figure(rows, end: report.colourEnd, measure: log, title: title))]
    for analysis in report.analyses {
      guard case .contrast(let rows) = analysis.table.rows else { continue }
      let question = analysis.sidecar?[Sidecar.question]?.string ?? "contrast"
      let measure = analysis.sidecar?[Sidecar.measure]?.string ?? "measure"
      let effects = rows.filter { $0.kind != ContrastRow.Kind.difference.rawValue }.map {
        (region: $0.region, value: $0.effect)
      }
      brains.append(
        ("brain-contrast", question, figure(effects, end: nil, measure: "effect on \(measure)", title: question)))
      break
    }
    return brains
  }

  /// The mean of the outcome of a study of one system.
  private func outcomeBrain(_ slices: BrainSlices) -> (name: String, title: String, figure: BrainFigure)? {
    guard let outcome = report.outcome else { return nil }
    let session = outcome.rows.first?.session
    let rows = outcome.rows.filter { $0.session == session }
    let persons = rows.first?.visits ?? 0
    let title = "Mean of \(persons) \(persons == 1 ? "person" : "persons")" + (session.map { ", \($0)" } ?? "")
    let figure = BrainFigure(
      slices, rows.map { ($0.region, $0.moments.mean) }, without: ReferenceRegions(report.references),
      kind: .sequential, end: nil, measure: "\(outcome.measure), \(outcome.tracer)", unit: outcome.unit, title: title)
    return ("brain", title, figure)
  }

  private var strip: Drawing? {
    report.balances.map { StripFigure($0.study, summary: $0.summary, title: report.provenance.pipeline).drawing }
      ?? report.outcome.map { StripFigure($0).drawing }
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
      "script": Templates.script, "product": "\(Product.name) \(Product.version)", "claim": Product.claim,
      "verdict": verdict.line, "verdictLevel": verdict.level.rawValue, "persons": persons,
      "twin": ResultFile.studyTwin.name,
      "pipeline": report.provenance.pipeline, "summary": printable(report.provenance.summary),
      "digest": report.provenance.digest, "command": report.provenance.command,
    ]
    let brains = brains
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
      context["heat"] = ["table": heat.html(link: report.page)]
      context["style"] = Templates.figureStyle + Templates.pageStyle + HeatTable.style
    }
    let (doubtful, common) = (doubtful, commonlyFlagged)
    if !doubtful.isEmpty || !common.isEmpty {
      let words = common.map { "\($0.region) in \($0.count) of \(report.balances?.counts.count ?? 0)" }
      context["look"] = [
        "table": doubtful.isEmpty ? "" : look(doubtful), "count": doubtful.count, "visits": report.visits.count,
        "common": printable(words.joined(separator: ", ")),
      ]
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
            "name": printable(study.regions[region]), "figure": CouplingFigure.drawing(study, region: region).svg,
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
    var table = PageTable<[String]>(
      "Table of \(title), \(analysis.file)", caption: analysis.file, AnalysisColumns.of(analysis.table))
    table.most = Self.mostRows
    var context: [String: Any] = [
      "title": printable(title), "description": printable(description), "file": printable(analysis.file),
      "table": table.html(analysis.table.cells),
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
    if let outcome = report.outcome { return regions(of: outcome) }
    guard let balances = report.balances, !balances.summary.isEmpty else { return "" }
    let rest =
      report.leftOut == 0
      ? "" : "; \(report.leftOut) regions that nobody has a value in stand in group_summary.tsv alone"
    let own = SummaryRow.columns(balances.study.systems)
    let (a, b) = (balances.study.systems.numerator.rawValue, balances.study.systems.denominator.rawValue)
    let table = PageTable<SummaryRow>(
      "Table of regions", caption: "Regions over persons; limits at \(NumberText.short(100 * report.level)) %" + rest,
      [
        own.shown(.text(\.region)), hasSessions ? own.shown(.text(\.session), "session") : nil,
        own.shown(.count(\.count), "with a ratio"),
        own.shown(.count(\.persons)),
        own.shown(.number(\.ratio.mean), "geometric mean ratio") {
          PageCell(PageCell($0.ratio.mean).parts, error: PageCell.error($0.ratio.low, $0.ratio.high))
        },
        own.shown(.number(\.ratio.low), "limits") { .limits($0.ratio.low, $0.ratio.high) },
        own.shown(.number(\.logRatio.mean), "log ratio, mean", isExtra: true),
        own.shown(.number(\.logRatio.sd), "log ratio, SD"), own.shown(.number(\.numerator.mean), "\(a), mean"),
        own.shown(.number(\.numerator.sd), "SD"), own.shown(.number(\.denominator.mean), "\(b), mean"),
        own.shown(.number(\.denominator.sd), "SD"),
        own.shown(.number(\.coupling.value), "correlation") {
          PageCell(PageCell($0.coupling.value).parts, error: PageCell.error($0.coupling.low, $0.coupling.high))
        },
        own.shown(.number(\.coupling.low), "limits") { .limits($0.coupling.low, $0.coupling.high) },
        own.shown(.number(\.probability), "p", isExtra: true), own.shown(.number(\.discovery), "q"),
        own.shown(.number(\.reliabilities.a), "reliability of \(a)", isExtra: true),
        own.shown(.number(\.reliabilities.b), "reliability of \(b)", isExtra: true),
        own.shown(.number(\.corrected.value), "correlation corrected for error", isExtra: true),
        own.shown(.number(\.corrected.low), "its limits", isExtra: true) {
          .limits($0.corrected.low, $0.corrected.high)
        },
      ])
    return table.html(balances.summary)
  }

  private func regions(of outcome: StudyOutcome) -> String {
    let table = PageTable<StudyOutcome.Row>(
      "Table of regions", caption: "Regions over persons: \(outcome.title) of \(outcome.tracer)",
      [
        .init("region") { $0.region }, hasSessions ? .init("session") { $0.session ?? "n/a" } : nil,
        .init("with an estimate") { "\($0.moments.count)" }, .init("visits") { "\($0.visits)" },
        .init("mean", .cell { PageCell($0.moments.mean) }), .init("SD", .cell { PageCell($0.moments.sd) }),
        .init("least", .cell { PageCell($0.least) }), .init("most", .cell { PageCell($0.most) }),
      ])
    return table.html(outcome.rows)
  }

  /// How good everybody's scans are, as distributions and as a table.
  private var quality: [String: Any] {
    typealias Quantity = StudyQuality.Quantity
    let all = report.quality.quantities
    // As precise as the quantity's own spread.
    func number(_ value: Double, of quantity: Quantity) -> PageCell {
      PageCell(PageCell(value).parts, error: PageCell.error(quantity.quantile(0.25), quantity.quantile(0.75)))
    }
    let table = PageTable<Quantity>(
      "Table of quality", caption: "Quality of the scans over visits",
      [
        .init("quantity") { $0.title }, .init("tracer") { $0.tracer }, .init("visits") { "\($0.values.count)" },
        .init("median", .cell { number($0.quantile(0.5), of: $0) }),
        .init("quartiles", .cell { .limits($0.quantile(0.25), $0.quantile(0.75)) }),
        .init("least", .cell { number($0.quantile(0), of: $0) }),
        .init("most", .cell { number($0.quantile(1), of: $0) }),
        .init("far from the others") { "\($0.outliers.count)" },
      ])
    return [
      "table": table.html(all),
      "figures": all.filter(\.isDrawn).map { quantity in
        [
          "name": printable("\(quantity.title), \(quantity.tracer)"), "figure": QualityFigure.drawing(quantity).svg,
        ]
      },
    ]
  }

  /// A table of more visits is shown when it is asked for: what is to be looked at stands above it.
  private static let fewVisits = 12

  /// Visits that somebody should look at, and why, those with most to see first.
  private var doubtful: [Doubt] {
    let far = Dictionary(grouping: report.outliers, by: \.visit)
    let odd = report.quality.outliers
    let common = Set(commonlyFlagged.map(\.region))
    return report.visits.compactMap { visit in
      var reasons = visit.failures.map { "failed: \($0)" }
      let flagged = report.balances?.counts[visit.key]?.flaggedRegions.filter { !common.contains($0) } ?? []
      if !flagged.isEmpty {
        let rest = flagged.count > 4 ? " and \(flagged.count - 4) more" : ""
        reasons.append("flagged: " + flagged.prefix(4).joined(separator: ", ") + rest)
      }
      if let own = odd[visit.key] {
        reasons.append("quality far from that of the others: " + own.joined(separator: ", "))
      }
      if let own = far[visit.key] {
        let most = own.prefix(3).map { "\($0.region) (z \(PageNumber.text($0.z, decimals: 1)))" }
        let rest = own.count > most.count ? " and \(own.count - most.count) more" : ""
        reasons.append("far from the others: " + most.joined(separator: ", ") + rest)
      }
      return reasons.isEmpty ? nil : (visit, reasons)
    }.sorted { a, b in
      (a.visit.failures.isEmpty ? 1 : 0, -a.reasons.count) < (b.visit.failures.isEmpty ? 1 : 0, -b.reasons.count)
    }
  }

  /// Regions that are flagged in more than half of the visits, and in how many: the study's flags, not a person's.
  private var commonlyFlagged: [(region: String, count: Int)] {
    guard let balances = report.balances, balances.counts.count > 1 else { return [] }
    var counts: [String: Int] = [:]
    for region in balances.counts.values.flatMap(\.flaggedRegions) { counts[region, default: 0] += 1 }
    return balances.study.regions.compactMap { region in
      counts[region].flatMap { 2 * $0 > balances.counts.count ? (region, $0) : nil }
    }
  }

  private typealias Doubt = (visit: StudyReport.Visit, reasons: [String])

  private func look(_ doubtful: [Doubt]) -> String {
    var table = PageTable<Doubt>(
      "Table of visits to look at", caption: "Visits to look at",
      [
        .init("participant") { $0.visit.participant },
        hasSessions ? .init("session") { $0.visit.session ?? "n/a" } : nil,
        .init("why") { $0.reasons.joined(separator: "; ") },
      ])
    table.link = \.visit.page
    return table.html(doubtful)
  }

  /// One row for each visit: what there is of it.
  private var persons: String {
    let far = Dictionary(grouping: report.outliers, by: \.visit)
    typealias Visit = StudyReport.Visit
    func counts(_ visit: Visit) -> VisitCounts? { report.balances?.counts[visit.key] }
    func number(_ value: Int?) -> String { value.map(String.init) ?? "n/a" }
    func words(_ list: [String], _ separator: String) -> String {
      list.isEmpty ? "n/a" : list.joined(separator: separator)
    }
    var table = PageTable<Visit>(
      "Table of persons", caption: "Persons and visits",
      [
        .init("participant") { $0.participant }, hasSessions ? .init("session") { $0.session ?? "n/a" } : nil,
        .status("state", of: { $0.failures.isEmpty ? "done" : $0.scans.isEmpty ? "failed" : "in part" }),
        .init("scans") { words($0.scans, ", ") }, .init("with a ratio") { number(counts($0)?.told) },
        .init("regions") { number(counts($0)?.rows) }, .init("flagged") { number(counts($0)?.flagged) },
        .init("outliers") { number(far[$0.key]?.count ?? 0) }, .init("failures", .notes(\.failures)),
      ])
    table.link = \.page
    return table.html(report.visits)
  }

  private var hasSessions: Bool { report.visits.contains { $0.session != nil } }

  private var failures: String {
    let columns: [PageTable<Failure>.Column] = [
      .init("unit") { $0.unit }, .init("stage") { $0.stage }, .init("problem") { $0.words },
    ]
    return PageTable("Table of failures", caption: "What failed, and why", columns).html(report.failures)
  }

  private func outliers(_ outliers: [StudyReport.Outlier]) -> String {
    var table = PageTable<StudyReport.Outlier>(
      "Table of outliers", caption: "Values far from those of the others",
      [
        .init("participant") { $0.visit.participant },
        hasSessions ? .init("session") { $0.visit.session ?? "n/a" } : nil,
        .init("region") { $0.region },
        .init(report.told?.title.replacing("the ", with: "") ?? "value") { NumberText.exact($0.value) },
        .init("modified z") { NumberText.exact($0.z) },
      ])
    table.link = { report.page(of: $0.visit) }
    return table.html(outliers)
  }
}

extension StudyReport.Visit {
  fileprivate var key: StudyTable.Visit { StudyTable.Visit(participant: participant, session: session) }
}
