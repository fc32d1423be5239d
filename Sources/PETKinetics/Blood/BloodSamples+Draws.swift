import Foundation
package import PETCore

extension BloodSamples {
  /// How much the samples of each kind scatter about smooth curves.
  package struct Scatter: Sendable, Equatable {
    /// Relative, of activities.
    package let continuous: Double
    package let wholeBlood: Double
    package let plasma: Double
    /// Of the parent fraction itself.
    package let parentFraction: Double

    package init(continuous: Double, wholeBlood: Double, plasma: Double, parentFraction: Double) {
      (self.continuous, self.wholeBlood) = (continuous, wholeBlood)
      (self.plasma, self.parentFraction) = (plasma, parentFraction)
    }

    /// The largest of activities, relative.
    package var largest: Double { max(continuous, max(wholeBlood, plasma)) }
  }

  /// Nil where there are too few samples of plasma, or of the parent fraction where one is used.
  ///
  /// - Parameter ignoringMetabolites: whether no parent fraction is used.
  package func scatter(ignoringMetabolites: Bool) -> Scatter? {
    guard let own = Self.relative(plasma) else { return nil }
    var fraction = 0.0
    if !ignoringMetabolites {
      guard let found = Self.ofFraction(parentFraction) else { return nil }
      fraction = found
    }
    return Scatter(
      continuous: Self.relative(continuous) ?? 0, wholeBlood: Self.relative(wholeBlood) ?? own, plasma: own,
      parentFraction: fraction)
  }

  /// Relative scatter of activity, by each sample after the peak against the line through its neighbours.
  ///
  /// The line is of logarithms of activity and time, in which such curves are nearly straight. Of neighbours with weights u
  /// and v the difference has 1 + u² + v² of the variance of a sample.
  private static func relative(_ series: Series) -> Double? {
    let top = series.values.indices.max { series.values[$0] < series.values[$1] } ?? 0
    let later = series.times.indices.filter { $0 > top && series.values[$0] > 0 && series.times[$0] > 0 }
    guard later.count >= 5 else { return nil }
    let (x, y) = (later.map { log(series.times[$0]) }, later.map { log(series.values[$0]) })
    let squares = (1..<later.count - 1).compactMap { i -> Double? in
      guard x[i + 1] > x[i - 1] else { return nil }
      let u = (x[i + 1] - x[i]) / (x[i + 1] - x[i - 1])
      let off = y[i] - u * y[i - 1] - (1 - u) * y[i + 1]
      return off * off / (1 + u * u + (1 - u) * (1 - u))
    }
    guard squares.count >= 3 else { return nil }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// Scatter of the parent fraction about the form that fits it best.
  private static func ofFraction(_ series: Series) -> Double? {
    guard let best = try? ParentFraction.best(times: series.times, values: series.values),
      series.times.count > best.parameters.count, !best.parameters.isEmpty
    else { return nil }
    return (best.residualSum / Double(series.times.count - best.parameters.count)).squareRoot()
  }

  /// The samples drawn anew: each with a normal error of its own.
  ///
  /// Activities have relative errors; the parent fraction is 1 at injection and stays a share. What is drawn about samples spreads
  /// as what is drawn about their curve does, and keeps samples that no smooth curve goes through.
  package func drawn(_ scatter: Scatter, _ random: inout SeededGenerator) -> BloodSamples {
    func scaled(_ series: Series, _ size: Double, _ random: inout SeededGenerator) -> Series {
      Series(times: series.times, values: series.values.map { $0 * exp(size * random.normal()) })
    }
    var result = self
    result.continuous = scaled(continuous, scatter.continuous, &random)
    result.wholeBlood = scaled(wholeBlood, scatter.wholeBlood, &random)
    result.plasma = scaled(plasma, scatter.plasma, &random)
    result.parentFraction = Series(
      times: parentFraction.times,
      values: zip(parentFraction.times, parentFraction.values).map { time, value in
        let own = value + scatter.parentFraction * random.normal()
        return time > 0 ? min(1, max(0, own)) : value
      })
    return result
  }
}
