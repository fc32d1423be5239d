import PETCore

/// The kernel of SRTM (two linear parameters) and SRTM2 (one), with k2a searched.
package struct RateKernel: FitKernel {
  package let weights: [Double]
  private let tissue: ReferenceTissue
  private let fixedRate: Double?
  private let rates: [Double]
  /// Convolution with each rate of the grid, one after the other.
  private let basis: [[Double]]
  private let delivery: ClosedRange<Double>
  private let distribution: ClosedRange<Double>
  private let efflux: ClosedRange<Double>
  private let carriesReferenceNoise: Bool

  init(_ card: ModelCard, input: ScanInput, fixedRate: ReferenceRate?) throws(PETError) {
    weights = input.usedWeights()
    try input.check(card, used: weights, parameters: fixedRate == nil ? 3 : 2)
    let tissue = ReferenceTissue(input)
    self.tissue = tissue
    self.fixedRate = fixedRate?.value
    rates = RateSearch.grid(card.bounds("k2a", in: input))
    basis = rates.map { tissue.curve.observedConvolution(rate: $0) }
    delivery = card.bounds("R1", in: input)
    let binding = card.bounds("BPND", in: input)
    distribution = 1 + binding.lowerBound...1 + binding.upperBound
    efflux = card.bounds("k2", in: input)
    carriesReferenceNoise = input.referenceNoise != nil
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    let (found, solution) = curve.withUnsafeBufferPointer { curve in
      var profile = Profile(kernel: self, curve: curve)
      let found = RateSearch.minimise(&profile, grid: rates)
      return (found, profile.solve(rate: found.rate))
    }
    let k2a = found.rate
    guard solution.sum.isFinite else { return .singular }
    estimates[0] = solution.distribution - 1
    estimates[1] = solution.delivery
    estimates[2] = solution.distribution * k2a
    estimates[3] = k2a
    estimates[4] = fixedRate ?? solution.distribution * k2a / solution.delivery
    return found.atBound || solution.atBound ? .atBound : .converged
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let total = 1 + estimates[0]
    let r1 = estimates[1]
    let k2a = estimates[3]
    var b = [Double](repeating: 0, count: weights.count)
    var slope = b
    tissue.curve.observedConvolution(rate: k2a, value: &b, slope: &slope)
    let reference = tissue.values
    let frames = weights.indices
    let share = (total - r1) * k2a
    let predicted = frames.map { r1 * reference[$0] + share * b[$0] }
    let sensitivity =
      carriesReferenceNoise
      ? r1 * Matrix.identity(weights.count) + share * tissue.convolutionOperator(rate: k2a) : nil
    var held: Set<Int> = []
    if k2a == rates[0] || k2a == rates[rates.count - 1] { held.insert(fixedRate == nil ? 2 : 1) }
    if let k2prime = fixedRate {
      if r1 == delivery.lowerBound || r1 == delivery.upperBound { held.insert(0) }
      return Linearization(
        predicted: predicted, observed: curve, weights: weights,
        design: Matrix(columns: [
          frames.map { reference[$0] + (k2prime - k2a) * b[$0] },
          frames.map { r1 * ((k2prime - k2a) * slope[$0] - b[$0]) },
        ]),
        held: held, referenceOperator: sensitivity, k2primeGradient: frames.map { r1 * b[$0] },
        outcome: Matrix(rows: [
          [k2prime / k2a, -r1 * k2prime / (k2a * k2a)], [1, 0], [k2prime, 0], [0, 1], [0, 0],
        ]),
        outcomeByK2prime: [r1 / k2a, 0, r1, 0, 1])
    }
    if r1 == delivery.lowerBound || r1 == delivery.upperBound { held.insert(0) }
    if total == distribution.lowerBound || total == distribution.upperBound { held.insert(1) }
    return Linearization(
      predicted: predicted, observed: curve, weights: weights,
      design: Matrix(columns: [
        frames.map { reference[$0] - k2a * b[$0] }, frames.map { k2a * b[$0] },
        frames.map { (total - r1) * (b[$0] + k2a * slope[$0]) },
      ]),
      held: held, referenceOperator: sensitivity,
      outcome: Matrix(rows: [
        [0, 1, 0], [1, 0, 0], [0, k2a, total], [0, 0, 1],
        [-total * k2a / (r1 * r1), k2a / r1, total / r1],
      ]))
  }

  /// The best linear parameters at a rate, and the residual sum there.
  private struct Profile: RateProfile {
    let kernel: RateKernel
    let curve: UnsafeBufferPointer<Double>
    var value: [Double]
    var slope: [Double]

    init(kernel: RateKernel, curve: UnsafeBufferPointer<Double>) {
      self.kernel = kernel
      self.curve = curve
      value = Array(repeating: 0, count: curve.count)
      slope = value
    }

    typealias Solution = (delivery: Double, distribution: Double, sum: Double, atBound: Bool)

    func residualSum(atGrid index: Int) -> Double { solve(kernel.basis[index], rate: kernel.rates[index]).sum }

    mutating func solve(rate: Double) -> Solution {
      kernel.tissue.curve.observedConvolution(rate: rate, value: &value, slope: &slope)
      return solve(value, rate: rate)
    }

    mutating func evaluate(rate: Double) -> (sum: Double, slope: Double) {
      let best = solve(rate: rate)
      var gradient = 0.0
      for i in 0..<curve.count {
        let share = (best.distribution - best.delivery) * rate
        let residual = curve[i] - best.delivery * kernel.tissue.values[i] - share * value[i]
        let change =
          if let k2prime = kernel.fixedRate {
            best.delivery * ((k2prime - rate) * slope[i] - value[i])
          } else {
            (best.distribution - best.delivery) * (value[i] + rate * slope[i])
          }
        gradient -= 2 * kernel.weights[i] * residual * change
      }
      return (best.sum, gradient)
    }

    private func solve(_ basis: [Double], rate: Double) -> Solution {
      var uu = 0.0
      var uv = 0.0
      var vv = 0.0
      var uy = 0.0
      var vy = 0.0
      let reference = kernel.tissue.values
      for i in 0..<curve.count {
        let w = kernel.weights[i]
        let v = rate * basis[i]
        let u = reference[i] - v
        uu += w * u * u
        uv += w * u * v
        vv += w * v * v
        uy += w * u * curve[i]
        vy += w * v * curve[i]
      }
      // 1 + BPND within its bounds and those of k2 = (1 + BPND) k2a.
      let low = max(kernel.distribution.lowerBound, kernel.efflux.lowerBound / rate)
      let high = max(low, min(kernel.distribution.upperBound, kernel.efflux.upperBound / rate))
      func finish(_ r1: Double, _ total: Double, _ atBound: Bool) -> Solution {
        var sum = 0.0
        for i in 0..<curve.count {
          let residual = curve[i] - r1 * reference[i] - (total - r1) * rate * basis[i]
          sum += kernel.weights[i] * residual * residual
        }
        return (r1, total, sum, atBound)
      }
      func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        min(max(value, range.lowerBound), range.upperBound)
      }
      if let k2prime = kernel.fixedRate {
        // 1 + BPND = R1 k2'/k2a: one column, u + (k2'/k2a) v.
        let ratio = k2prime / rate
        let least = max(kernel.delivery.lowerBound, low / ratio)
        let range = least...max(least, min(kernel.delivery.upperBound, high / ratio))
        let norm = uu + 2 * ratio * uv + ratio * ratio * vv
        guard norm > 0 else { return (0, 0, .nan, false) }
        let free = (uy + ratio * vy) / norm
        let r1 = clamp(free, range)
        return finish(r1, r1 * ratio, r1 != free)
      }
      let determinant = uu * vv - uv * uv
      guard determinant > 1e-14 * uu * vv else { return (0, 0, .nan, false) }
      let r1 = (uy * vv - vy * uv) / determinant
      let total = (vy * uu - uy * uv) / determinant
      if kernel.delivery.contains(r1), total >= low, total <= high { return finish(r1, total, false) }
      var best: Solution = (0, 0, .infinity, true)
      for edge in [kernel.delivery.lowerBound, kernel.delivery.upperBound] {
        let candidate = finish(edge, clamp((vy - edge * uv) / vv, low...high), true)
        if candidate.sum < best.sum { best = candidate }
      }
      for edge in [low, high] {
        let candidate = finish(clamp((uy - edge * uv) / uu, kernel.delivery), edge, true)
        if candidate.sum < best.sum { best = candidate }
      }
      return best
    }
  }
}
