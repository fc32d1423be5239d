/// Weighted products of u = C_R - k2a B and v = k2a B with each other and with the curve.
struct RateMoments {
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
struct RateLinearPart: Sendable {
  let delivery: ClosedRange<Double>
  let distribution: ClosedRange<Double>
  let efflux: ClosedRange<Double>
  let fixedRate: Double?

  var isDeliveryHeld: Bool { delivery.lowerBound == delivery.upperBound }
  var isBindingHeld: Bool { distribution.lowerBound == distribution.upperBound }
  private var isDistributionHeld: Bool { isBindingHeld || efflux.lowerBound == efflux.upperBound }

  var isAnythingHeld: Bool { isDeliveryHeld || isDistributionHeld }

  /// Unknowns that are not held: R1 and 1 + BPND, or with k2' the one that they are.
  var free: Int {
    fixedRate == nil
      ? (isDeliveryHeld ? 0 : 1) + (isDistributionHeld ? 0 : 1) : isDeliveryHeld || isDistributionHeld ? 0 : 1
  }

  /// Whether R1, BPND or k2 lies at a bound.
  func isAtBound(_ r1: Double, _ total: Double, rate: Double) -> Bool {
    delivery.hasEnd(at: r1) || distribution.hasEnd(at: total) || efflux.hasEnd(at: total * rate)
  }

  /// The k2a of a range at which R1, BPND and k2 have a place within their bounds; nil when there is none.
  ///
  /// k2 = (1 + BPND) k2a, and with k2' known k2 = R1 k2' too: beyond these rates the bounds contradict each other.
  func rates(in range: ClosedRange<Double>) -> ClosedRange<Double>? {
    var (least, most) = (efflux.lowerBound, efflux.upperBound)
    if let fixedRate {
      least = max(least, delivery.lowerBound * fixedRate)
      most = min(most, delivery.upperBound * fixedRate)
    }
    let low = max(range.lowerBound, least / distribution.upperBound)
    let high = distribution.lowerBound > 0 ? min(range.upperBound, most / distribution.lowerBound) : range.upperBound
    // What is held meets in one rate, but for rounding.
    guard low <= high * (1 + 1e-12) else { return nil }
    return min(low, high)...high
  }

  func best(_ m: RateMoments, rate: Double) -> (delivery: Double, distribution: Double) {
    let low = max(distribution.lowerBound, efflux.lowerBound / rate)
    let high = max(low, min(distribution.upperBound, efflux.upperBound / rate))
    if let fixedRate {
      // 1 + BPND = R1 k2'/k2a: one column, u + (k2'/k2a) v.
      let ratio = fixedRate / rate
      let least = max(delivery.lowerBound, low / ratio)
      let range = least...max(least, min(delivery.upperBound, high / ratio))
      let free = (m.uy + ratio * m.vy) / (m.uu + 2 * ratio * m.uv + ratio * ratio * m.vv)
      let r1 = clamp(free, range)
      return (r1, r1 * ratio)
    }
    let determinant = m.uu * m.vv - m.uv * m.uv
    guard determinant > 1e-14 * m.uu * m.vv else { return (.nan, .nan) }
    let r1 = (m.uy * m.vv - m.vy * m.uv) / determinant
    let total = (m.vy * m.uu - m.uy * m.uv) / determinant
    if r1 >= delivery.lowerBound, r1 <= delivery.upperBound, total >= low, total <= high { return (r1, total) }
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
    return (best.delivery, best.distribution)
  }

  private func clamp(_ value: Double, _ range: ClosedRange<Double>) -> Double {
    min(max(value, range.lowerBound), range.upperBound)
  }

  /// d(residual sum)/d(log rate) with the parameters at their best.
  ///
  /// - Parameter d: derivatives of the moments by log rate.
  func slope(_ m: RateMoments, _ d: RateMoments, _ r1: Double, _ total: Double, rate: Double) -> Double {
    let fixed = r1 * (r1 * d.uu - 2 * d.uy) + 2 * r1 * total * d.uv + total * (total * d.vv - 2 * d.vy)
    // 1 + BPND moves with the rate when R1 k2'/k2a or a bound of k2 is what holds it.
    let slides = fixedRate != nil || total == efflux.upperBound / rate || total == efflux.lowerBound / rate
    return slides ? fixed - 2 * total * (r1 * m.uv + total * m.vv - m.vy) : fixed
  }
}

extension RateLinearPart {
  /// The residual sums, less that of the data, of `best` at eight nodes.
  func sums(_ node: RateNodeGroup, uy: SIMD8<Double>, vy: SIMD8<Double>) -> SIMD8<Double> {
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
