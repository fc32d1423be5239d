import PETBinding
import PETCore
import PETResults
import PETTracers

/// What a study's page paints on a person's head.
struct StudyBrains {
  private let report: StudyReport

  init(_ report: StudyReport) { self.report = report }

  /// The mean log ratio of the first session, and where the first contrast there is, of groups before others, has an effect, painted
  /// on a person's head.
  var all: [(name: String, title: String, figure: BrainFigure)] {
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
    if let contrast {
      // An effect that may be none is not painted: colours would say that there is one.
      let told = contrast.rows.filter { $0.discovery.isFinite }
      let found = told.filter { $0.discovery < 0.05 }
      let title = "\(contrast.question), where q is below 0.05: \(found.count) of \(told.count) regions"
      let effects = (told.isEmpty ? contrast.rows : found).map { (region: $0.region, value: $0.effect) }
      if !effects.isEmpty {
        brains.append(
          (
            "brain-contrast", told.isEmpty ? contrast.question : title,
            figure(effects, end: nil, measure: "effect on \(contrast.measure)", title: title)
          ))
      }
    }
    return brains
  }

  /// The contrast that is painted; nil without any.
  private var contrast: (rows: [ContrastRow], question: String, measure: String)? {
    guard let own = report.contrasts.first, let rows = own.contrast?.rows else { return nil }
    return (
      rows.filter { $0.kind == ContrastRow.Kind.region.rawValue }, own.sidecar?[Sidecar.question]?.string ?? "contrast",
      own.sidecar?[Sidecar.measure]?.string ?? "measure"
    )
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
}
