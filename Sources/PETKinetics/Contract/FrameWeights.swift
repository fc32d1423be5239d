package import PETCore

/// How much each frame counts in a fit, and which noise that supposes.
package enum WeightScheme: String, Sendable, CaseIterable {
  /// All frames alike: the variance is supposed the same in every frame.
  case uniform
  /// By frame duration: variance falls as 1/duration.
  case duration
  /// By decay and counts: variance of a decay-corrected frame is activity x decay factor / duration.
  case counts
  /// The `weight` column of the curve table: variance supposed proportional to 1/weight.
  case column
  /// The schemes of kinfitr's weights_create by number, as its help describes them.
  case kinfitr1 = "kinfitr-1"
  case kinfitr2 = "kinfitr-2"
  case kinfitr3 = "kinfitr-3"
  case kinfitr4 = "kinfitr-4"
  case kinfitr5 = "kinfitr-5"
  case kinfitr6 = "kinfitr-6"
  case kinfitr7 = "kinfitr-7"
  case kinfitr8 = "kinfitr-8"
  case kinfitr9 = "kinfitr-9"
}

/// Weights of the frames of one scan, mean 1, the same for all its regions.
package struct FrameWeights: Sendable {
  package let scheme: WeightScheme
  package let values: [Double]

  /// Frames with less than this share of the peak count as having it, so that the first frames do not rule the fit.
  package static let activityFloor = 0.05

  /// For the variance of a frame the floor is lower: frames before the tracer arrives have next to no noise.
  static let varianceFloor = 0.005

  /// With decay-and-counts weights: variance for each unit of activity, and the whole curve; else nil.
  private let counts: (perActivity: [Double], wholeCurve: [Double], floor: Double)?

  /// - Parameters:
  ///   - wholeCurve: mean curve of the whole segmentation, decay corrected, kBq/mL.
  ///   - floor: least weight of a frame that counts, as a share of the largest; for kinfitr's schemes their minimum
  ///     weight, 0.5 unless given.
  package init(
    scheme: WeightScheme, frames: FrameSchedule, wholeCurve: [Double], isotope: Isotope?, column: [Double]? = nil,
    floor: Double? = nil
  ) throws(PETError) {
    self.scheme = scheme
    var weights: [Double]
    var perActivity: [Double] = []
    let peak = wholeCurve.filter(\.isFinite).max() ?? 0
    switch scheme {
    case .kinfitr1, .kinfitr2, .kinfitr3, .kinfitr4, .kinfitr5, .kinfitr6, .kinfitr7, .kinfitr8, .kinfitr9: weights = []
    case .uniform: weights = frames.starts.map { _ in 1 }
    case .duration: weights = frames.durations
    case .column:
      guard let column else {
        throw PETError(
          .wrongInput, field: "weights", "the table has no 'weight' column", remedy: "add one, or choose uniform")
      }
      for (i, value) in column.enumerated() where !(value >= 0 && value.isFinite) {
        throw PETError(
          .wrongInput, field: "weight, frame \(i + 1)", "\(NumberText.exact(value)) is not a weight",
          remedy: "weights are 0 or more")
      }
      weights = column
    case .counts:
      guard let isotope else {
        throw PETError(
          .wrongInput, field: "weights", "decay-and-counts weights need the isotope",
          remedy: "state TracerRadionuclide in the sidecar, or choose uniform or duration")
      }
      guard peak > 0 else {
        throw PETError(.wrongInput, field: "curves", "the scan has no activity", remedy: "check the image and units")
      }
      perActivity = frames.starts.indices.map { i in
        isotope.decayCorrection(start: frames.starts[i], duration: frames.durations[i]) / frames.durations[i]
      }
      weights = perActivity.indices.map { i in
        1 / (perActivity[i] * max(wholeCurve[i].isFinite ? wholeCurve[i] : 0, Self.activityFloor * peak))
      }
    }
    if let number = scheme.kinfitrNumber {
      weights = try KinfitrWeights.values(
        number, frames: frames, curve: wholeCurve, isotope: isotope, least: floor ?? 0.5)
    } else if let floor, let largest = weights.max() {
      weights = weights.map { $0 > 0 ? max($0, floor * largest) : 0 }
    }
    let mean = weights.reduce(0, +) / Double(weights.count)
    guard mean > 0 else {
      throw PETError(.wrongInput, field: "weights", "every weight is 0", remedy: "give some frame a weight")
    }
    values = weights.map { $0 / mean }
    counts = scheme == .counts ? (perActivity.map { $0 * mean }, wholeCurve, Self.varianceFloor * peak) : nil
  }

  /// Relative variance of the frames of one curve, in the unit of 1/weight.
  ///
  /// Decay-and-counts: noise follows partly the region's own activity, partly the whole field's, by reconstruction; the
  /// mean of the two is taken, so that errors of regions far above the mean are not understated. Else 1/weight.
  func variance(of curve: [Double]) -> [Double] {
    Array(unsafeUninitializedCapacity: curve.count) { out, count in
      curve.withUnsafeBufferPointer { variance(of: $0, into: out) }
      count = curve.count
    }
  }

  /// As above, into memory of the caller.
  func variance(of curve: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>) {
    guard let counts else {
      let largest = values.max() ?? 1
      for i in 0..<curve.count { out[i] = 1 / max(values[i], 1e-9 * largest) }
      return
    }
    for i in 0..<curve.count {
      let whole = counts.wholeCurve[i].isFinite ? counts.wholeCurve[i] : 0
      let own = curve[i].isFinite ? max(0, curve[i]) : 0
      out[i] = counts.perActivity[i] * max((own + whole) / 2, counts.floor)
    }
  }

  /// What covariance follows from the scheme, for the sidecar.
  package var statement: String {
    let variance =
      switch scheme {
      case .uniform: "the same in every frame"
      case .duration: "proportional to 1/duration"
      case .counts:
        "proportional to activity x decay factor / duration, activity being the mean of the region's and the whole "
          + "segmentation's; weights take the whole segmentation's, at least "
          + "\(NumberText.short(Self.activityFloor * 100)) % of its peak"
      case .column: "proportional to 1/weight"
      default: "proportional to 1/weight, weights by the scheme of that number"
      }
    return "variance of a frame taken as \(variance); its scale is estimated from the residuals"
  }
}
