import PETCore

/// The kernel of SRTM (two linear parameters) and SRTM2 (one), with k2a searched.
///
/// For regions and voxels alike: products of the curve with the basis functions of a grid of rates, a search on their
/// interpolating polynomials, then one Newton step on the model itself, which ends within rounding of the minimum.
package struct RateKernel: FitKernel {
  package let weights: [Double]
  /// Frames that count.
  private let used: Int
  private let tissue: ReferenceTissue
  private let fixedRate: Double?
  private let grid: RateGrid
  private let linear: LinearPart
  private let tables: Tables

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
    linear = LinearPart(
      delivery: card.bounds("R1", in: input), distribution: 1 + binding.lowerBound...1 + binding.upperBound,
      efflux: card.bounds("k2", in: input), fixedRate: fixedRate?.value)
    tables = Tables(tissue: tissue, weights: weights, grid: grid, linear: linear)
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
      var profile = Profile(
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
        var moments = Moments()
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

/// Weighted products of u = C_R - k2a B and v = k2a B with each other and with the curve.
private struct Moments {
  var uu = 0.0
  var uv = 0.0
  var vv = 0.0
  var uy = 0.0
  var vy = 0.0

  /// Residual sum less that of the data.
  func sum(_ r1: Double, _ total: Double) -> Double {
    r1 * (r1 * uu - 2 * uy) + 2 * r1 * total * uv + total * (total * vv - 2 * vy)
  }
}

/// R1 and 1 + BPND at a rate from the normal equations, within their bounds and those of k2 = (1 + BPND) k2a.
private struct LinearPart: Sendable {
  let delivery: ClosedRange<Double>
  let distribution: ClosedRange<Double>
  let efflux: ClosedRange<Double>
  let fixedRate: Double?

  func best(_ m: Moments, rate: Double) -> (delivery: Double, distribution: Double, atBound: Bool) {
    let low = max(distribution.lowerBound, efflux.lowerBound / rate)
    let high = max(low, min(distribution.upperBound, efflux.upperBound / rate))
    if let fixedRate {
      // 1 + BPND = R1 k2'/k2a: one column, u + (k2'/k2a) v.
      let ratio = fixedRate / rate
      let least = max(delivery.lowerBound, low / ratio)
      let range = least...max(least, min(delivery.upperBound, high / ratio))
      let free = (m.uy + ratio * m.vy) / (m.uu + 2 * ratio * m.uv + ratio * ratio * m.vv)
      let r1 = clamp(free, range)
      return (r1, r1 * ratio, r1 != free)
    }
    let determinant = m.uu * m.vv - m.uv * m.uv
    guard determinant > 1e-14 * m.uu * m.vv else { return (.nan, .nan, false) }
    let r1 = (m.uy * m.vv - m.vy * m.uv) / determinant
    let total = (m.vy * m.uu - m.uy * m.uv) / determinant
    if r1 >= delivery.lowerBound, r1 <= delivery.upperBound, total >= low, total <= high { return (r1, total, false) }
    var best = (delivery: 0.0, distribution: 0.0, sum: Double.infinity)
    func consider(_ r1: Double, _ total: Double) {
      let sum = m.sum(r1, total)
      if sum < best.sum { best = (r1, total, sum) }
    }
    for edge in 0..<2 {
      let r1 = edge == 0 ? delivery.lowerBound : delivery.upperBound
      consider(r1, clamp((m.vy - r1 * m.uv) / m.vv, low...high))
      let total = edge == 0 ? low : high
      consider(clamp((m.uy - total * m.uv) / m.uu, delivery), total)
    }
    return (best.delivery, best.distribution, true)
  }

  private func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    min(max(value, range.lowerBound), range.upperBound)
  }

  /// d(residual sum)/d(log rate) with the parameters at their best.
  ///
  /// - Parameter d: derivatives of the moments by log rate.
  func slope(_ m: Moments, _ d: Moments, _ r1: Double, _ total: Double, rate: Double) -> Double {
    let fixed = r1 * (r1 * d.uu - 2 * d.uy) + 2 * r1 * total * d.uv + total * (total * d.vv - 2 * d.vy)
    // 1 + BPND moves with the rate when R1 k2'/k2a or a bound of k2 is what holds it.
    let slides = fixedRate != nil || total == efflux.upperBound / rate || total == efflux.lowerBound / rate
    return slides ? fixed - 2 * total * (r1 * m.uv + total * m.vv - m.vy) : fixed
  }
}

/// What the search needs of a scan, for every rate of the grid.
private struct Tables: Sendable {
  private let frames: Int
  /// w C_R.
  private let weightedReference: [Double]
  /// w v, all rates of a frame together.
  private let weighted: [SIMD8<Double>]
  /// Eight nodes together.
  private let nodes: [NodeGroup]
  /// For each interval the polynomials of uu, uv and vv.
  let polynomials: [SIMD8<Double>]

  init(tissue: ReferenceTissue, weights: [Double], grid: RateGrid, linear: LinearPart) {
    frames = weights.count
    let reference = tissue.values
    weightedReference = zip(weights, reference).map { $0 * $1 }
    let groups = RateGrid.nodes / 8
    var weighted = [SIMD8<Double>](repeating: .zero, count: frames * groups)
    var uu: [Double] = []
    var uv: [Double] = []
    var vv: [Double] = []
    for (node, rate) in grid.rates.enumerated() {
      let v = tissue.curve.observedConvolution(rate: rate).map { rate * $0 }
      let u = zip(reference, v).map { $0 - $1 }
      for i in 0..<frames { weighted[i * groups + node / 8][node % 8] = weights[i] * v[i] }
      func product(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] } }
      uu.append(product(u, u))
      uv.append(product(u, v))
      vv.append(product(v, v))
    }
    self.weighted = weighted
    nodes = stride(from: 0, to: RateGrid.nodes, by: 8).map { start in
      func group(_ list: [Double]) -> SIMD8<Double> { SIMD8(list[start..<start + 8]) }
      return NodeGroup(linear, rates: group(grid.rates), uu: group(uu), uv: group(uv), vv: group(vv))
    }
    var polynomials = [SIMD8<Double>](repeating: .zero, count: 3 * RateGrid.nodes)
    for interval in RateGrid.first..<RateGrid.last {
      for (k, list) in [uu, uv, vv].enumerated() {
        polynomials[3 * interval + k] = list.withUnsafeBufferPointer {
          RateGrid.polynomial($0.baseAddress.unsafelyUnwrapped, interval: interval)
        }
      }
    }
    self.polynomials = polynomials
  }

  /// Σ w v y for every rate; returns Σ w C_R y.
  func multiply(_ curve: UnsafeBufferPointer<Double>, into products: UnsafeMutableBufferPointer<Double>) -> Double {
    let groups = RateGrid.nodes / 8
    let out = UnsafeMutableRawPointer(products.baseAddress.unsafelyUnwrapped)
    return weighted.withUnsafeBufferPointer { weighted in
      // Three groups at a time stay in registers.
      for group in stride(from: 0, to: groups, by: 3) {
        var (a, b, c) = (SIMD8<Double>.zero, SIMD8<Double>.zero, SIMD8<Double>.zero)
        for i in 0..<frames {
          let place = i * groups + group
          let y = curve[i]
          a += weighted[place] * y
          b += weighted[place + 1] * y
          c += weighted[place + 2] * y
        }
        out.storeBytes(of: a, toByteOffset: group * 64, as: SIMD8<Double>.self)
        out.storeBytes(of: b, toByteOffset: (group + 1) * 64, as: SIMD8<Double>.self)
        out.storeBytes(of: c, toByteOffset: (group + 2) * 64, as: SIMD8<Double>.self)
      }
      return weightedReference.withUnsafeBufferPointer { weights in
        var sum = 0.0
        for i in 0..<frames { sum += weights[i] * curve[i] }
        return sum
      }
    }
  }
}

