package import PETBinding
package import PETCore
package import PETTracers

/// A row of `group_summary.tsv`: one region of one session over persons.
package struct SummaryRow: Sendable {
  package struct Spread: Sendable {
    package var mean = Double.nan
    package var sd = Double.nan
  }

  package var session = "n/a"
  package var pair = "n/a"
  package var region = ""
  /// Persons whose ratio is told.
  package var count: Int?
  package var persons: Int?
  package var ratio = (mean: Double.nan, low: Double.nan, high: Double.nan)
  package var logRatio = Spread()
  package var numerator = Spread()
  package var denominator = Spread()
  package var coupling = (value: Double.nan, low: Double.nan, high: Double.nan)
  /// Of numerator and denominator.
  package var reliabilities = (a: Double.nan, b: Double.nan)
  package var corrected = (value: Double.nan, low: Double.nan, high: Double.nan)
  package var probability = Double.nan
  package var discovery = Double.nan

  package static func columns(_ systems: BalanceSystems) -> [TableColumn<SummaryRow>] {
    let (a, b) = (systems.numerator.rawValue, systems.denominator.rawValue)
    return [
      .init("session_id", .text(\.session)), .init("pair", .text(\.pair)), .init("region", .text(\.region)),
      .init("n", .count(\.count)), .init("persons", .count(\.persons)),
      .init("geometric-mean-ratio", .number(\.ratio.mean)), .init("geometric-mean-ratio-low", .number(\.ratio.low)),
      .init("geometric-mean-ratio-high", .number(\.ratio.high)), .init("log-ratio-mean", .number(\.logRatio.mean)),
      .init("log-ratio-sd", .number(\.logRatio.sd)), .init("\(a)-mean", .number(\.numerator.mean)),
      .init("\(a)-sd", .number(\.numerator.sd)), .init("\(b)-mean", .number(\.denominator.mean)),
      .init("\(b)-sd", .number(\.denominator.sd)), .init("coupling", .number(\.coupling.value)),
      .init("coupling-low", .number(\.coupling.low)), .init("coupling-high", .number(\.coupling.high)),
      .init("coupling-p", .number(\.probability)), .init("coupling-q", .number(\.discovery)),
      .init("\(a)-reliability", .number(\.reliabilities.a)), .init("\(b)-reliability", .number(\.reliabilities.b)),
      .init("corrected-r", .number(\.corrected.value)), .init("corrected-r-low", .number(\.corrected.low)),
      .init("corrected-r-high", .number(\.corrected.high)),
    ]
  }

  package static func rows(_ summary: StudySummary, pair: String) -> [SummaryRow] {
    summary.rows.map { own in
      var row = SummaryRow()
      (row.session, row.pair, row.region) = (own.session ?? "n/a", pair, own.region)
      (row.count, row.persons) = (own.count, own.persons)
      let mean = own.geometricMean
      row.ratio = (mean.value, mean.low, mean.high)
      row.logRatio = Spread(mean: own.logRatio.mean, sd: own.logRatio.sd)
      row.numerator = Spread(mean: own.numerator.mean, sd: own.numerator.sd)
      row.denominator = Spread(mean: own.denominator.mean, sd: own.denominator.sd)
      row.coupling = (own.coupling.value, own.coupling.low, own.coupling.high)
      (row.probability, row.discovery) = (own.coupling.probability, own.discovery)
      row.reliabilities = own.corrected.reliabilities
      row.corrected = (own.corrected.value, own.corrected.low, own.corrected.high)
      return row
    }
  }
}
