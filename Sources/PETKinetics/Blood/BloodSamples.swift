package import PETCore

/// The blood of one scan as it was sampled: s after injection, kBq/mL.
package struct BloodSamples: Sendable {
  /// Values at ascending times.
  package struct Series: Sendable {
    package var times: [Double] = []
    package var values: [Double] = []
    package var isEmpty: Bool { times.isEmpty }

    package init(times: [Double] = [], values: [Double] = []) {
      self.times = times
      self.values = values
    }

    package mutating func add(_ time: Double, _ value: Double) {
      times.append(time)
      values.append(value)
    }
  }

  /// Whole blood of an autosampler.
  package var continuous = Series()
  /// Whole blood of samples drawn by hand.
  package var wholeBlood = Series()
  package var plasma = Series()
  /// 0 to 1.
  package var parentFraction = Series()
  /// τ of the autosampler's tubes, s; nil when not stated.
  package var dispersionConstant: Double?
  package var isDispersionCorrected = false
  package var findings: [Finding] = []

  package init() {}

  /// Time of the last sample of any kind, s.
  package var last: Double? { [continuous, wholeBlood, plasma, parentFraction].compactMap(\.times.last).max() }
}
