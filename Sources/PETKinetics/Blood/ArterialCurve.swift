import Foundation
package import PETCore

/// The arterial input as a curve with parameters, or its samples joined by straight lines.
package struct ArterialCurve: Sendable {
  package enum Model: String, Sendable, CaseIterable {
    case interpolation
    /// 0 to t0, a straight line to the peak, then three exponentials of the time since the peak.
    case triexponential
    /// (A u - B - C) e^(-α u) + B e^(-β u) + C e^(-γ u), u = t - t0. Feng et al. 1993, doi:10.1016/0020-7101(93)90049-C.
    case feng
  }

  package let model: Model
  /// t0, A, B, C (kBq/mL, A of Feng's form kBq/mL/s), α, β, γ (1/s); empty for interpolation.
  package let parameters: [Double]
  package let residualSum: Double
  package let aic: Double
  private let samples: PiecewiseLinear
  private let peak: (time: Double, value: Double)

  /// - Parameters:
  ///   - times: s, ascending.
  ///   - values: kBq/mL; negative ones count as 0 in a fit.
  package init(_ model: Model, times: [Double], values: [Double], weights: [Double]) throws(PETError) {
    self.model = model
    samples =
      (times.first ?? 0) > 0
      ? PiecewiseLinear(times: [0] + times, values: [0] + values) : PiecewiseLinear(times: times, values: values)
    let data = values.map { max(0, $0) }
    let top = data.indices.max { data[$0] < data[$1] } ?? 0
    peak = (times[top], data[top])
    guard model != .interpolation else {
      parameters = []
      residualSum = 0
      aic = .nan
      return
    }
    guard times.count - top > 7, top > 0 else {
      throw PETError(
        .wrongInput, field: "AIF",
        "\(top) samples before the peak and \(times.count - top) from it on do not tell the \(model.rawValue) form",
        remedy: "use --aif interpolation")
    }
    let fit =
      model == .feng
      ? Self.feng(times, data, weights, top: top) : Self.triexponential(times, data, weights, top: top)
    parameters = fit.point
    residualSum = fit.sum
    let n = Double(weights.count { $0 > 0 })
    aic = n * log(max(fit.sum, 1e-300) / n) + 2 * 8
  }

  /// Whether the curve shows the bolus: its highest value at a sample is half of the measured peak or more.
  package var hasBolus: Bool {
    guard model != .interpolation else { return true }
    return samples.times.contains { self($0) >= 0.5 * peak.value }
  }

  package func callAsFunction(_ time: Double) -> Double {
    guard model != .interpolation else { return samples(time) }
    let p = parameters
    let u = time - (model == .feng ? p[0] : peak.time)
    if model == .triexponential, u <= 0 {
      return time <= p[0] ? 0 : peak.value * (time - p[0]) / (peak.time - p[0])
    }
    guard u > 0 || model == .triexponential else { return 0 }
    let (fast, middle, slow) = (exp(-p[4] * u), exp(-p[5] * u), exp(-p[6] * u))
    return model == .feng
      ? (p[1] * u - p[2] - p[3]) * fast + p[2] * middle + p[3] * slow
      : p[1] * fast + p[2] * middle + p[3] * slow
  }

  private typealias Fit = (point: [Double], sum: Double)

  /// Rates searched, 1/s, fast, middle, slow.
  private static let rates: [ClosedRange<Double>] = [5e-3...2, 2e-4...0.3, 1e-7...2e-2]

  /// Rise and fall share no parameter: t0 by itself, the fall by a grid of rates and descent.
  private static func triexponential(_ times: [Double], _ data: [Double], _ weights: [Double], top: Int) -> Fit {
    func rise(_ start: Double) -> Double {
      (0..<top).reduce(0) { sum, i in
        let value = times[i] <= start ? 0 : data[top] * (times[i] - start) / (times[top] - start)
        return sum + weights[i] * (value - data[i]) * (value - data[i])
      }
    }
    var start = (time: 0.0, sum: Double.infinity)
    // The sum is smooth between samples only.
    for i in 0..<top {
      let low = i == 0 ? 0 : times[i - 1]
      guard low < times[i] else { continue }
      let place = LineSearch.minimum(low...times[i], steps: 5, of: rise)
      if rise(place) < start.sum { start = (place, rise(place)) }
    }
    // The peak itself belongs to the straight line.
    let tail = Array(top + 1..<times.count)
    let fall = exponentials(
      tail.map { times[$0] - times[top] }, tail.map { data[$0] }, tail.map { weights[$0] }, isFeng: false, start: nil)
    return ([start.time] + fall.point, start.sum + fall.sum)
  }

  /// t0 in each interval between samples up to the peak; the best of them refined with everything free.
  private static func feng(_ times: [Double], _ data: [Double], _ weights: [Double], top: Int) -> Fit {
    func fit(_ t0: Double, from start: [Double]?) -> Fit {
      exponentials(times.map { $0 - t0 }, data, weights, isFeng: true, start: start)
    }
    var best: (t0: Double, fit: Fit)?
    for i in 0..<top {
      // From a grid of its own, and from the best so far: either may be the way to the lowest sum.
      for start in [nil, best?.fit.point] {
        let found = fit(times[i], from: start)
        if found.sum < best?.fit.sum ?? .infinity { best = (times[i], found) }
        if best == nil { break }
      }
    }
    guard let best else { return (Array(repeating: .nan, count: 7), .infinity) }
    var result = (point: [best.t0] + best.fit.point, sum: best.fit.sum)
    let place = times.firstIndex { $0 >= best.t0 } ?? 0
    for (low, high) in [(max(place - 1, 0), place), (place, min(place + 1, times.count - 1))] where low < high {
      let t0 = LineSearch.minimum(times[low]...times[high], steps: 4) { fit($0, from: best.fit.point).sum }
      let found = fit(t0, from: best.fit.point)
      if found.sum < result.sum { result = ([t0] + found.point, found.sum) }
    }
    // Once more from a fresh grid, in case the walk along the samples followed a poor valley.
    let fresh = fit(result.point[0], from: nil)
    if fresh.sum < result.sum { result = ([result.point[0]] + fresh.point, fresh.sum) }
    return result
  }

  /// A, B, C, α, β, γ at a given origin; from a grid of rates when there is no start.
  private static func exponentials(
    _ since: [Double], _ data: [Double], _ weights: [Double], isFeng: Bool, start: [Double]?
  ) -> Fit {
    let bounds: [ClosedRange<Double>] = Array(repeating: 0...1e6, count: 3) + rates
    var problem = Exponentials(since: since, data: data, roots: weights.map { $0.squareRoot() }, isFeng: isFeng)
    let search = LevenbergMarquardt(lower: bounds.map(\.lowerBound), upper: bounds.map(\.upperBound), mostRounds: 300)
    func descend(_ point: [Double]) -> Fit {
      var point = point
      let outcome = point.withUnsafeMutableBufferPointer { search.minimise(&problem, from: $0) }
      return (point, outcome.sum)
    }
    if let start { return descend(start) }
    let grid = StartGrid(
      axes: [
        StartGrid.logarithmic(rates[0], from: 0.01, to: 1, count: 7),
        StartGrid.logarithmic(rates[1], from: 5e-4, to: 0.1, count: 7),
        StartGrid.logarithmic(rates[2], from: 1e-6, to: 5e-3, count: 7),
      ],
      bounds: Array(repeating: 0...1e6, count: 3), weights: weights,
      columns: { node in Exponentials.columns(since, node, isFeng: isFeng) })
    return grid.starts(data.span, most: 5)
      .map { descend([$0.linear[0], $0.linear[1], $0.linear[2]] + grid.nodes[$0.node]) }
      .min { $0.sum < $1.sum } ?? (Array(repeating: .nan, count: 6), .infinity)
  }

  private struct Exponentials: LeastSquaresProblem {
    let since: [Double]
    let data: [Double]
    let roots: [Double]
    let isFeng: Bool
    var observations: Int { since.count }
    var unknowns: Int { 6 }

    static func columns(_ since: [Double], _ rates: [Double], isFeng: Bool) -> [[Double]] {
      let exponentials = rates.map { rate in since.map { $0 < 0 ? 0 : exp(-rate * $0) } }
      guard isFeng else { return exponentials }
      return [
        since.indices.map { max(0, since[$0]) * exponentials[0][$0] },
        since.indices.map { exponentials[1][$0] - exponentials[0][$0] },
        since.indices.map { exponentials[2][$0] - exponentials[0][$0] },
      ]
    }

    func evaluate(
      _ p: UnsafeBufferPointer<Double>, residuals: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      let n = since.count
      for i in 0..<n {
        let u = since[i]
        let w = roots[i]
        guard u >= 0 else {
          residuals[i] = -w * data[i]
          for j in 0..<6 { jacobian[j * n + i] = 0 }
          continue
        }
        let (fast, middle, slow) = (exp(-p[3] * u), exp(-p[4] * u), exp(-p[5] * u))
        let front = isFeng ? p[0] * u - p[1] - p[2] : p[0]
        residuals[i] = w * (front * fast + p[1] * middle + p[2] * slow - data[i])
        jacobian[i] = w * fast * (isFeng ? u : 1)
        jacobian[n + i] = w * (isFeng ? middle - fast : middle)
        jacobian[2 * n + i] = w * (isFeng ? slow - fast : slow)
        jacobian[3 * n + i] = -w * u * front * fast
        jacobian[4 * n + i] = -w * u * p[1] * middle
        jacobian[5 * n + i] = -w * u * p[2] * slow
      }
    }
  }
}
