package import PETCore
import PETKinetics

/// One binding measure of one scan, region by region.
package struct BindingTable: Sendable {
  /// How the fit of a row ended.
  package struct Ending: Sendable {
    package let status: String
    /// Parameters at the bounds of the fit; empty when there are none, or when it is not known which.
    package let atBound: [String]
    /// Model of the row where it is another than the table's; nil otherwise.
    package let model: String?
    /// What the fit says of the measure.
    package let verdict: FitVerdict

    /// - Parameter verdict: nil for what the status says without regard to the measure.
    package init(_ status: String, atBound: [String] = [], model: String? = nil, verdict: FitVerdict? = nil) {
      self.status = status
      self.atBound = atBound
      self.model = model
      self.verdict = verdict ?? FitVerdict(status: status, atBound: atBound, measure: "", model: nil)
    }

    /// In words, with what lies at a bound.
    package var words: String { "fit " + FitStatus.words(status, atBound: atBound) }
  }

  /// What a correction for partial volume says of a row.
  package struct Correction: Sendable {
    /// How much of what is measured in the region is its own.
    package let ownShare: Double
    /// The measure that the curve as it was measured gives; NaN where it is not told.
    package let uncorrected: Double

    package init(ownShare: Double, uncorrected: Double = .nan) {
      (self.ownShare, self.uncorrected) = (ownShare, uncorrected)
    }
  }

  package struct Row: Sendable {
    package let region: String
    package let estimate: Estimate
    package let low: Double
    package let high: Double
    package let ending: Ending
    /// Degrees of freedom of the standard error; nil when not known.
    package let freedom: Double?
    /// mm3; nil when not known.
    package let volume: Double?
    /// The part of its error that regions of one scan share: noise of the reference curve, error of k2'.
    ///
    /// The covariance of two regions is the product of their vectors. Empty when not known.
    package let shared: [Double]
    /// Nil where the curve is as it was measured.
    package let correction: Correction?

    /// NaN where the fit does not tell it.
    package var reliableValue: Double { ending.verdict == .unreliable ? .nan : estimate.value }

    package init(
      region: String, estimate: Estimate, low: Double, high: Double, ending: Ending, freedom: Double?,
      volume: Double? = nil, shared: [Double] = [], correction: Correction? = nil
    ) {
      self.region = region
      self.estimate = estimate
      self.low = low
      self.high = high
      self.ending = ending
      self.freedom = freedom
      self.volume = volume
      self.shared = shared
      self.correction = correction
    }
  }

  package let measure: String
  package let rows: [Row]
  /// Nil when the source does not say.
  package let tracer: String?
  package let model: String?
  package let source: String
  /// Codes of evidence against the data of the scan (`Finding.castsDoubt`); empty when there is none.
  package let doubts: [String]

  package init(
    measure: String, rows: [Row], tracer: String?, model: String?, source: String, doubts: [String] = []
  ) {
    self.doubts = doubts
    self.measure = measure
    self.rows = rows
    self.tracer = tracer
    self.model = model
    self.source = source
  }

  /// Whether its curves were corrected for partial volume.
  package var isCorrected: Bool { rows.contains { $0.correction != nil } }

  /// Of its values; nil for a measure that no model has.
  package var unit: Unit? { ModelCatalogue.unit(of: measure) }

  /// That the table does not say how its fits ended; nil when it does.
  var unstatedFits: Finding? {
    guard !rows.isEmpty, rows.allSatisfy({ $0.ending.status == "n/a" }) else { return nil }
    return Finding(
      .warning, .unknownStatus, file: source, field: "status", "the table does not say how its fits ended",
      remedy: "they count as converged")
  }

  /// With the regions that patterns name (empty for all), less those that others do; see `RegionName.matches`.
  package func keeping(_ names: [String], without others: [String]) throws(PETError) -> BindingTable {
    for pattern in names + others where !rows.contains(where: { RegionName.matches($0.region, any: [pattern]) }) {
      throw PETError(
        .usage, file: source, field: "region", "no region is '\(pattern)'",
        remedy: NearestName.advice(for: pattern, among: rows.map(\.region)))
    }
    let kept = rows.filter { row in
      (names.isEmpty || RegionName.matches(row.region, any: names)) && !RegionName.matches(row.region, any: others)
    }
    return BindingTable(
      measure: measure, rows: kept, tracer: tracer, model: model, source: source, doubts: doubts)
  }

  /// The row of a region, by name without regard to case and punctuation.
  package func row(_ region: String) -> Row? {
    rows.first { RegionName.key($0.region) == RegionName.key(region) }
  }
}

extension Finding.Code {
  package static let unknownStatus = Finding.Code("unknown-status")
}
