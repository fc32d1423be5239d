/// The profile of one curve on the grid.
struct OneTissueProfile: RateProfile {
  let plane: OneTissuePlane
  let tables: OneTissueTables
  /// Σ w C_b y.
  let ofBlood: Double
  /// Σ w B y of every node, and its residual sum less that of the data.
  let products: UnsafePointer<Double>
  let sums: UnsafePointer<Double>
  private var interval = 0
  private var bb = SIMD8<Double>.zero
  private var bc = SIMD8<Double>.zero
  private var by = SIMD8<Double>.zero

  init(
    plane: OneTissuePlane, tables: OneTissueTables, ofBlood: Double, products: UnsafePointer<Double>,
    sums: UnsafePointer<Double>
  ) {
    self.plane = plane
    self.tables = tables
    self.ofBlood = ofBlood
    self.products = products
    self.sums = sums
  }

  func sum(node: Int) -> Double { sums[node] }

  mutating func open(interval: Int) {
    self.interval = interval
    bb = tables.polynomials[2 * interval]
    bc = tables.polynomials[2 * interval + 1]
    by = RateGrid.polynomial(products, interval: interval)
  }

  func evaluate(_ s: Double) -> (sum: Double, slope: Double) {
    var value = SIMD4(bb[7], bc[7], by[7], 0)
    var slope = SIMD4<Double>.zero
    for d in stride(from: 6, through: 0, by: -1) {
      slope = slope * s + value
      value = value * s + SIMD4(bb[d], bc[d], by[d], 0)
    }
    let m = OneTissueMoments(bb: value[0], bc: value[1], by: value[2], cy: ofBlood)
    let (k1, vB) = plane.best(m)
    let a = (1 - vB) * k1
    return (plane.sum(m, a, vB), a * (a * slope[0] - 2 * slope[2]) + 2 * a * vB * slope[1])
  }
}
