/// Mean and spread of a sample.
package struct Moments: Sendable {
  package let count: Int
  package let mean: Double
  /// With n - 1; NaN for fewer than two.
  package let sd: Double

  /// Values that are not finite do not count.
  package init(_ values: [Double]) {
    let used = values.filter(\.isFinite)
    count = used.count
    let n = Double(used.count)
    let mean = used.isEmpty ? .nan : used.reduce(0, +) / n
    self.mean = mean
    sd = used.count > 1 ? (used.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot() : .nan
  }

  package var variance: Double { sd * sd }

  /// Of the mean, by Student's t.
  package func limits(level: Double) -> (low: Double, high: Double) {
    guard count > 1 else { return (.nan, .nan) }
    let half =
      Quantile.twoSided(level: level, degreesOfFreedom: Double(count - 1)) * sd / Double(count).squareRoot()
    return (mean - half, mean + half)
  }
}
