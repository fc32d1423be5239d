import PETBinding
package import PETCore
import PETResults

extension StudyReport {
  /// The values of the page for programs: every number in full.
  package var json: JSONValue {
    .object([
      ("Description", .string("What the page group.html shows. " + Product.claim)),
      ("Verdict", .string(StudyPage.verdict(self).line)),
      (
        "Visits",
        .array(
          visits.map { visit in
            .object([
              ("Participant", .string(visit.participant)), ("Session", .string(visit.session ?? "n/a")),
              ("Page", visit.page.map(JSONValue.string) ?? .null), ("Scans", .array(visit.scans.map(JSONValue.string))),
              ("Failures", .array(visit.failures.map(JSONValue.string))),
            ])
          })
      ),
      (
        "Failures",
        .array(
          failures.map {
            .object([("Unit", .string($0.unit)), ("Stage", .string($0.stage)), ("Problem", .string($0.words))])
          })
      ), ("Regions", balances.map { SummaryRow.columns($0.study.systems).json($0.summary) } ?? .array([])),
      ("LogRatios", logRatios), ("Scores", scores),
      ("Quality", qualityValues),
      (
        "Outliers",
        .array(
          outliers.map {
            .object([
              ("Participant", .string($0.visit.participant)), ("Session", .string($0.visit.session ?? "n/a")),
              ("Region", .string($0.region)), ("Measure", .string($0.measure)), ("Value", .number($0.value)),
              ("ModifiedZ", .number($0.z)),
            ])
          })
      ),
      (
        "Analyses",
        .array(analyses.map(\.json))
      ), ("Provenance", provenance.json), ("GeneratedBy", Product.generatedBy),
    ])
  }

  /// z of what everybody is told by among the persons of a session, in the regions of the family.
  private var scores: JSONValue {
    guard let heat = told.flatMap({ HeatTable($0.study, measure: $0.measure, title: $0.title) }) else {
      return .object([])
    }
    return .object(
      heat.scores.regions.enumerated().map { column, region in
        (heat.study.regions[region], .numbers(heat.scores.values.map { $0[column] }))
      })
  }

  /// By quantity and tracer, one value a visit.
  private var qualityValues: JSONValue {
    .array(
      quality.quantities.map { quantity in
        .object([
          ("Quantity", .string(quantity.name)), ("Units", .string(quantity.unit)), ("Tracer", .string(quantity.tracer)),
          (
            "Values",
            .array(
              quantity.values.map {
                .object([
                  ("Participant", .string($0.visit.participant)), ("Session", .string($0.visit.session ?? "n/a")),
                  ("Value", .number($0.value)),
                ])
              })
          ),
        ])
      })
  }

  private var logRatios: JSONValue {
    guard let study else { return .object([]) }
    return .object(
      study.regions.indices.map { (study.regions[$0], .numbers(study.values(StudyTable.logRatio, region: $0))) })
  }
}
