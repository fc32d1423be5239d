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

/// ∂prediction/∂unknowns of SRTM (R1, 1 + BPND, k2a) and SRTM2 (R1, k2a), that by k2a less its factor: (1 + BPND - R1), or
/// R1.
struct RateDesign {
  let k2a: Double
  let k2prime: Double?

  /// Columns times the roots of the weights.
  ///
  /// - Parameters:
  ///   - value: C_R ⊗ exp(-k2a t) as the frames see it.
  ///   - slope: its derivative by k2a.
  func write(
    _ reference: [Double], _ value: UnsafeMutableBufferPointer<Double>, _ slope: UnsafeMutableBufferPointer<Double>,
    roots: [Double], into columns: UnsafeMutableBufferPointer<Double>
  ) {
    let n = roots.count
    for i in 0..<n {
      if let k2prime {
        columns[i] = roots[i] * (reference[i] + (k2prime - k2a) * value[i])
        columns[n + i] = roots[i] * ((k2prime - k2a) * slope[i] - value[i])
      } else {
        columns[i] = roots[i] * (reference[i] - k2a * value[i])
        columns[n + i] = roots[i] * (k2a * value[i])
        columns[2 * n + i] = roots[i] * (value[i] + k2a * slope[i])
      }
    }
  }
}

/// What noise of the reference does to fits of SRTM and SRTM2, at every rate of a grid.
///
/// ∂prediction/∂reference is R1 + share x convolution with exp(-k2a t): its products with the orthonormal columns of the
/// design are polynomials in R1 and the share, whose coefficients depend on k2a alone.
struct RateReferenceErrors: Sendable {
  /// Groups of eight coefficients of a node.
  private let groups: Int
  private let unknowns: Int
  private let nodes: [SIMD8<Double>]
  /// Whether the columns can be told apart at a node and its neighbours.
  private let isUsable: [Bool]

  init(_ tissue: ReferenceTissue, roots: [Double], grid: RateGrid, k2prime: Double?, input: ScanInput) {
    let unknowns = k2prime == nil ? 3 : 2
    self.unknowns = unknowns
    groups = (Self.count(unknowns) + 7) / 8
    var nodes: [SIMD8<Double>] = []
    var isTold: [Bool] = []
    let variance = input.reference.map(\.variance) ?? roots.map { _ in 0 }
    let deviations = variance.map { $0.squareRoot() }
    let gradient = k2prime == nil ? nil : input.k2prime?.referenceGradient
    for rate in grid.rates {
      let list =
        Self.coefficients(
          tissue, roots: roots, rate: rate, k2prime: k2prime, deviations: deviations, gradient: gradient) ?? []
      isTold.append(!list.isEmpty)
      let padded = list + Array(repeating: 0, count: 8 * groups - list.count)
      for g in 0..<groups { nodes.append(SIMD8(padded[8 * g..<8 * g + 8])) }
    }
    self.nodes = nodes
    isUsable = isTold.indices.map { node in
      node >= 3 && node + 4 < isTold.count && isTold[node - 3...node + 4].allSatisfy { $0 }
    }
  }

  /// Coefficients of a node.
  ///
  /// With P = Qᵀ√W, A = P D² Pᵀ, B = P D² (P C)ᵀ, and G = P C D² (P C)ᵀ, C the convolution: A, B + Bᵀ and G row by row,
  /// then what Q leaves of them, then with k2' fixed P b, P D² g and P C D² g.
  private static func count(_ p: Int) -> Int { 3 * p * p + 3 + 3 * p }

  private static func coefficients(
    _ tissue: ReferenceTissue, roots: [Double], rate: Double, k2prime: Double?, deviations: [Double],
    gradient: [Double]?
  ) -> [Double]? {
    let n = roots.count
    let p = k2prime == nil ? 3 : 2
    var b = [Double](repeating: 0, count: n)
    var slope = b
    tissue.curve.observedConvolution(rate: rate, value: &b, slope: &slope)
    var columns = [Double](repeating: 0, count: p * n)
    b.withUnsafeMutableBufferPointer { b in
      slope.withUnsafeMutableBufferPointer { slope in
        columns.withUnsafeMutableBufferPointer {
          RateDesign(k2a: rate, k2prime: k2prime).write(
            tissue.values, b, slope, roots: roots.map { _ in 1 }, into: $0)
        }
      }
    }
    let design = Matrix(columns: (0..<p).map { Array(columns[$0 * n..<($0 + 1) * n]) })
    guard let basis = OrthonormalBasis(design, rows: roots, columns: Array(0..<p)) else { return nil }
    let convolution = tissue.carriesNoise ? tissue.convolutionOperator(rate: rate) : Matrix(rows: n, columns: n)
    let direct = basis.project(nil, deviations: deviations)
    let carried = basis.project(convolution, deviations: deviations)
    let both = basis.project(Matrix.identity(n) + convolution, deviations: deviations)
    let (a, c) = (direct.projected.scalingColumns(deviations), carried.projected.scalingColumns(deviations))
    let cross = a * c.transposed
    var list = (a * a.transposed).values + (cross + cross.transposed).values + (c * c.transposed).values
    list += [direct.left, both.left - direct.left - carried.left, carried.left]
    if let gradient {
      let scaled = zip(gradient, deviations).map { $0 * $1 }
      func times(_ matrix: Matrix) -> [Double] {
        (0..<p).map { j in (0..<n).reduce(0) { $0 + matrix[j, $1] * scaled[$1] } }
      }
      list += basis.project(b).values + times(a) + times(c)
    }
    return list
  }

  /// What the nodes around a place count, and the first of them; nil where their columns cannot be told apart.
  func shares(at place: Double) -> (first: Int, counts: SIMD8<Double>)? {
    guard place.isFinite else { return nil }
    let interval = min(max(Int(place), RateGrid.first), RateGrid.last - 1)
    guard isUsable[interval] else { return nil }
    return (interval - 3, RateGrid.shares(place - Double(interval)))
  }

  /// The coefficients between nodes, put together at R1 and (1 + BPND - R1) k2a.
  func add(to sums: inout FitSums, shares: (first: Int, counts: SIMD8<Double>), r1: Double, share: Double) {
    let p = unknowns
    var list = InlineArray<40, Double>(repeating: 0)
    nodes.withUnsafeBufferPointer { nodes in
      for g in 0..<groups {
        var sum = SIMD8<Double>.zero
        for j in 0..<8 { sum += nodes[(shares.first + j) * groups + g] * shares.counts[j] }
        for k in 0..<8 { list[8 * g + k] = sum[k] }
      }
    }
    let (one, two, three) = (r1 * r1, r1 * share, share * share)
    let square = p * p
    for a in 0..<p {
      for b in 0..<p {
        let i = p * a + b
        sums.reference[4 * a + b] = one * list[i] + two * list[square + i] + three * list[2 * square + i]
      }
    }
    let left = 3 * square
    sums.referenceLeft = one * list[left] + two * list[left + 1] + three * list[left + 2]
    guard p == 2 else { return }
    for j in 0..<p {
      sums.byRate[j] = r1 * list[left + 3 + j]
      sums.rateByReference[j] = r1 * list[left + 3 + p + j] + share * list[left + 3 + 2 * p + j]
    }
  }
}
