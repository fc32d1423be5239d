import PETCore

/// The kernel of SRTM (two linear parameters) and SRTM2 (one), with k2a searched.
///
/// For regions and voxels alike: products of the curve with the basis functions of a grid of rates, a search on their
/// interpolating polynomials, then Newton steps on the model itself, nearly always one.
package struct RateKernel: FitKernel {
  package let weights: [Double]
  /// Frames that count.
  private let used: Int
  private let tissue: ReferenceTissue
  private let fixedRate: Double?
  private let grid: RateGrid
  private let linear: RateLinearPart
  private let tables: RateTables

  init(_ card: ModelCard, input: ScanInput, fixedRate: ReferenceRate?) throws(PETError) {
    let weights = input.usedWeights()
    self.weights = weights
    used = weights.count { $0 > 0 }
    try input.check(card, used: weights, parameters: fixedRate == nil ? 3 : 2)
    let tissue = try ReferenceTissue(input, card)
    self.tissue = tissue
    self.fixedRate = fixedRate?.value
    grid = RateGrid(card.bounds("k2a", in: input))
    let binding = card.bounds("BPND", in: input)
    linear = RateLinearPart(
      delivery: card.bounds("R1", in: input), distribution: 1 + binding.lowerBound...1 + binding.upperBound,
      efflux: card.bounds("k2", in: input), fixedRate: fixedRate?.value)
    tables = RateTables(tissue: tissue, weights: weights, grid: grid, linear: linear)
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    let (found, isEnd) = curve.withUnsafeBufferPointer { solve($0) }
    guard found.sum.isFinite else { return .singular }
    estimates[0] = found.distribution - 1
    estimates[1] = found.delivery
    estimates[2] = found.distribution * found.rate
    estimates[3] = found.rate
    estimates[4] = fixedRate ?? found.distribution * found.rate / found.delivery
    if isEnd || found.atBound { return .atBound }
    return found.isTold ? .converged : .poorlyIdentified
  }

  /// Weighted residual sum at the solution.
  func residualSum(_ curve: [Double]) -> Double { curve.withUnsafeBufferPointer { solve($0).solution.sum } }

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
    if k2a == grid.bounds.lowerBound || k2a == grid.bounds.upperBound { held.insert(fixedRate == nil ? 2 : 1) }
    if let k2prime = fixedRate {
      if r1 == linear.delivery.lowerBound || r1 == linear.delivery.upperBound { held.insert(0) }
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
    if r1 == linear.delivery.lowerBound || r1 == linear.delivery.upperBound { held.insert(0) }
    if total == linear.distribution.lowerBound || total == linear.distribution.upperBound { held.insert(1) }
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

  /// Linear parameters at a rate, with the residual sum and its derivative by the logarithm of the rate.
  private struct Solution {
    let rate: Double
    let delivery: Double
    let distribution: Double
    let atBound: Bool
    let sum: Double
    let slope: Double
    /// Whether the error of 1 + BPND, from the residuals, is small beside it.
    let isTold: Bool

    static let none = Solution(
      rate: .nan, delivery: .nan, distribution: .nan, atBound: false, sum: .infinity, slope: 0, isTold: false)
  }

  private func solve(_ curve: UnsafeBufferPointer<Double>) -> (solution: Solution, isEnd: Bool) {
    let n = curve.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * RateGrid.nodes + 2 * n) { memory in
      let products = UnsafeMutableBufferPointer(rebasing: memory[..<RateGrid.nodes])
      let sums = UnsafeMutableBufferPointer(rebasing: memory[RateGrid.nodes..<2 * RateGrid.nodes])
      let value = UnsafeMutableBufferPointer(rebasing: memory[2 * RateGrid.nodes..<2 * RateGrid.nodes + n])
      let slope = UnsafeMutableBufferPointer(rebasing: memory[(2 * RateGrid.nodes + n)...])
      /// The model itself at a rate.
      func exact(_ rate: Double) -> Solution {
        tissue.curve.observedConvolution(rate: rate, value: value, slope: slope)
        return best(curve, rate: rate, value: value, slope: slope)
      }
      guard grid.step > 0 else { return (exact(grid.bounds.lowerBound), true) }

      let ofReference = tables.multiply(curve, into: products)
      tables.sum(linear, products: UnsafeBufferPointer(products), ofReference: ofReference, into: sums)
      var profile = CurveRateProfile(
        linear: linear, grid: grid, tables: tables, ofReference: ofReference,
        products: UnsafePointer(products.baseAddress.unsafelyUnwrapped),
        sums: UnsafePointer(sums.baseAddress.unsafelyUnwrapped))
      let found = RateSearch.minimise(&profile)
      guard found.sum.isFinite else { return (.none, false) }
      var place = found.place
      var here = exact(grid.rate(at: place))
      guard found.isSmooth, found.curvature > 0 else {
        return (here, here.rate == grid.bounds.lowerBound || here.rate == grid.bounds.upperBound)
      }
      // Newton steps of the exact slope, nearly always one: so short that the convolution follows its own derivative.
      var curvature = found.curvature / grid.step
      for _ in 0..<4 {
        let step = -here.slope / curvature
        guard abs(step) < 0.01, place + step > Double(RateGrid.first), place + step < Double(RateGrid.last) else {
          break
        }
        place += step
        let rate = grid.rate(at: place)
        let change = rate - here.rate
        guard abs(change) > 1e-5 * rate else {
          for i in 0..<n { value[i] += change * slope[i] }
          return (best(curve, rate: rate, value: value, slope: slope), false)
        }
        let next = exact(rate)
        let secant = (next.slope - here.slope) / step
        here = next
        guard secant > 0 else { break }
        curvature = secant
      }
      return (here, false)
    }
  }

  /// The best linear parameters at a rate.
  ///
  /// - Parameters:
  ///   - value: C_R ⊗ exp(-rate t) as the frames see it.
  ///   - slope: its derivative by the rate.
  private func best(
    _ curve: UnsafeBufferPointer<Double>, rate: Double, value: UnsafeMutableBufferPointer<Double>,
    slope: UnsafeMutableBufferPointer<Double>
  ) -> Solution {
    tissue.values.withUnsafeBufferPointer { reference in
      weights.withUnsafeBufferPointer { weights in
        let n = curve.count
        var moments = RateMoments()
        for i in 0..<n {
          let w = weights[i]
          let v = rate * value[i]
          let u = reference[i] - v
          moments.uu += w * u * u
          moments.uv += w * u * v
          moments.vv += w * v * v
          moments.uy += w * u * curve[i]
          moments.vy += w * v * curve[i]
        }
        let (r1, total, atBound) = linear.best(moments, rate: rate)
        let share = (total - r1) * rate
        var sum = 0.0
        var gradient = 0.0
        // Products of d = ∂prediction/∂k2a with u, v and itself.
        var (ud, vd, dd) = (0.0, 0.0, 0.0)
        for i in 0..<n {
          let residual = curve[i] - r1 * reference[i] - share * value[i]
          sum += weights[i] * residual * residual
          let change =
            fixedRate.map { r1 * (($0 - rate) * slope[i] - value[i]) }
            ?? (total - r1) * (value[i] + rate * slope[i])
          gradient -= 2 * weights[i] * residual * change
          let v = rate * value[i]
          let d = weights[i] * change
          ud += d * (reference[i] - v)
          vd += d * v
          dd += d * change
        }
        let variance: Double
        if let fixedRate {
          // 1 + BPND = R1 k2'/k2a, of the two unknowns R1 and k2a.
          let ratio = fixedRate / rate
          let cc = moments.uu + 2 * ratio * moments.uv + ratio * ratio * moments.vv
          let cd = ud + ratio * vd
          let byRate = -total / rate
          variance =
            (ratio * ratio * dd - 2 * ratio * byRate * cd + byRate * byRate * cc) / (cc * dd - cd * cd)
            / Double(max(used - 2, 1))
        } else {
          let minor = moments.uu * dd - ud * ud
          let determinant =
            moments.vv * minor - moments.uv * (moments.uv * dd - ud * vd) + vd * (moments.uv * ud - moments.uu * vd)
          variance = minor / determinant / Double(max(used - 3, 1))
        }
        let limit = ModelCard.largestRelativeError * total
        return Solution(
          rate: rate, delivery: r1, distribution: total, atBound: atBound, sum: sum.isNaN ? .infinity : sum,
          slope: gradient * rate, isTold: variance * sum <= limit * limit)
      }
    }
  }
}
