import Foundation
import PETCore

/// A curve with a few parameters fitted to samples, from many starts within its bounds.
struct SampleFit {
  let parameters: [Double]
  /// Weighted residual sum.
  let sum: Double

  /// - Parameters:
  ///   - bounds: of each parameter; starts are drawn evenly, in the logarithm where a bound spans decades.
  ///   - value: the curve at a time.
  init(
    times: [Double], values: [Double], weights: [Double], bounds: [ClosedRange<Double>], starts: Int = 60,
    value: @escaping (Double, UnsafeBufferPointer<Double>) -> Double
  ) {
    let search = LevenbergMarquardt(lower: bounds.map(\.lowerBound), upper: bounds.map(\.upperBound), mostRounds: 200)
    var random = SeededGenerator(seed: 1)
    var best = (point: bounds.map(\.lowerBound), sum: Double.infinity)
    var problem = Problem(
      times: times, values: values, roots: weights.map { $0.squareRoot() }, bounds: bounds, value: value)
    for _ in 0..<starts {
      var point = bounds.map { range in
        let u = random.uniform()
        if range.upperBound > 50 * max(range.lowerBound, 1e-9), range.lowerBound >= 0 {
          let low = max(range.lowerBound, 1e-4 * range.upperBound)
          return low * pow(range.upperBound / low, u)
        }
        return range.lowerBound + u * (range.upperBound - range.lowerBound)
      }
      let outcome = point.withUnsafeMutableBufferPointer { search.minimise(&problem, from: $0) }
      if outcome.sum < best.sum { best = (point, outcome.sum) }
    }
    parameters = best.point
    sum = best.sum
  }

  /// Residuals with derivatives by central differences, whose error is below 1e-9 of the derivative.
  private struct Problem: LeastSquaresProblem {
    let times: [Double]
    let values: [Double]
    let roots: [Double]
    let bounds: [ClosedRange<Double>]
    let value: (Double, UnsafeBufferPointer<Double>) -> Double
    var observations: Int { times.count }
    var unknowns: Int { bounds.count }

    mutating func evaluate(
      _ point: UnsafeBufferPointer<Double>, residuals: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      let n = times.count
      for i in 0..<n { residuals[i] = roots[i] * (value(times[i], point) - values[i]) }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: point.count) { moved in
        for j in 0..<point.count { moved[j] = point[j] }
        for j in 0..<point.count {
          let range = bounds[j]
          let step = 1e-5 * max(abs(point[j]), 1e-6 * (range.upperBound - range.lowerBound))
          let up = min(point[j] + step, range.upperBound)
          let down = max(point[j] - step, range.lowerBound)
          moved[j] = up
          for i in 0..<n { jacobian[j * n + i] = value(times[i], UnsafeBufferPointer(moved)) }
          moved[j] = down
          for i in 0..<n {
            let change = jacobian[j * n + i] - value(times[i], UnsafeBufferPointer(moved))
            jacobian[j * n + i] = up > down ? roots[i] * change / (up - down) : 0
          }
          moved[j] = point[j]
        }
      }
    }
  }
}
