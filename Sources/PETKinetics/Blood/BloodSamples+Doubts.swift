import Foundation
package import PETCore

/// Samples that contradict each other.
extension BloodSamples {
  /// What is to be said of samples before an input is made of them.
  package func checked() throws(PETError) -> [Finding] {
    var findings: [Finding] = []
    let isWhole = parentFraction.isEmpty
    return try usable(ignoringMetabolites: isWhole, &findings).doubts(ignoringMetabolites: isWhole) + findings
  }

  /// What speaks against samples that can be used one by one.
  func doubts(ignoringMetabolites: Bool) -> [Finding] {
    [
      Self.outlier(plasma, "plasma_radioactivity"), Self.outlier(wholeBlood, "whole_blood_radioactivity"),
      spike, disagreement,
      ignoringMetabolites ? nil : rise, ignoringMetabolites ? nil : loss,
    ].compactMap { $0 }
  }

  /// s after injection: from here on the bolus has passed and activity falls slowly.
  private static let settled = 180.0
  /// What a sample may have of what those beside it tell: a factor of ten, or a lost sample, is outside.
  ///
  /// Of 460 samples of 28 real scans (OpenNeuro ds004869) all have 0.52 to 2.48, 98 % have 0.66 to 2.05.
  private static let usual = 0.4...2.5

  /// A sample that stands out of those beside it.
  private static func outlier(_ series: Series, _ field: String) -> Finding? {
    let late = series.times.indices.filter { series.times[$0] > settled }
    var worst: (place: Int, ratio: Double)?
    for (i, place) in late.enumerated() where late.count >= 4 {
      // The last one is told from before alone.
      let beside = i == 0 ? [1, 2] : i == late.count - 1 ? [i - 2, i - 1] : [i - 1, i + 1]
      let (a, b) = (late[beside[0]], late[beside[1]])
      guard series.values[a] > 0, series.values[b] > 0 else { continue }
      // Straight in the logarithms of both, as sums of exponentials nearly are between neighbours.
      let share = log(series.times[place] / series.times[a]) / log(series.times[b] / series.times[a])
      let expected = exp((1 - share) * log(series.values[a]) + share * log(series.values[b]))
      let ratio = series.values[place] / expected
      func size(_ ratio: Double) -> Double { ratio > 0 ? max(ratio, 1 / ratio) : .infinity }
      if size(ratio) > size(worst?.ratio ?? 1) { worst = (place, ratio) }
    }
    guard let worst, !usual.contains(worst.ratio) else { return nil }
    let text = NumberText.short(Rounding.significant(worst.ratio, digits: 3))
    return Finding(
      .warning, .bloodOutlier, field: field, value: text,
      "the sample at \(NumberText.short(series.times[worst.place])) s has \(text) times what those beside it tell",
      remedy: "correct the sample, or take it away", castsDoubt: true)
  }

  /// A single value of the autosampler that stands out of both beside it, and of what the others reach.
  private var spike: Finding? {
    let values = continuous.values
    guard values.count >= 5 else { return nil }
    let peak = Order.quantile(values.sorted(), 1 - 1.5 / Double(values.count))
    let odd = values.indices.dropFirst().dropLast().first { i in
      values[i] > 3 * max(values[i - 1], values[i + 1], 0.2 * peak)
    }
    return odd.map { i in
      Finding(
        .warning, .bloodOutlier, field: "whole_blood_radioactivity", value: NumberText.short(values[i]),
        "the autosampler has \(NumberText.short(values[i])) kBq/mL at \(NumberText.short(continuous.times[i])) s, more than "
          + "three times what is beside it",
        remedy: "correct the sample, or take it away", castsDoubt: true)
    }
  }

  /// A parent fraction that is gone from one sample to the next.
  private var loss: Finding? {
    let (times, values) = (parentFraction.times, parentFraction.values)
    guard
      let place = values.indices.dropFirst().first(where: { values[$0] < 0.1 * values[$0 - 1] && values[$0 - 1] > 0.1 })
    else { return nil }
    return Finding(
      .warning, .parentFractionLost, field: "metabolite_parent_fraction", value: NumberText.short(values[place]),
      "it falls from \(NumberText.short(values[place - 1])) to \(NumberText.short(values[place])) at "
        + "\(NumberText.short(times[place])) s",
      remedy: "take samples away that stand for no measurement", castsDoubt: true)
  }

  /// How much higher a later parent fraction may be than an earlier one, by errors of measurement: at most 0.17 in the same
  /// 28 scans.
  private static let mostRise = 0.2

  /// A parent fraction that rises: the tracer is broken down, and does not come back.
  private var rise: Finding? {
    let (times, values) = (parentFraction.times, parentFraction.values)
    var least = (time: 0.0, value: Double.infinity)
    var worst: (from: (time: Double, value: Double), to: Double, rise: Double)?
    for (time, value) in zip(times, values) {
      if value - least.value > worst?.rise ?? Self.mostRise { worst = (least, time, value - least.value) }
      if value < least.value { least = (time, value) }
    }
    guard let worst else { return nil }
    func minutes(_ time: Double) -> String { NumberText.short(Rounding.significant(time / 60, digits: 3)) }
    func short(_ value: Double) -> String { NumberText.short(Rounding.significant(value, digits: 3)) }
    return Finding(
      .warning, .parentFractionRises, field: "metabolite_parent_fraction", value: short(worst.rise),
      "it rises from \(short(worst.from.value)) at \(minutes(worst.from.time)) min to "
        + "\(short(worst.from.value + worst.rise)) at \(minutes(worst.to)) min",
      remedy: "check whether these are shares of metabolites (1 minus the parent's), and samples that stand for no "
        + "measurement", castsDoubt: true)
  }

  /// What samples drawn by hand may have of what the autosampler has at their time: a unit or a calibration is outside.
  ///
  /// The limits are ours, without a published source.
  private static let agreement = 0.6...1.67

  /// Whole blood of the autosampler and of samples drawn by hand at the same times, or at the end of the one and the beginning
  /// of the other.
  private var disagreement: Finding? {
    guard let first = continuous.times.first, let end = continuous.times.last, !wholeBlood.isEmpty else { return nil }
    let curve = PiecewiseLinear(times: continuous.times, values: continuous.values)
    let peak = zip(continuous.times, continuous.values).max { $0.1 < $1.1 }?.0 ?? 0
    // Later samples are held against its end while activity falls slowly. Around the peak the two are seconds apart, and the one is dispersed.
    let settled = max(first, peak + 60)
    let near = zip(wholeBlood.times, wholeBlood.values).filter { $0.0 >= settled && $0.0 <= 1.3 * end && $0.0 > 0 }
    let ratios = near.compactMap { time, value -> Double? in
      let own = curve(min(time, end))
      return own > 0 ? value / own : nil
    }
    guard !ratios.isEmpty else { return nil }
    let median = Order.quantile(ratios.sorted(), 0.5)
    guard !Self.agreement.contains(median) else { return nil }
    let text = NumberText.short(Rounding.significant(median, digits: 3))
    return Finding(
      .warning, .bloodDisagrees, field: "whole_blood_radioactivity", value: text,
      "samples drawn by hand have \(text) times the autosampler's blood at \(ratios.count) times",
      remedy: "check the units, the decay correction and the times of both tables", castsDoubt: true)
  }
}

extension Finding.Code {
  package static let bloodDisagrees = Finding.Code("blood-disagrees")
  package static let bloodOutlier = Finding.Code("blood-outlier")
  package static let parentFractionLost = Finding.Code("parent-fraction-lost")
  package static let parentFractionRises = Finding.Code("parent-fraction-rises")
}
