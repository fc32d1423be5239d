/// What the search needs of a scan, for every rate of the grid.
struct RateTables: Sendable {
  private let products: RateProducts
  /// Eight nodes together.
  private let nodes: [RateNodeGroup]
  /// For each interval the polynomials of uu, uv and vv.
  let polynomials: [SIMD8<Double>]

  init(tissue: ReferenceTissue, weights: [Double], grid: RateGrid, linear: RateLinearPart) {
    let reference = tissue.values
    var columns: [[Double]] = []
    var uu: [Double] = []
    var uv: [Double] = []
    var vv: [Double] = []
    for rate in grid.rates {
      let v = tissue.curve.observedConvolution(rate: rate).map { rate * $0 }
      let u = zip(reference, v).map { $0 - $1 }
      columns.append(v)
      func product(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] } }
      uu.append(product(u, u))
      uv.append(product(u, v))
      vv.append(product(v, v))
    }
    products = RateProducts(columns, common: reference, weights: weights)
    nodes = stride(from: 0, to: RateGrid.nodes, by: 8).map { start in
      func group(_ list: [Double]) -> SIMD8<Double> { SIMD8(list[start..<start + 8]) }
      return RateNodeGroup(linear, rates: group(grid.rates), uu: group(uu), uv: group(uv), vv: group(vv))
    }
    polynomials = RateGrid.polynomials([uu, uv, vv])
  }

  /// Σ w v y for every rate; returns Σ w C_R y.
  func multiply(_ curve: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>) -> Double {
    products.multiply(curve, into: out)
  }
}

extension RateTables {
  /// The residual sum of every node, less that of the data.
  func sum(
    _ linear: RateLinearPart, products: UnsafeBufferPointer<Double>, ofReference: Double,
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    let from = UnsafeRawPointer(products.baseAddress.unsafelyUnwrapped)
    let out = UnsafeMutableRawPointer(sums.baseAddress.unsafelyUnwrapped)
    nodes.withUnsafeBufferPointer { nodes in
      for g in nodes.indices {
        let vy = from.loadUnaligned(fromByteOffset: 64 * g, as: SIMD8<Double>.self)
        out.storeBytes(
          of: linear.sums(nodes[g], uy: ofReference - vy, vy: vy), toByteOffset: 64 * g, as: SIMD8<Double>.self)
      }
    }
  }
}

/// What eight neighbouring nodes have of rate and scan.
struct RateNodeGroup: Sendable {
  /// Σ w u u, Σ w u v, Σ w v v.
  let uu: SIMD8<Double>
  let uv: SIMD8<Double>
  let vv: SIMD8<Double>
  let perDeterminant: SIMD8<Double>
  /// Limits of 1 + BPND.
  let low: SIMD8<Double>
  let high: SIMD8<Double>
  /// With k2' fixed: k2'/k2a, and Σ w of the square of the one column.
  let ratio: SIMD8<Double>
  let joined: SIMD8<Double>

  init(_ linear: RateLinearPart, rates: SIMD8<Double>, uu: SIMD8<Double>, uv: SIMD8<Double>, vv: SIMD8<Double>) {
    self.uu = uu
    self.uv = uv
    self.vv = vv
    let determinant = uu * vv - uv * uv
    perDeterminant = (1 / determinant).replacing(with: .nan, where: .!(determinant .> 1e-14 * uu * vv))
    low = pointwiseMax(.init(repeating: linear.distribution.lowerBound), linear.efflux.lowerBound / rates)
    high = pointwiseMax(
      low, pointwiseMin(.init(repeating: linear.distribution.upperBound), linear.efflux.upperBound / rates))
    ratio = (linear.fixedRate ?? .nan) / rates
    let cross = 2 * ratio * uv
    joined = uu + cross + ratio * ratio * vv
  }
}

/// The profile of one curve on the grid.
struct CurveRateProfile: RateProfile {
  let linear: RateLinearPart
  let grid: RateGrid
  let tables: RateTables
  /// Σ w C_R y.
  let ofReference: Double
  /// Σ w v y of every node.
  let products: UnsafePointer<Double>
  /// Residual sum of every node, less that of the data.
  let sums: UnsafePointer<Double>
  private var interval = 0
  private var uu = SIMD8<Double>.zero
  private var uv = SIMD8<Double>.zero
  private var vv = SIMD8<Double>.zero
  private var vy = SIMD8<Double>.zero

  init(
    linear: RateLinearPart, grid: RateGrid, tables: RateTables, ofReference: Double, products: UnsafePointer<Double>,
    sums: UnsafePointer<Double>
  ) {
    self.linear = linear
    self.grid = grid
    self.tables = tables
    self.ofReference = ofReference
    self.products = products
    self.sums = sums
  }

  func sum(node: Int) -> Double { sums[node] }

  mutating func open(interval: Int) {
    self.interval = interval
    uu = tables.polynomials[3 * interval]
    uv = tables.polynomials[3 * interval + 1]
    vv = tables.polynomials[3 * interval + 2]
    vy = RateGrid.polynomial(products, interval: interval)
  }

  func evaluate(_ s: Double) -> (sum: Double, slope: Double) {
    var value = SIMD4(uu[7], uv[7], vv[7], vy[7])
    var slope = SIMD4<Double>.zero
    for d in stride(from: 6, through: 0, by: -1) {
      slope = slope * s + value
      value = value * s + SIMD4(uu[d], uv[d], vv[d], vy[d])
    }
    let m = RateMoments(uu: value[0], uv: value[1], vv: value[2], uy: ofReference - value[3], vy: value[3])
    let perLog = slope / grid.step
    let d = RateMoments(uu: perLog[0], uv: perLog[1], vv: perLog[2], uy: -perLog[3], vy: perLog[3])
    let rate = grid.rate(at: Double(interval) + s)
    let (r1, total) = linear.best(m, rate: rate)
    return (m.sum(r1, total), linear.slope(m, d, r1, total, rate: rate) * grid.step)
  }
}
