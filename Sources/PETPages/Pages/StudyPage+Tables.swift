import PETBinding
import PETCore
import PETResults
import PETTracers

/// The tables of a study's page.
extension StudyPage {
  var regions: String {
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
          PageCell($0.ratio.mean, error: PageCell.error($0.ratio.low, $0.ratio.high))
        },
        own.shown(.number(\.ratio.low), "limits") { .limits($0.ratio.low, $0.ratio.high) },
        own.shown(.number(\.logRatio.mean), "log ratio, mean", isExtra: true),
        own.shown(.number(\.logRatio.sd), "log ratio, SD"), own.shown(.number(\.numerator.mean), "\(a), mean"),
        own.shown(.number(\.numerator.sd), "SD"), own.shown(.number(\.denominator.mean), "\(b), mean"),
        own.shown(.number(\.denominator.sd), "SD"),
        own.shown(.number(\.coupling.value), "correlation") {
          PageCell($0.coupling.value, error: PageCell.error($0.coupling.low, $0.coupling.high))
        },
        own.shown(.number(\.coupling.low), "limits") { .limits($0.coupling.low, $0.coupling.high) },
        own.shown(.number(\.probability), "p", isExtra: true), own.shown(.number(\.discovery), "q"),
        own.shown(.number(\.reliabilities.a), "reliability of \(a)", isExtra: true),
        own.shown(.number(\.reliabilities.b), "reliability of \(b)", isExtra: true),
        own.shown(.number(\.corrected.value), "correlation corrected for error", isExtra: true),
        own.shown(.number(\.corrected.low), "limits of the corrected correlation", isExtra: true) {
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
  var quality: [String: Any] {
    typealias Quantity = StudyQuality.Quantity
    let all = report.quality.quantities
    // As precise as the quantity's own spread.
    func number(_ value: Double, of quantity: Quantity) -> PageCell {
      PageCell(value, error: PageCell.error(quantity.quantile(0.25), quantity.quantile(0.75)))
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
          "name": printable("\(quantity.title), \(quantity.tracer)"),
          "figure": QualityFigure.drawing(quantity, places).svg,
        ]
      },
    ]
  }

  /// Visits to look at.
  func look(_ doubts: [StudyReport.Doubt]) -> String {
    var table = PageTable<StudyReport.Doubt>(
      "Table of visits to look at", caption: "Visits to look at",
      [
        .init("participant") { $0.visit.participant },
        hasSessions ? .init("session") { $0.visit.session ?? "n/a" } : nil,
        .init("why") { $0.reasons.joined(separator: "; ") },
      ])
    table.link = \.visit.page
    return table.html(doubts)
  }

  /// One row for each visit: what there is of it.
  var persons: String {
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
      ] + known)
    table.link = \.page
    return table.html(report.visits)
  }

  /// What is known of persons besides, which they can be grouped by.
  private var known: [PageTable<StudyReport.Visit>.Column?] {
    report.persons.telling(Set(report.visits.map(\.participant))).map { column in
      var own = PageTable<StudyReport.Visit>.Column(column.name, isExtra: true) {
        column.values[$0.participant] ?? "n/a"
      }
      own.isGrouping = true
      return own
    }
  }

  private var hasSessions: Bool { report.visits.contains { $0.session != nil } }

  var failures: String {
    let columns: [PageTable<Failure>.Column] = [
      .init("unit") { $0.unit }, .init("stage") { $0.stage }, .init("problem") { $0.words },
    ]
    return PageTable("Table of failures", caption: "What failed, and why", columns).html(report.failures)
  }

  func outliers(_ outliers: [StudyReport.Outlier]) -> String {
    var table = PageTable<StudyReport.Outlier>(
      "Table of outliers", caption: "Values far from those of the others",
      [
        .init("participant") { $0.visit.participant },
        hasSessions ? .init("session") { $0.visit.session ?? "n/a" } : nil,
        .init("region") { $0.region }, .init("measure") { $0.title },
        .init("value") { NumberText.exact($0.value) },
        .init("modified z") { NumberText.exact($0.z) },
      ])
    table.link = { report.page(of: $0.visit) }
    return table.html(outliers)
  }
}
