import Foundation
package import PETBinding
package import PETCore

/// The answer to one question over regions, as a table and its sidecar.
package struct ContrastText: Sendable {
  private let contrast: StudyContrast

  package init(_ contrast: StudyContrast) { self.contrast = contrast }

  private var isLogarithm: Bool { contrast.settings.measure == StudyTable.logRatio }

  /// Names of the groups or sessions, first and second; empty for an association.
  private var sides: [String] {
    switch contrast.settings.question {
    case .groups(_, let first, let second), .sessions(let first, let second): [first, second]
    case .association: []
    }
  }

  private var columns: [TableColumn<ContrastRow>] {
    let counts: [String] = if case .groups = contrast.settings.question { sides.map { "n-\($0)" } } else { ["n"] }
    let means = sides.isEmpty ? ["mean"] : sides.map { ContrastRow.meanPrefix + $0 }
    return ContrastRow.columns(counts: counts, means: means, hasFactors: isLogarithm, size: contrast.sizeName)
  }

  package var tsv: String {
    TSVText(
      columns,
      contrast.rows.map { own in
        var row = ContrastRow()
        (row.region, row.measure) = (own.region, contrast.settings.measure)
        (row.counts, row.means) = (own.counts, own.means)
        (row.effect, row.error) = (own.effect.value, own.effect.standardError)
        (row.low, row.high) = own.limits
        (row.factor, row.factorLow, row.factorHigh) = (exp(row.effect), exp(row.low), exp(row.high))
        (row.t, row.freedom, row.probability) = (own.t, own.freedom, own.probability)
        (row.permuted, row.discovery) = (own.permuted, own.discovery)
        row.size = own.size
        (row.sizeLow, row.sizeHigh) = own.sizeLimits
        row.notes = own.notes
        return row
      }
    ).text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    let settings = contrast.settings
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("One question put to every region of a study. " + Product.claim)),
      (Sidecar.question, .string(settings.question.words)), (Sidecar.measure, .string(settings.measure)),
      (Sidecar.covariates, .array(settings.covariates.map(JSONValue.string))),
    ]
    if let session = settings.session { members.append(("Session", .string(session))) }
    members += details
    func about(_ text: String) -> JSONValue { .object([("Description", .string(text))]) }
    members += [
      (Sidecar.confidenceLevel, .number(settings.level)), ("Permutations", .number(Double(settings.permutations))),
      ("Seed", .number(Double(settings.seed))),
      ("effect", about("difference of means, or slope, of an ordinary least-squares model with the covariates")),
    ]
    if isLogarithm {
      members.append(("effect-ratio", about("exp(effect): by how much the ratio is multiplied")))
    }
    members += [
      ("p", about("two-sided, Student's t")),
      (
        "p-permutation",
        about(
          "share of permuted |t| that reach the observed; residuals of the model without the question are shuffled "
            + "(\(Reference.freedman1983.mention)), or change signs between sessions")
      ),
      (
        "q",
        about(
          "false discovery rate over the regions of the table, from p-permutation "
            + "(\(Reference.benjamini1995.mention))")
      ),
      (
        contrast.sizeName,
        about(
          contrast.sizeName == "hedges-g"
            ? "standardised difference, corrected for small samples, with large-sample limits "
              + "(\(Reference.hedges1981.mention))"
            : "correlation with the covariates held, limits by Fisher's transformation")
      ),
      (
        "Persons",
        .object(
          contrast.subjects.map { subject in
            (
              subject.participant,
              .object([
                ("Interest", .number(subject.interest)),
                ("Values", .numbers(subject.values)),
              ])
            )
          })
      ),
      ("Regions", .array(contrast.rows.map { .string($0.region) })),
      (Sidecar.findings, .array(contrast.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}

extension StudyContrast.Question {
  /// What is asked, for readers.
  var words: String {
    switch self {
    case .groups(let column, let first, let second): "\(column): \(second) less \(first)"
    case .association(let column): "slope on \(column)"
    case .sessions(let first, let second): "\(second) less \(first), within persons"
    }
  }
}
