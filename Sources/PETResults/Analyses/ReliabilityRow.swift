import PETCore

/// A row of `reliability`: one measure in one region.
package struct ReliabilityRow: Sendable {
  package struct Interval: Sendable {
    package var value = Double.nan
    package var low = Double.nan
    package var high = Double.nan
  }

  package var measure = ""
  package var region = ""
  package var count: Int?
  package var test = (mean: Double.nan, sd: Double.nan)
  package var retest = (mean: Double.nan, sd: Double.nan)
  package var difference = Interval()
  package var differenceSD = Double.nan
  package var agreement = (low: Double.nan, high: Double.nan)
  package var absoluteVariability = Double.nan
  package var withinSD = Double.nan
  package var withinCV = Double.nan
  package var detectable = Double.nan
  package var oneWay = Interval()
  package var absolute = Interval()
  package var consistency = Interval()
  package var concordance = Interval()
  package var expected = Double.nan
  package var expectedBudget = Double.nan
  package var overExpected = Double.nan
  package var notes: [String] = []

  static let columns: [TableColumn<ReliabilityRow>] = [
    .init("measure", .text(\.measure)), .init("region", .text(\.region)), .init("n", .count(\.count)),
    .init("test-mean", .number(\.test.mean)), .init("test-sd", .number(\.test.sd)),
    .init("retest-mean", .number(\.retest.mean)), .init("retest-sd", .number(\.retest.sd)),
    .init("difference", .number(\.difference.value)), .init("difference-low", .number(\.difference.low)),
    .init("difference-high", .number(\.difference.high)), .init("difference-sd", .number(\.differenceSD)),
    .init("agreement-low", .number(\.agreement.low)), .init("agreement-high", .number(\.agreement.high)),
    .init("absolute-variability", .number(\.absoluteVariability)), .init("within-sd", .number(\.withinSD)),
    .init("within-cv", .number(\.withinCV)), .init("detectable-difference", .number(\.detectable)),
    .init("icc-1-1", .number(\.oneWay.value)), .init("icc-1-1-low", .number(\.oneWay.low)),
    .init("icc-1-1-high", .number(\.oneWay.high)), .init("icc-a-1", .number(\.absolute.value)),
    .init("icc-a-1-low", .number(\.absolute.low)), .init("icc-a-1-high", .number(\.absolute.high)),
    .init("icc-c-1", .number(\.consistency.value)), .init("icc-c-1-low", .number(\.consistency.low)),
    .init("icc-c-1-high", .number(\.consistency.high)), .init("ccc", .number(\.concordance.value)),
    .init("ccc-low", .number(\.concordance.low)), .init("ccc-high", .number(\.concordance.high)),
    .init("expected-sd", .number(\.expected)), .init("expected-sd-budget", .number(\.expectedBudget)),
    .init("observed-to-expected", .number(\.overExpected)), .init("note", .notes(\.notes)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["measure", "region", "agreement-low", "agreement-high"]
}
