import PETCore
import PETRegistration

/// The resolution of every scan of a study, then of every scanner and tracer, as a table.
package struct ResolutionText: Sendable {
  private let survey: ResolutionSurvey

  package init(_ survey: ResolutionSurvey) { self.survey = survey }

  package var tsv: String {
    var text = TSVText(columns: [
      "participant_id", "session_id", "scan", "tracer", "scanner", "fwhm-mm", "fwhm-se-mm", "displacement-mm",
      "displacement-se-mm", "misfit", "note",
    ])
    func number(_ value: Double?) -> String { NumberText.exact(Rounding.significant(value ?? .nan, digits: 6)) }
    for row in survey.rows {
      let own = row.alignment
      text.add([
        row.participant, row.session ?? "n/a", row.scan, row.tracer, row.scanner ?? "n/a", number(own?.fwhm.value),
        number(own?.fwhm.standardError), number(own?.displacement), number(own?.error), number(own?.misfit),
        row.note ?? "n/a",
      ])
    }
    for group in survey.groups {
      text.add([
        "median", "n/a", "n/a", group.tracer, group.scanner ?? "n/a", number(group.median), "n/a", "n/a", "n/a", "n/a",
        "\(group.count) scans, \(NumberText.fixed(group.range.lowerBound, decimals: 1)) to "
          + "\(NumberText.fixed(group.range.upperBound, decimals: 1)) mm",
      ])
    }
    return text.text
  }
}
