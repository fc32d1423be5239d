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
    return ContrastRow.columns(
      counts: counts, means: means, hasFactors: isLogarithm, size: contrast.sizeName, systems: contrast.systems)
  }

  package var tsv: String {
    var difference = row(ContrastRow.Kind.difference)
    difference.region = "regions differ"
    difference.heterogeneity = contrast.heterogeneity
    return TSVText(
      columns,
      contrast.sets.enumerated().map { place, own in row(place == 0 ? .all : .set, own) } + [difference]
        + contrast.rows.map { row(.region, $0) }
    ).text
  }

  /// - Parameter own: nil for a row without an effect.
  private func row(_ kind: ContrastRow.Kind, _ own: StudyContrast.Row? = nil) -> ContrastRow {
    var row = ContrastRow()
    (row.kind, row.measure) = (kind.rawValue, contrast.settings.measure)
    guard let own else {
      row.counts = contrast.sets.first?.counts.map { _ in nil } ?? []
      row.means = contrast.sets.first?.means.map { _ in .nan } ?? []
      row.systems = contrast.systems.flatMap { _ in [Double.nan, .nan, .nan] }
      return row
    }
    row.region = own.region
    (row.counts, row.means) = (own.counts, own.means)
    (row.effect, row.error) = (own.effect.value, own.effect.standardError)
    (row.low, row.high) = own.limits
    (row.factor, row.factorLow, row.factorHigh) = (exp(row.effect), exp(row.low), exp(row.high))
    (row.t, row.freedom, row.probability) = (own.t, own.freedom, own.probability)
    (row.permuted, row.leastPermuted, row.discovery) = (own.permuted, own.leastPermuted, own.discovery)
    if let pooled = own.pooled {
      (row.pooledError, row.pooledT) = (pooled.error, pooled.t)
      (row.pooledFreedom, row.pooled) = (pooled.freedom, pooled.probability)
      (row.pooledLow, row.pooledHigh) = pooled.limits
    }
    row.systems = own.systems.flatMap { [$0.effect.value, $0.effect.standardError, $0.probability] }
    row.size = own.size
    (row.sizeLow, row.sizeHigh) = own.sizeLimits
    row.notes = own.notes
    return row
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
      ("p-permutation-least", about("the smallest that p-permutation can be with these persons")),
      (
        "p-pooled",
        about(
          "two-sided, Student's t with the variance that regions tell together: drawn to what the known errors let expect "
            + "(after \(Reference.smyth2004.mention)), degrees of freedom dof-pooled; se-pooled, t-pooled, low-pooled and "
            + "high-pooled are of it")
      ),
      (
        "q",
        about(
          "false discovery rate (\(Reference.benjamini1995.mention)): of regions over the family, from p-pooled; of all and of "
            + "sets over these, from p-permutation")
      ),
      (
        "heterogeneity-p",
        about(
          "whether effects differ between the regions of the family at all: sum of t² of values less each person's mean, by "
            + "permutation of persons")
      ),
      (
        "Family",
        .object([
          ("Regions", .array(contrast.rows.map(\.region).filter { settings.outside[$0] == nil }.map(JSONValue.string))),
          ("Outside", .object(settings.outside.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
        ])
      ),
      ("Sets", .object(settings.sets.map { ($0.name, .array($0.regions.map(JSONValue.string))) })),
      (
        contrast.sizeName,
        about(
          contrast.sizeName == "hedges-g"
            ? "standardised difference, corrected for small samples (\(Reference.hedges1981.mention)), with the limits of its "
              + "population value by the noncentral t, which hold for any number of persons"
            : "correlation with the covariates held, limits by Fisher's transformation")
      ),
    ]
    for system in contrast.systems {
      members.append(
        (
          "\(system)-effect",
          about(
            "the same question to ln of \(system) alone, of everybody who has it; -effect-se and -p with its own pooled variance, outside "
              + "the family and of sets without; no q")
        ))
    }
    members += [
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