extension Tables {
  /// The residual sum of every node, less that of the data.
  func sum(
    _ linear: LinearPart, products: UnsafeBufferPointer<Double>, ofReference: Double,
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

extension LinearPart {
  /// The residual sums, less that of the data, of `best` at eight nodes.
  func sums(_ node: NodeGroup, uy: SIMD8<Double>, vy: SIMD8<Double>) -> SIMD8<Double> {
    typealias Eight = SIMD8<Double>
    func sum(_ r1: Eight, _ total: Eight) -> Eight {
      let own = r1 * (r1 * node.uu - 2 * uy)
      let other = total * (total * node.vv - 2 * vy)
      return own + other + 2 * (r1 * total * node.uv)
    }
    func clamp(_ value: Eight, _ low: Eight, _ high: Eight) -> Eight {
      pointwiseMin(pointwiseMax(value, low), high)
    }
    let least = Eight(repeating: delivery.lowerBound)
    let most = Eight(repeating: delivery.upperBound)
    if fixedRate != nil {
      let free = (uy + node.ratio * vy) / node.joined
      let r1 = clamp(free, pointwiseMax(least, node.low / node.ratio), pointwiseMin(most, node.high / node.ratio))
      return r1 * (r1 * node.joined - 2 * (uy + node.ratio * vy))
    }
    let r1 = (uy * node.vv - vy * node.uv) * node.perDeterminant
    let total = (vy * node.uu - uy * node.uv) * node.perDeterminant
    let deliveryHolds = (r1 .>= least) .& (r1 .<= most)
    let inside = deliveryHolds .& (total .>= node.low) .& (total .<= node.high)
    let free = -(r1 * uy + total * vy)
    if all(inside) { return free }
    func bestTotal(_ r1: Eight) -> Eight { clamp((vy - r1 * node.uv) / node.vv, node.low, node.high) }
    func bestDelivery(_ total: Eight) -> Eight { clamp((uy - total * node.uv) / node.uu, least, most) }
    let ends = pointwiseMin(sum(least, bestTotal(least)), sum(most, bestTotal(most)))
    let others = pointwiseMin(sum(bestDelivery(node.low), node.low), sum(bestDelivery(node.high), node.high))
    return pointwiseMin(ends, others).replacing(with: free, where: inside)
  }
}

/// What eight neighbouring nodes have of rate and scan.
private struct NodeGroup: Sendable {
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

  init(_ linear: LinearPart, rates: SIMD8<Double>, uu: SIMD8<Double>, uv: SIMD8<Double>, vv: SIMD8<Double>) {
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
private struct Profile: RateProfile {
  let linear: LinearPart
  let grid: RateGrid
  let tables: Tables
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
    linear: LinearPart, grid: RateGrid, tables: Tables, ofReference: Double, products: UnsafePointer<Double>,
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
    let m = Moments(uu: value[0], uv: value[1], vv: value[2], uy: ofReference - value[3], vy: value[3])
    let perLog = slope / grid.step
    let d = Moments(uu: perLog[0], uv: perLog[1], vv: perLog[2], uy: -perLog[3], vy: perLog[3])
    let rate = grid.rate(at: Double(interval) + s)
    let (r1, total, _) = linear.best(m, rate: rate)
    return (m.sum(r1, total), linear.slope(m, d, r1, total, rate: rate) * grid.step)
  }
}
