import PETCore

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
