package import PETBinding
package import PETCore

/// Deviations from norms, and the norms, as tables.
package struct DeviationsText: Sendable {
  private let deviations: StudyDeviations

  package init(_ deviations: StudyDeviations) { self.deviations = deviations }

  package var tsv: String {
    TSVText(
      DeviationRow.columns,
      deviations.rows.map { own in
        var row = DeviationRow()
        (row.participant, row.session) = (own.visit.participant, own.visit.session ?? "n/a")
        (row.measure, row.region, row.value) = (own.measure, own.region, own.value)
        if let deviation = own.deviation {
          (row.expected, row.sd, row.t) = (deviation.expected, deviation.sd, deviation.t)
          (row.freedom, row.probability) = (deviation.freedom, deviation.probability)
          (row.z, row.count) = (deviation.z, deviation.count)
        }
        (row.member, row.note) = (own.isMember ? "yes" : "no", own.note)
        return row
      }
    ).text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func about(_ text: String) -> JSONValue { .object([("Description", .string(text))]) }
    return .object(
      [
        ("Description", .string("Deviation of every person from a norm. " + Product.claim)),
        (Sidecar.covariates, .array(deviations.norms.covariates.map { .string($0.name) })),
        ("ReferencePersons", .number(Double(deviations.members))),
      ] + details + [
        (
          "expected",
          about("of the norm at the person's covariates; members of the reference group are left out of theirs")
        ),
        ("sd", about("between persons of the norm, covariates held")),
        (
          "t",
          about(
            "(value - expected)/(sd √(1 + h)), h the variance of the expected value: Student's t with dof "
              + "(\(Reference.crawford1998.mention))")
        ),
        ("p", about("two-sided, of t; not adjusted for the number of regions")),
        (
          "z",
          about(
            "(value - expected)/sd; below \(NormTable.fewestForZ) persons its tails are wider than the normal's: judge by t"
          )
        ),
        ("n", about("persons of the norm")),
        (Sidecar.findings, .array((deviations.findings + [deviations.smallNorm].compactMap { $0 }).map(\.json))),
        ("GeneratedBy", Product.generatedBy),
      ])
  }

  /// What a table of norms does not tell itself.
  package static func about(_ table: NormTable) -> JSONValue {
    .object([
      (
        "Description",
        .string("Norms by region: residual SD between persons, coefficients of the covariates. " + Product.claim)
      ),
      ("Pair", .string(table.pair ?? "n/a")),
      (
        Sidecar.covariates,
        .object(table.covariates.map { ($0.name, .array($0.levels.map(JSONValue.string))) })
      ), ("GeneratedBy", Product.generatedBy),
    ])
  }

  /// The norms in the form that they are read back in.
  package static func norms(_ table: NormTable) -> String {
    let names = table.covariates.flatMap(\.columns)
    var text = TSVText(columns: ["measure", "region", "n", "dof", "sd", "intercept"] + names + ["inverse-gram"])
    for norm in table.norms {
      text.add(
        [norm.measure, norm.region, norm.count.map(String.init) ?? "n/a"]
          + ([norm.freedom, norm.sd] + norm.coefficients).map(NumberText.exact)
          + [norm.inverseGram.flatMap { $0 }.map(NumberText.exact).joined(separator: ",")])
    }
    return text.text
  }
}
