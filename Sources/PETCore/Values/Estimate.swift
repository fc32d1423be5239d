/// A number with its standard error, in internal units.
package struct Estimate: Sendable, Equatable {
  package var value: Double
  /// Standard error; NaN when it is not known.
  package var standardError: Double

  package init(_ value: Double, standardError: Double = .nan) {
    self.value = value
    self.standardError = standardError
  }

  package static let missing = Estimate(.nan)

  /// value ± quantile x SE.
  package func limits(quantile: Double) -> (low: Double, high: Double) {
    (value - quantile * standardError, value + quantile * standardError)
  }
}
