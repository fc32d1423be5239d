import PETCore

/// Errors of SRTM and SRTM2 for many curves of one scan, nothing held.
///
/// The columns of the design span a space that depends on k2a alone, so what the reference's noise does in it is worked out
/// at the nodes of the rate grid and interpolated; design, residuals and the curve's own noise are exact.
final class RateErrors: CurveErrors {
  let freedom: Int
  private let tissue: ReferenceTissue
  private let weights: [Double]
  private let roots: [Double]
  private let grid: RateGrid
  private let k2prime: Double?
  private let frameWeights: FrameWeights
  private let variances: FitVariances
  private let reference: RateReferenceErrors
  /// Where a rate's neighbours tell nothing.
  private let general: LinearizedErrors<RateKernel>
  private let memory: UnsafeMutableBufferPointer<Double>

  init(
    _ kernel: RateKernel, tissue: ReferenceTissue, grid: RateGrid, linear: RateLinearPart, unknowns: Int,
    input: ScanInput
  ) {
    let n = kernel.weights.count
    freedom = max(0, kernel.weights.count { $0 > 0 } - unknowns)
    self.tissue = tissue
    weights = kernel.weights
    roots = kernel.weights.map { $0 > 0 ? $0.squareRoot() : 0 }
    self.grid = grid
    k2prime = linear.fixedRate
    frameWeights = input.weights
    variances = FitVariances(input, parameters: 5, unknowns: unknowns, usesRate: k2prime != nil)
    reference = RateReferenceErrors(tissue, roots: roots, grid: grid, k2prime: k2prime, input: input)
    general = LinearizedErrors(kernel, input)
    // Convolution, its slope, variance of frames; then the columns, and the same times deviations.
    memory = .allocate(capacity: n * (3 + 2 * unknowns))
  }

  deinit { memory.deallocate() }

  func find(_ curve: UnsafeBufferPointer<Double>, at estimates: Span<Double>, into errors: inout MutableSpan<Double>)
    -> Bool
  {
    let n = weights.count
    let (r1, total, k2a) = (estimates[1], 1 + estimates[0], estimates[3])
    guard freedom > 0, let shares = reference.shares(at: grid.place(of: k2a)) else {
      return general.find(curve, at: estimates, into: &errors)
    }
    func part(_ index: Int, _ count: Int = 1) -> UnsafeMutableBufferPointer<Double> {
      UnsafeMutableBufferPointer(rebasing: memory[index * n..<(index + count) * n])
    }
    let (value, slope, variance) = (part(0), part(1), part(2))
    let unknowns = variances.unknowns
    let (q, scaled) = (part(3, unknowns), part(3 + unknowns, unknowns))
    tissue.curve.observedConvolution(rate: k2a, value: value, slope: slope)
    RateDesign(k2a: k2a, k2prime: k2prime).write(tissue.values, value, slope, roots: roots, into: q)
    var sums = FitSums()
    var areTold = false
    var triangle = sums.triangle.mutableSpan
    triangle.withUnsafeMutableBufferPointer {
      areTold = GramSchmidt.orthonormalise(q, count: unknowns, length: n, triangle: $0, stride: 4)
    }
    let factor = k2prime == nil ? total - r1 : r1
    for j in 0..<unknowns { sums.triangle[4 * j + unknowns - 1] *= factor }
    guard areTold, factor != 0 else {
      for i in 0..<errors.count { errors[i] = .nan }
      return false
    }
    frameWeights.variance(of: curve, into: variance)
    let share = (total - r1) * k2a
    for i in 0..<n where weights[i] > 0 {
      let residual = curve[i] - r1 * tissue.values[i] - share * value[i]
      sums.residual += weights[i] * residual * residual
      sums.ownLeft += weights[i] * variance[i]
    }
    for i in 0..<n {
      let root = (weights[i] * variance[i]).squareRoot()
      for j in 0..<unknowns { scaled[j * n + i] = q[j * n + i] * root }
    }
    if let rows = scaled.baseAddress {
      sums.ownLeft -= FitSums.addProducts(rows, unknowns, length: n, to: &sums.own)
    }
    reference.add(to: &sums, shares: shares, r1: r1, share: share)
    let outcome =
      k2prime.map { OutcomeGradient.rates(r1: r1, k2a: k2a, k2prime: $0) }
      ?? OutcomeGradient.rates(r1: r1, total: total, k2a: k2a)
    variances.standardErrors(sums, outcome, at: estimates, into: &errors)
    return true
  }
}
