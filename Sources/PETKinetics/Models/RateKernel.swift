import PETCore

/// The kernel of SRTM (two linear parameters) and SRTM2 (one), with k2a searched.
package struct RateKernel: FitKernel {
  package let weights: [Double]
  private let tissue: ReferenceTissue
  private let fixedRate: Double?
  private let rates: [Double]
  /// For each rate of the grid: w u and w v, frames long, with u = C_R - k2a B and v = k2a B.
  private let weighted: [Double]
  /// For each rate of the grid: Σ w u u, Σ w u v, Σ w v v.
  private let grams: [(uu: Double, uv: Double, vv: Double)]
  private let delivery: ClosedRange<Double>
  private let distribution: ClosedRange<Double>
  private let efflux: ClosedRange<Double>

  init(_ card: ModelCard, input: ScanInput, fixedRate: ReferenceRate?) throws(PETError) {
    let weights = input.usedWeights()
    self.weights = weights
    try input.check(card, used: weights, parameters: fixedRate == nil ? 3 : 2)
    let tissue = try ReferenceTissue(input, card)
    self.tissue = tissue
    self.fixedRate = fixedRate?.value
    rates = RateSearch.grid(card.bounds("k2a", in: input))
    var weighted: [Double] = []
    var grams: [(uu: Double, uv: Double, vv: Double)] = []
    for rate in rates {
      let v = tissue.curve.observedConvolution(rate: rate).map { rate * $0 }
      let u = zip(tissue.values, v).map { $0 - $1 }
      weighted += zip(weights, u).map { $0 * $1 } + zip(weights, v).map { $0 * $1 }
      func product(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] } }
      grams.append((product(u, u), product(u, v), product(v, v)))
    }
    self.weighted = weighted
    self.grams = grams
    delivery = card.bounds("R1", in: input)
    let binding = card.bounds("BPND", in: input)
    distribution = 1 + binding.lowerBound...1 + binding.upperBound
    efflux = card.bounds("k2", in: input)
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

  /// Weighted residual sum at the solution.
  func residualSum(_ curve: [Double]) -> Double {
    curve.withUnsafeBufferPointer { curve in
      var profile = Profile(kernel: self, curve: curve)
      let found = RateSearch.minimise(&profile, grid: rates)
      return profile.solve(rate: found.rate).sum
    }
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
      tissue.carriesNoise
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

    private let reference: [Double]
    private let weights: [Double]

    init(kernel: RateKernel, curve: UnsafeBufferPointer<Double>) {
      self.kernel = kernel
      self.curve = curve
      value = Array(repeating: 0, count: curve.count)
      slope = value
      reference = kernel.tissue.values
      weights = kernel.weights
    }

    typealias Solution = (delivery: Double, distribution: Double, sum: Double, atBound: Bool)

    /// Residual sum less that of the data: enough to find the lowest places.
    func residualSum(atGrid index: Int) -> Double {
      let n = curve.count
      var uy = 0.0
      var vy = 0.0
      kernel.weighted.withUnsafeBufferPointer { weighted in
        let base = 2 * n * index
        for i in 0..<n {
          uy += weighted[base + i] * curve[i]
          vy += weighted[base + n + i] * curve[i]
        }
      }
      let g = kernel.grams[index]
      let (r1, total, _) = linear(uu: g.uu, uv: g.uv, vv: g.vv, uy: uy, vy: vy, rate: kernel.rates[index])
      return r1 * (r1 * g.uu - 2 * uy) + 2 * r1 * total * g.uv + total * (total * g.vv - 2 * vy)
    }

    mutating func solve(rate: Double) -> Solution {
      kernel.tissue.curve.observedConvolution(rate: rate, value: &value, slope: &slope)
      let n = curve.count
      return value.withUnsafeBufferPointer { value in
        reference.withUnsafeBufferPointer { reference in
          weights.withUnsafeBufferPointer { weights in
            var uu = 0.0
            var uv = 0.0
            var vv = 0.0
            var uy = 0.0
            var vy = 0.0
            for i in 0..<n {
              let w = weights[i]
              let v = rate * value[i]
              let u = reference[i] - v
              uu += w * u * u
              uv += w * u * v
              vv += w * v * v
              uy += w * u * curve[i]
              vy += w * v * curve[i]
            }
            let (r1, total, atBound) = linear(uu: uu, uv: uv, vv: vv, uy: uy, vy: vy, rate: rate)
            var sum = 0.0
            for i in 0..<n {
              let residual = curve[i] - r1 * reference[i] - (total - r1) * rate * value[i]
              sum += weights[i] * residual * residual
            }
            return (r1, total, sum, atBound)
          }
        }
      }
    }

    mutating func evaluate(rate: Double) -> (sum: Double, slope: Double) {
      let best = solve(rate: rate)
      let share = (best.distribution - best.delivery) * rate
      var gradient = 0.0
      value.withUnsafeBufferPointer { value in
        slope.withUnsafeBufferPointer { slope in
          for i in 0..<curve.count {
            let residual = curve[i] - best.delivery * reference[i] - share * value[i]
            let change =
              if let k2prime = kernel.fixedRate {
                best.delivery * ((k2prime - rate) * slope[i] - value[i])
              } else {
                (best.distribution - best.delivery) * (value[i] + rate * slope[i])
              }
            gradient -= 2 * weights[i] * residual * change
          }
        }
      }
      return (best.sum, gradient)
    }

    /// R1 and 1 + BPND at a rate from the normal equations, within their bounds and those of k2 = (1 + BPND) k2a.
    private func linear(uu: Double, uv: Double, vv: Double, uy: Double, vy: Double, rate: Double) -> (
      delivery: Double, distribution: Double, atBound: Bool
    ) {
      let low = max(kernel.distribution.lowerBound, kernel.efflux.lowerBound / rate)
      let high = max(low, min(kernel.distribution.upperBound, kernel.efflux.upperBound / rate))
      func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        min(max(value, range.lowerBound), range.upperBound)
      }
      if let k2prime = kernel.fixedRate {
        // 1 + BPND = R1 k2'/k2a: one column, u + (k2'/k2a) v.
        let ratio = k2prime / rate
        let least = max(kernel.delivery.lowerBound, low / ratio)
        let range = least...max(least, min(kernel.delivery.upperBound, high / ratio))
        let free = (uy + ratio * vy) / (uu + 2 * ratio * uv + ratio * ratio * vv)
        let r1 = clamp(free, range)
        return (r1, r1 * ratio, r1 != free)
      }
      let determinant = uu * vv - uv * uv
      guard determinant > 1e-14 * uu * vv else { return (.nan, .nan, false) }
      let r1 = (uy * vv - vy * uv) / determinant
      let total = (vy * uu - uy * uv) / determinant
      if kernel.delivery.contains(r1), total >= low, total <= high { return (r1, total, false) }
      var best = (delivery: 0.0, distribution: 0.0, sum: Double.infinity)
      func consider(_ r1: Double, _ total: Double) {
        let sum = r1 * (r1 * uu - 2 * uy) + 2 * r1 * total * uv + total * (total * vv - 2 * vy)
        if sum < best.sum { best = (r1, total, sum) }
      }
      for edge in [kernel.delivery.lowerBound, kernel.delivery.upperBound] {
        consider(edge, clamp((vy - edge * uv) / vv, low...high))
      }
      for edge in [low, high] { consider(clamp((uy - edge * uv) / uu, kernel.delivery), edge) }
      return (best.delivery, best.distribution, true)
    }
  }
}
