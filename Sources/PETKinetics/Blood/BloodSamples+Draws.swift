import Foundation
package import PETCore

extension BloodSamples {
  /// How much the samples of each kind scatter about smooth curves.
  package struct Scatter: Sendable, Equatable {
    /// SD of a sample, and of how many differences it is known by.
    package struct Size: Sendable, Equatable {
      package let value: Double
      package let freedom: Double

      package init(_ value: Double, freedom: Double = .infinity) { (self.value, self.freedom) = (value, freedom) }

      /// As it may be, given how well it is known: s √(ν/χ²), so that what is drawn with it is as wide as Student's t.
      fileprivate func drawn(_ random: inout SeededGenerator) -> Double {
        guard freedom < 60 else { return value }
        let square = (0..<Int(freedom)).reduce(0.0) { sum, _ in
          let own = random.normal()
          return sum + own * own
        }
        return value * (freedom / square).squareRoot()
      }
    }

    /// Relative, of activities.
    package let continuous: Size
    package let wholeBlood: Size
    package let plasma: Size
    /// Of the parent fraction itself.
    package let parentFraction: Size

    package init(continuous: Size, wholeBlood: Size, plasma: Size, parentFraction: Size) {
      (self.continuous, self.wholeBlood) = (continuous, wholeBlood)
      (self.plasma, self.parentFraction) = (plasma, parentFraction)
    }

    /// The largest of activities, relative.
    package var largest: Double { max(continuous.value, max(wholeBlood.value, plasma.value)) }
  }

  /// Nil where there are too few samples of plasma, or of the parent fraction where one is used.
  ///
  /// - Parameter ignoringMetabolites: whether no parent fraction is used.
  package func scatter(ignoringMetabolites: Bool) -> Scatter? {
    guard let own = Self.relative(plasma) else { return nil }
    var fraction = Scatter.Size(0)
    if !ignoringMetabolites {
      guard let found = Self.ofFraction(parentFraction) else { return nil }
      fraction = found
    }
    return Scatter(
      continuous: Self.relative(continuous) ?? Scatter.Size(0), wholeBlood: Self.relative(wholeBlood) ?? own,
      plasma: own,
      parentFraction: fraction)
  }

  /// Relative scatter of activity, by each sample after the peak against the line through its neighbours.
  ///
  /// The line is of logarithms of activity and time, in which such curves are nearly straight. Of neighbours with weights u
  /// and v the difference has 1 + u² + v² of the variance of a sample.
  private static func relative(_ series: Series) -> Scatter.Size? {
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
    // Neighbours share samples: three differences in a row are of two samples' worth.
    return Scatter.Size(
      (squares.reduce(0, +) / Double(squares.count)).squareRoot(),
      freedom: max(3, (2.0 / 3 * Double(squares.count)).rounded()))
  }

  /// Scatter of the parent fraction about the form that fits it best; the choice of the form counts as one parameter more.
  private static func ofFraction(_ series: Series) -> Scatter.Size? {
    guard let best = try? ParentFraction.best(times: series.times, values: series.values), !best.parameters.isEmpty
    else { return nil }
    let freedom = series.times.count - best.parameters.count - 1
    guard freedom >= 3 else { return nil }
    return Scatter.Size((best.residualSum / Double(freedom)).squareRoot(), freedom: Double(freedom))
  }

  /// The samples drawn anew: each with a normal error of its own.
  ///
  /// Activities have relative errors; the parent fraction is 1 at injection and stays a share. What is drawn about samples spreads
  /// as what is drawn about their curve does, and keeps samples that no smooth curve goes through.
  package func drawn(_ scatter: Scatter, _ random: inout SeededGenerator) -> BloodSamples {
    func scaled(_ series: Series, _ size: Scatter.Size, _ random: inout SeededGenerator) -> Series {
      let size = size.drawn(&random)
      return Series(times: series.times, values: series.values.map { $0 * exp(size * random.normal()) })
    }
    var result = self
    result.continuous = scaled(continuous, scatter.continuous, &random)
    result.wholeBlood = scaled(wholeBlood, scatter.wholeBlood, &random)
    result.plasma = scaled(plasma, scatter.plasma, &random)
    let size = scatter.parentFraction.drawn(&random)
    result.parentFraction = Series(
      times: parentFraction.times,
      values: zip(parentFraction.times, parentFraction.values).map { time, value in
        let own = value + size * random.normal()
        return time > 0 ? min(1, max(0, own)) : value
      })
    return result
  }
}
