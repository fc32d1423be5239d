package import PETCore

/// Whole blood over plasma, against time: what turns an autosampler's blood into plasma.
package struct BloodRatio: Sendable {
  package enum Model: String, Sendable, CaseIterable {
    case constant
    case linear
    case interpolation
  }

  package let model: Model
  /// constant: the mean; linear: value at injection and slope in 1/s.
  package let parameters: [Double]
  private let samples: PiecewiseLinear

  package init(_ model: Model, times: [Double], ratios: [Double]) throws(PETError) {
    guard !times.isEmpty, model != .linear || times.count > 2 else {
      throw PETError(
        .wrongInput, field: "plasma_radioactivity",
        "\(times.count) samples of both blood and plasma do not give their \(model.rawValue) ratio",
        remedy: "give more samples, or --blood-ratio constant")
    }
    self.model = model
    samples = PiecewiseLinear(times: times, values: ratios)
    let n = Double(times.count)
    let mean = ratios.reduce(0, +) / n
    switch model {
    case .interpolation: parameters = []
    case .constant: parameters = [mean]
    case .linear:
      let middle = times.reduce(0, +) / n
      let spread = times.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
      let slope = zip(times, ratios).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - mean) } / spread
      parameters = [mean - slope * middle, slope]
    }
  }

  package func callAsFunction(_ time: Double) -> Double {
    switch model {
    case .interpolation: samples(time)
    case .constant: parameters[0]
    case .linear: parameters[0] + parameters[1] * time
    }
  }
}
