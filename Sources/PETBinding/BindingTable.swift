package import PETCore
package import PETKinetics

/// One binding measure of one scan, region by region.
package struct BindingTable: Sendable {
  package struct Row: Sendable {
    package let region: String
    package let estimate: Estimate
    package let low: Double
    package let high: Double
    package let status: String
    /// Degrees of freedom of the standard error; nil when not known.
    package let freedom: Double?

    package init(region: String, estimate: Estimate, low: Double, high: Double, status: String, freedom: Double?) {
      self.region = region
      self.estimate = estimate
      self.low = low
      self.high = high
      self.status = status
      self.freedom = freedom
    }
  }

  package let measure: String
  package let rows: [Row]
  /// Nil when the source does not say.
  package let tracer: String?
  package let model: String?
  package let source: String

  package init(measure: String, rows: [Row], tracer: String?, model: String?, source: String) {
    self.measure = measure
    self.rows = rows
    self.tracer = tracer
    self.model = model
    self.source = source
  }

  /// The measure's column of a scan's fits.
  package init(_ fits: RegionalFits, measure: String, level: Double, tracer: String?, source: String) throws(PETError) {
    guard let index = fits.card.index(of: measure) else {
      throw PETError(
        .wrongInput, field: "measure", "\(fits.card.id) has no parameter '\(measure)'",
        remedy: "choose one of: " + fits.card.parameters.map(\.symbol).joined(separator: ", "))
    }
    let rows = fits.fits.map { fit in
      let limits = fit.limits(index, level: level)
      return Row(
        region: fit.region, estimate: fit.estimates[index], low: limits.low, high: limits.high,
        status: fit.status.rawValue, freedom: fit.freedom > 0 ? Double(fit.freedom) : nil)
    }
    self.init(measure: measure, rows: rows, tracer: tracer, model: fits.card.id, source: source)
  }
}
