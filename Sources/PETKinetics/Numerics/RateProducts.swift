/// Weighted products of a curve with a column for every rate of a grid, and with one that all rates have.
struct RateProducts: Sendable {
  private let frames: Int
  /// w x common column.
  private let weightedCommon: [Double]
  /// w x column, all rates of a frame together.
  private let weighted: [SIMD8<Double>]

  /// - Parameter columns: one for each node of the grid.
  init(_ columns: [[Double]], common: [Double], weights: [Double]) {
    frames = weights.count
    weightedCommon = zip(weights, common).map { $0 * $1 }
    let groups = RateGrid.nodes / 8
    var weighted = [SIMD8<Double>](repeating: .zero, count: weights.count * groups)
    for (node, column) in columns.enumerated() {
      for i in weights.indices { weighted[i * groups + node / 8][node % 8] = weights[i] * column[i] }
    }
    self.weighted = weighted
  }

  /// A number for each node, eight neighbours together.
  static func groups(_ list: [Double]) -> [SIMD8<Double>] {
    stride(from: 0, to: list.count, by: 8).map { SIMD8(list[$0..<$0 + 8]) }
  }

  /// Σ w column y for every rate; returns Σ w common y.
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
      return weightedCommon.withUnsafeBufferPointer { weights in
        var sum = 0.0
        for i in 0..<frames { sum += weights[i] * curve[i] }
        return sum
      }
    }
  }
}
