import Foundation
package import PETCore

/// The share of plasma activity that is unchanged tracer, against time.
package struct ParentFraction: Sendable {
  /// Forms, t in s; 1 at injection.
  package enum Model: String, Sendable, CaseIterable {
    case interpolation
    /// 1 - (1 - a) t^b/(10^c + t^b)
    case hill
    /// a e^(-b t) + (1 - a) e^(-c t)
    case exponential
    /// 1/(1 + (a t)^b)^c
    case power
    /// ((1 - t³/(t³ + 10^a))^b + c)/(1 + c)
    case sigmoid
    /// 1 - a P(b, t/c), P the gamma distribution function
    case gamma
    /// 1 - a Q(b, c/t), Q the upper tail of the gamma distribution
    case inverseGamma = "inverse-gamma"
  }

  package let model: Model
  package let parameters: [Double]
  package let residualSum: Double
  /// Akaike's criterion; NaN for interpolation.
  package let aic: Double
  private let samples: PiecewiseLinear

  /// Fits one form to samples, which are joined by straight lines from (0, 1) for interpolation.
  package init(_ model: Model, times: [Double], values: [Double]) throws(PETError) {
    self.model = model
    samples =
      (times.first ?? 0) > 0
      ? PiecewiseLinear(times: [0] + times, values: [1] + values) : PiecewiseLinear(times: times, values: values)
    guard model != .interpolation else {
      parameters = []
      residualSum = 0
      aic = .nan
      return
    }
    let bounds = Self.bounds(model)
    guard times.count > bounds.count else {
      throw PETError(
        .wrongInput, field: "metabolite_parent_fraction",
        "\(times.count) samples for the \(bounds.count) parameters of the \(model.rawValue) form",
        remedy: "use --parent-fraction interpolation")
    }
    let fit = SampleFit(times: times, values: values, weights: times.map { _ in 1 }, bounds: bounds) { time, p in
      Self.value(model, time, p)
    }
    parameters = fit.parameters
    residualSum = fit.sum
    let n = Double(times.count)
    aic = n * log(max(fit.sum, 1e-300) / n) + 2 * Double(bounds.count + 1)
  }

  /// The form with the lowest criterion.
  package static func best(times: [Double], values: [Double]) throws(PETError) -> ParentFraction {
    var best: ParentFraction?
    for model in Model.allCases where model != .interpolation {
      let fit = try ParentFraction(model, times: times, values: values)
      if fit.aic < best?.aic ?? .infinity { best = fit }
    }
    return if let best { best } else { try ParentFraction(.interpolation, times: times, values: values) }
  }

  package func callAsFunction(_ time: Double) -> Double {
    if model == .interpolation { return samples(max(0, time)) }
    return parameters.withUnsafeBufferPointer { Self.value(model, max(0, time), $0) }
  }

  private static func bounds(_ model: Model) -> [ClosedRange<Double>] {
    switch model {
    case .interpolation: []
    case .hill: [0...1, 1...100, 0...100]
    case .exponential: [0...1, 0...1, 0...1]
    case .power: [0...1, 1...10, 0...5]
    case .sigmoid: [0...100, 0...100, 0...100]
    case .gamma, .inverseGamma: [0.3...3, 0...20, 0...1e6]
    }
  }

  private static func value(_ model: Model, _ t: Double, _ p: UnsafeBufferPointer<Double>) -> Double {
    guard t > 0 else { return 1 }
    let (a, b, c) = (p[0], p[1], p[2])
    switch model {
    case .interpolation: return .nan
    // t^b/(10^c + t^b) written so that neither power overflows.
    case .hill: return 1 - (1 - a) / (1 + pow(10, c - b * log10(t)))
    case .exponential: return a * exp(-b * t) + (1 - a) * exp(-c * t)
    case .power: return pow(1 + pow(a * t, b), -c)
    case .sigmoid: return (pow(1 / (1 + pow(t, 3) * pow(10, -a)), b) + c) / (1 + c)
    case .gamma: return c > 0 ? 1 - a * Distribution.gamma(t / c, shape: b).lower : 1 - a
    case .inverseGamma: return 1 - a * Distribution.gamma(c / t, shape: b).upper
    }
  }
}
