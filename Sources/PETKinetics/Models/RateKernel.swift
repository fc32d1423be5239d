import PETCore

/// The kernel of SRTM (two linear parameters) and SRTM2 (one), with k2a searched.
///
/// For regions and voxels alike: products of the curve with the basis functions of a grid of rates, a search on their
/// interpolating polynomials, then Newton steps on the model itself, nearly always one.
package struct RateKernel: FitKernel, RateFit {
  package static let predictsCurve = true
  package let weights: [Double]
  /// Frames that count.
  private let used: Int
  /// Unknowns that are not held.
  private let unknowns: Int
  private let tissue: ReferenceTissue
  private let fixedRate: Double?
  let grid: RateGrid
  let reach = 1e-5
  private let linear: RateLinearPart
  private let tables: RateTables

  init(_ card: ModelCard, input: ScanInput, fixedRate: ReferenceRate?) throws(PETError) {
    let weights = input.usedWeights()
    self.weights = weights
    used = weights.count { $0 > 0 }
    let tissue = try ReferenceTissue(input, card)
    self.tissue = tissue
    self.fixedRate = fixedRate?.value
    let binding = card.bounds("BPND", in: input)
    linear = RateLinearPart(
      delivery: card.bounds("R1", in: input), distribution: 1 + binding.lowerBound...1 + binding.upperBound,
      efflux: card.bounds("k2", in: input), fixedRate: fixedRate?.value)
    guard let rates = linear.rates(in: card.bounds("k2a", in: input)) else {
      throw PETError(
        .wrongInput, field: "bounds", "no k2a is within the bounds of R1, BPND, k2 and k2a at once",
        remedy: "widen one of them")
    }
    grid = RateGrid(rates)
    let free = linear.free + (grid.step > 0 ? 1 : 0)
    try input.check(card, used: weights, parameters: free)
    unknowns = free
    tables = RateTables(tissue: tissue, weights: weights, grid: grid, linear: linear)
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    guard let found = curve.withUnsafeBufferPointer({ solve($0) }), found.sum.isFinite else { return .singular }
    estimates[0] = found.distribution - 1
    estimates[1] = found.delivery
    estimates[2] = found.distribution * found.rate
    estimates[3] = found.rate
    estimates[4] = fixedRate ?? found.distribution * found.rate / found.delivery
    if grid.bounds.hasEnd(at: found.rate) || linear.isAtBound(found.delivery, found.distribution, rate: found.rate) {
      return .atBound
    }
    return found.isTold ? .converged : .poorlyIdentified
  }

  /// Weighted residual sum at the solution.
  func residualSum(_ curve: [Double]) -> Double { curve.withUnsafeBufferPointer { solve($0)?.sum ?? .infinity } }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    RateLinearization(
      tissue: tissue, weights: weights, bounds: linear, rates: grid.bounds, total: 1 + estimates[0], r1: estimates[1],
      k2a: estimates[3]
    ).of(curve)
  }

  package func errors(_ input: ScanInput) -> any CurveErrors {
    // With a parameter held the unknowns are others.
    guard grid.step > 0, !linear.isAnythingHeld else { return LinearizedErrors(self, input) }
    return RateErrors(self, tissue: tissue, grid: grid, linear: linear, unknowns: unknowns, input: input)
  }

  /// Linear parameters at a rate, with the residual sum and its derivative by the logarithm of the rate.
  struct Solution: RatePoint {
    let rate: Double
    let delivery: Double
    let distribution: Double
    let sum: Double
    let slope: Double
    /// Whether the error of 1 + BPND, from the residuals, is small beside it.
    let isTold: Bool
  }

  func profile(
    of curve: UnsafeBufferPointer<Double>, products: UnsafeMutableBufferPointer<Double>,
    sums: UnsafeMutableBufferPointer<Double>
  ) -> CurveRateProfile {
    let ofReference = tables.multiply(curve, into: products)
    tables.sum(linear, products: UnsafeBufferPointer(products), ofReference: ofReference, into: sums)
    return CurveRateProfile(
      linear: linear, grid: grid, tables: tables, ofReference: ofReference,
      products: UnsafePointer(products.baseAddress.unsafelyUnwrapped),
      sums: UnsafePointer(sums.baseAddress.unsafelyUnwrapped))
  }

  func convolve(_ rate: Double, value: UnsafeMutableBufferPointer<Double>, slope: UnsafeMutableBufferPointer<Double>) {
    tissue.curve.observedConvolution(rate: rate, value: value, slope: slope)
  }

  /// The best linear parameters at a rate.
  ///
  /// - Parameters:
  ///   - value: C_R ⊗ exp(-rate t) as the frames see it.
  ///   - slope: its derivative by the rate.
  func best(
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
        let (r1, total) = linear.best(moments, rate: rate)
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
        // What is held has no share in the error.
        if grid.step == 0 { (ud, vd, dd) = (0, 0, 1) }
        let freedom = Double(max(used - unknowns, 1))
        let variance: Double
        if let fixedRate {
          // 1 + BPND = R1 k2'/k2a, of the two unknowns R1 and k2a.
          let ratio = fixedRate / rate
          let cc = moments.uu + 2 * ratio * moments.uv + ratio * ratio * moments.vv
          let cd = ud + ratio * vd
          let byRate = grid.step == 0 ? 0 : -total / rate
          variance =
            linear.free == 0
            ? byRate * byRate / dd / freedom
            : (ratio * ratio * dd - 2 * ratio * byRate * cd + byRate * byRate * cc) / (cc * dd - cd * cd) / freedom
        } else {
          if linear.isDeliveryHeld { (moments.uu, moments.uv, ud) = (1, 0, 0) }
          let minor = moments.uu * dd - ud * ud
          let determinant =
            moments.vv * minor - moments.uv * (moments.uv * dd - ud * vd) + vd * (moments.uv * ud - moments.uu * vd)
          variance = minor / determinant / freedom
        }
        let limit = ModelCard.largestRelativeError * total
        return Solution(
          rate: rate, delivery: r1, distribution: total, sum: sum.isNaN ? .infinity : sum,
          slope: gradient * rate, isTold: linear.isBindingHeld || variance * sum <= limit * limit)
      }
    }
  }
}
