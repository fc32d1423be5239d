package import PETBinding
package import PETCore

/// The reliability of measures over regions as a table and its sidecar.
package struct ReliabilityText: Sendable {
  package typealias Row = (measure: String, region: String, reliability: Reliability)
  private let rows: [Row]
  private let level: Double
  private let values: [(test: [Double], retest: [Double])?]

  /// - Parameter values: those behind a measure and region, person after person.
  package init(
    _ rows: [Row], level: Double,
    values: (_ measure: String, _ region: String) -> (test: [Double], retest: [Double])? = { _, _ in nil }
  ) {
    self.rows = rows
    self.level = level
    self.values = rows.map { values($0.measure, $0.region) }
  }

  package var tsv: String {
    func interval(_ icc: Reliability.Interval) -> ReliabilityRow.Interval {
      .init(value: icc.value, low: icc.low, high: icc.high)
    }
    let lines = rows.map { measure, region, own in
      var row = ReliabilityRow()
      (row.measure, row.region, row.count) = (measure, region, own.count)
      row.test = (own.test.mean, own.test.sd)
      row.retest = (own.retest.mean, own.retest.sd)
      row.difference = .init(
        value: own.difference.mean, low: own.differenceLimits.low, high: own.differenceLimits.high)
      row.differenceSD = own.difference.sd
      row.agreement = own.agreement
      (row.absoluteVariability, row.detectable) = (own.absoluteVariability, own.detectable)
      (row.withinSD, row.withinCV) = (own.withinSD, own.withinCV)
      row.oneWay = interval(own.oneWay)
      row.absolute = interval(own.agreementICC)
      row.consistency = interval(own.consistency)
      row.concordance = interval(own.concordance)
      (row.expected, row.expectedBudget, row.overExpected) = (own.expected, own.expectedBudget, own.overExpected)
      row.notes = own.notes
      return row
    }
    return TSVText(ReliabilityRow.columns, lines).text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func about(_ text: String, _ units: String? = nil) -> JSONValue {
      .object([("Description", .string(text))] + (units.map { [("Units", .string($0))] } ?? []))
    }
    return .object(
      [
        ("Description", "Repeatability of regional measures between two sessions"),
        (Sidecar.confidenceLevel, .number(level)),
      ] + details + [
        ("difference", about("retest less test, mean over persons, limits by Student's t", "those of the measure")),
        (
          "agreement-low",
          about("mean difference ± normal quantile x SD (\(Reference.bland1986.mention))")
        ),
        ("absolute-variability", about("mean of 200 |retest - test|/(retest + test)", "%")),
        ("within-sd", about("√(Σd²/2n), which holds a shift between sessions", "those of the measure")),
        (
          "within-cv",
          about(
            "within-subject CV by the root mean square: 100 √(mean over persons of (d²/2)/mean²), each person's SD over "
              + "their own mean, with a shift between sessions in it (\(Reference.gluer1995.mention))", "%")
        ),
        (
          "detectable-difference",
          about("normal quantile x √2 x within-sd: what a change in one person has to exceed", "those of the measure")
        ),
        ("expected-sd", about("within-subject SD that the standard errors alone give", "those of the measure")),
        (
          "expected-sd-budget",
          about(
            "the same with stated errors of other kinds (uncertainty), of the log ratio and of the measure of refits",
            "those of the measure")
        ),
        (
          "observed-to-expected",
          about(
            "within-sd over expected-sd-budget, or expected-sd: above 1 for what changes in a person, and for errors not stated"
          )
        ),
        (
          "icc-1-1", about("one-way random effects, single score (\(Reference.mcgraw1996.mention))")
        ),
        (
          "note",
          about(
            "who was left out and why; an ICC below 0 says that one person's sessions differ more than persons do: it "
              + "counts as no reliability")
        ),
        ("icc-a-1", about("two-way, absolute agreement, single score; also known as ICC(2,1)")),
        ("icc-c-1", about("two-way, consistency, single score; also known as ICC(3,1)")),
        (
          "ccc",
          about(
            "concordance correlation: how far pairs lie from the line of equality (\(Reference.lin1989.mention)); limits by "
              + "Fisher's transformation and Student's t")
        ),
        (
          "Values",
          .array(
            zip(rows, values).compactMap { row, own in
              own.map {
                .object([
                  (Sidecar.measure, .string(row.measure)), ("Region", .string(row.region)), ("Test", .numbers($0.test)),
                  ("Retest", .numbers($0.retest)),
                ])
              }
            })
        ),
        ("GeneratedBy", Product.generatedBy),
      ])
  }
}
