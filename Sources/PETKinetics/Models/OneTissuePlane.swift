/// Weighted products of B = C_p ⊗ exp(-k2 t) and of blood with each other and with the curve.
struct OneTissueMoments {
  var bb = 0.0
  var bc = 0.0
  var by = 0.0
  var cy = 0.0
}

/// K1 and vB at a rate from the normal equations, within their bounds.
struct OneTissuePlane: Sendable {
  let delivery: ClosedRange<Double>
  let blood: ClosedRange<Double>
  /// Σ w C_b².
  let ofBlood: Double

  /// Residual sum less that of the data, with a = (1 - vB) K1.
  func sum(_ m: OneTissueMoments, _ a: Double, _ vB: Double) -> Double {
    a * (a * m.bb - 2 * m.by) + 2 * a * vB * m.bc + vB * (vB * ofBlood - 2 * m.cy)
  }

  /// (1 - vB) K1 and vB lie in a quadrangle: what leaves it goes to the lowest place on its four sides.
  func best(_ m: OneTissueMoments) -> (delivery: Double, blood: Double) {
    let determinant = m.bb * ofBlood - m.bc * m.bc
    if determinant > 1e-14 * m.bb * ofBlood {
      let vB = (m.cy * m.bb - m.by * m.bc) / determinant
      let k1 = (m.by * ofBlood - m.cy * m.bc) / determinant / (1 - vB)
      if blood.contains(vB), delivery.contains(k1) { return (k1, vB) }
    }
    var best = (delivery: Double.nan, blood: Double.nan, sum: Double.infinity)
    func consider(_ k1: Double, _ vB: Double) {
      let sum = sum(m, (1 - vB) * k1, vB)
      if sum < best.sum { best = (k1, vB, sum) }
    }
    for edge in 0..<2 {
      let vB = edge == 0 ? blood.lowerBound : blood.upperBound
      let free = (m.by - vB * m.bc) / m.bb / (1 - vB)
      consider(min(max(free, delivery.lowerBound), delivery.upperBound), vB)
      // Along a bound of K1 the prediction is K1 B + vB (C_b - K1 B).
      let k1 = edge == 0 ? delivery.lowerBound : delivery.upperBound
      let square = ofBlood - 2 * k1 * m.bc + k1 * k1 * m.bb
      guard square > 0 else { continue }
      let along = (m.cy - k1 * m.by - k1 * (m.bc - k1 * m.bb)) / square
      consider(k1, min(max(along, blood.lowerBound), blood.upperBound))
    }
    return (best.delivery, best.blood)
  }

  /// A solution within the bounds, refined on its residuals, which gives back the accuracy that normal equations cost.
  ///
  /// - Parameter left: as the moments, the products with the curve being those with the residuals.
  func refined(_ k1: Double, _ vB: Double, by left: OneTissueMoments) -> (delivery: Double, blood: Double) {
    let determinant = left.bb * ofBlood - left.bc * left.bc
    let better = vB + (left.cy * left.bb - left.by * left.bc) / determinant
    let held = min(max(better, blood.lowerBound), blood.upperBound)
    let delivered = (1 - vB) * k1 + (left.by * ofBlood - left.cy * left.bc) / determinant
    return (min(max(delivered / (1 - held), delivery.lowerBound), delivery.upperBound), held)
  }

  /// Whether K1 or vB, searched between two bounds, ended at one of them.
  func isAtBound(_ k1: Double, _ vB: Double) -> Bool { delivery.hasEnd(at: k1) || blood.hasEnd(at: vB) }

  /// Which of them neither are held nor lie at a bound.
  func isFree(_ k1: Double, _ vB: Double) -> (delivery: Bool, blood: Bool) {
    (
      delivery.lowerBound < delivery.upperBound && !delivery.hasEnd(at: k1),
      blood.lowerBound < blood.upperBound && !blood.hasEnd(at: vB)
    )
  }

  /// The residual sums, less that of the data, of `best` at eight nodes.
  func sums(bb: SIMD8<Double>, bc: SIMD8<Double>, by: SIMD8<Double>, cy: Double) -> SIMD8<Double> {
    typealias Eight = SIMD8<Double>
    func clamp(_ value: Eight, _ range: ClosedRange<Double>) -> Eight {
      pointwiseMin(pointwiseMax(value, Eight(repeating: range.lowerBound)), Eight(repeating: range.upperBound))
    }
    func sum(_ a: Eight, _ vB: Eight) -> Eight {
      let own = a * (a * bb - 2 * by)
      let other = vB * (ofBlood * vB - 2 * cy)
      return own + other + 2 * (a * vB * bc)
    }
    let determinant = ofBlood * bb - bc * bc
    let isTold = determinant .> 1e-14 * (ofBlood * bb)
    let free = (cy * bb - by * bc) / determinant
    let freeDelivery = (ofBlood * by - cy * bc) / determinant
    let k1 = freeDelivery / (1 - free)
    let bloodHolds = (free .>= blood.lowerBound) .& (free .<= blood.upperBound)
    let deliveryHolds = (k1 .>= delivery.lowerBound) .& (k1 .<= delivery.upperBound)
    let inside = isTold .& bloodHolds .& deliveryHolds
    let atFree = -(freeDelivery * by + cy * free)
    if all(inside) { return atFree }
    var lowest = Eight(repeating: .infinity)
    for edge in 0..<2 {
      let vB = edge == 0 ? blood.lowerBound : blood.upperBound
      let best = clamp((by - vB * bc) / bb / (1 - vB), delivery)
      lowest = pointwiseMin(lowest, sum((1 - vB) * best, Eight(repeating: vB)))
      let k1 = edge == 0 ? delivery.lowerBound : delivery.upperBound
      let square = ofBlood - 2 * k1 * bc + k1 * k1 * bb
      let along = clamp((cy - k1 * by - k1 * (bc - k1 * bb)) / square, blood)
      let side = sum(k1 * (1 - along), along)
      lowest = pointwiseMin(lowest, side.replacing(with: .infinity, where: .!(square .> 0)))
    }
    return lowest.replacing(with: atFree, where: inside)
  }
}
