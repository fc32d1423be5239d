package import PETCore

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
}
