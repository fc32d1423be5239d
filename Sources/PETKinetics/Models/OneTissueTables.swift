/// What the search of the one-tissue model needs of a scan, for every rate of the grid.
struct OneTissueTables: Sendable {
  private let products: RateProducts
  private let bb: [SIMD8<Double>]
  private let bc: [SIMD8<Double>]
  /// For each interval the polynomials of Σ w B² and Σ w B C_b.
  let polynomials: [SIMD8<Double>]

  init(_ tissue: PlasmaTissue, weights: [Double], grid: RateGrid) {
    let columns = grid.rates.map { tissue.parent.observedConvolution(rate: $0) }
    products = RateProducts(columns, common: tissue.blood, weights: weights)
    func product(_ a: [Double], _ b: [Double]) -> Double { a.indices.reduce(0) { $0 + weights[$1] * a[$1] * b[$1] } }
    let squares = columns.map { product($0, $0) }
    let crossed = columns.map { product($0, tissue.blood) }
    bb = RateProducts.groups(squares)
    bc = RateProducts.groups(crossed)
    polynomials = RateGrid.polynomials([squares, crossed])
  }

  /// Σ w B y for every rate; returns Σ w C_b y.
  func multiply(_ curve: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>) -> Double {
    products.multiply(curve, into: out)
  }

  /// The residual sum of every node, less that of the data.
  func sum(
    _ plane: OneTissuePlane, products: UnsafeBufferPointer<Double>, ofBlood: Double,
    into sums: UnsafeMutableBufferPointer<Double>
  ) {
    let from = UnsafeRawPointer(products.baseAddress.unsafelyUnwrapped)
    let out = UnsafeMutableRawPointer(sums.baseAddress.unsafelyUnwrapped)
    for g in bb.indices {
      let by = from.loadUnaligned(fromByteOffset: 64 * g, as: SIMD8<Double>.self)
      out.storeBytes(
        of: plane.sums(bb: bb[g], bc: bc[g], by: by, cy: ofBlood), toByteOffset: 64 * g, as: SIMD8<Double>.self)
    }
  }
}
