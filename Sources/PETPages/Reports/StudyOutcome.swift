package import PETBinding
import PETCore

/// What a study of one system has of everybody: the parameter that its model is for.
package struct StudyOutcome: Sendable {
  package let study: StudyTable
  /// Symbol, the study's measure.
  package let measure: String
  package let unit: String
  package let tracer: String

  package init(study: StudyTable, measure: String, unit: String, tracer: String) {
    (self.study, self.measure, self.unit, self.tracer) = (study, measure, unit, tracer)
  }

  /// `BPND`, or `VT, mL/cm3`.
  var title: String { unit.isEmpty || unit == "unitless" ? measure : "\(measure), \(unit)" }

  /// One region over the visits of a session.
  struct Row {
    let region: String
    let session: String?
    let visits: Int
    let moments: Moments
    let least: Double
    let most: Double
  }

  /// By region and session; visits without an estimate do not count.
  var rows: [Row] {
    let sessions = Set(study.visits.map(\.session)).sorted { ($0 ?? "") < ($1 ?? "") }
    return sessions.flatMap { session in
      let places = study.places(session: session)
      return study.regions.indices.map { region in
        let all = study.values(measure, region: region)
        let own = places.map { all[$0] }.filter(\.isFinite)
        return Row(
          region: study.regions[region], session: session, visits: places.count, moments: Moments(own),
          least: own.min() ?? .nan, most: own.max() ?? .nan)
      }
    }
  }
}
