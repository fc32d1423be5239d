import Foundation

/// Rates in equal steps of their logarithm, and the polynomial through eight neighbouring nodes.
///
/// What a model has of a rate (convolutions, products of them) is smooth in its logarithm: between two nodes the
/// polynomial of degree 7 through the four on either side is within 3e-8 of it (33 frames of 90 min, the usual bounds), so that a search need not convolve.
struct RateGrid: Sendable {
  /// Nodes within the bounds; neighbouring rates differ by about 14 % over the usual bounds.
  static let steps = 66
  /// Nodes beyond either bound, for the polynomials next to it.
  static let margin = 3
  static let nodes = steps + 2 * margin
  static let first = margin
  static let last = margin + steps - 1

  let bounds: ClosedRange<Double>
  /// Natural logarithm of the first node within the bounds, and its step; the step is 0 for a rate that is held.
  private let start: Double
  let step: Double
  /// Rates of all nodes, 1/s.
  let rates: [Double]

  init(_ bounds: ClosedRange<Double>) {
    self.bounds = bounds
    let low = log(bounds.lowerBound)
    let step = (log(bounds.upperBound) - low) / Double(Self.steps - 1)
    start = low
    self.step = step
    var rates = (0..<Self.nodes).map { exp(low + step * Double($0 - Self.margin)) }
    rates[Self.first] = bounds.lowerBound
    rates[Self.last] = bounds.upperBound
    self.rates = rates
  }

  /// The rate at a place between nodes; exactly a bound at its node.
  func rate(at place: Double) -> Double {
    if place <= Double(Self.first) { return bounds.lowerBound }
    if place >= Double(Self.last) { return bounds.upperBound }
    return exp(start + step * (place - Double(Self.first)))
  }

  /// The polynomials of several lists of nodes: all of an interval together, interval after interval.
  static func polynomials(_ lists: [[Double]]) -> [SIMD8<Double>] {
    var result = [SIMD8<Double>](repeating: .zero, count: lists.count * nodes)
    for interval in first..<last {
      for (k, list) in lists.enumerated() {
        result[lists.count * interval + k] = list.withUnsafeBufferPointer {
          polynomial($0.baseAddress.unsafelyUnwrapped, interval: interval)
        }
      }
    }
    return result
  }

  /// Where a rate lies between nodes.
  func place(of rate: Double) -> Double { Double(Self.first) + (step > 0 ? (log(rate) - start) / step : 0) }

  /// What nodes interval - 3 … interval + 4 count at interval + s.
  static func shares(_ s: Double) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    for d in stride(from: 7, through: 0, by: -1) { result = result * s + powers[d] }
    return result
  }

  /// Coefficients, constant first, of the polynomial in s = place - interval through nodes interval - 3 … interval + 4.
  static func polynomial(_ values: UnsafePointer<Double>, interval: Int) -> SIMD8<Double> {
    var result = SIMD8<Double>.zero
    for j in 0..<8 { result += basis[j] * values[interval - 3 + j] }
    return result
  }

  /// Their coefficients, those of one power together.
  private static let powers: InlineArray<8, SIMD8<Double>> = {
    var result = InlineArray<8, SIMD8<Double>>(repeating: .zero)
    for d in 0..<8 { for j in 0..<8 { result[d][j] = basis[j][d] } }
    return result
  }()

  /// Lagrange's polynomials of the nodes -3…4, each as its coefficients.
  private static let basis: InlineArray<8, SIMD8<Double>> = {
    var result = InlineArray<8, SIMD8<Double>>(repeating: .zero)
    for j in 0..<8 {
      var product = SIMD8<Double>.zero
      product[0] = 1
      for k in 0..<8 where k != j {
        // times (s - node k)/(node j - node k)
        let node = Double(k - 3)
        var next = product * -node
        for d in 1..<8 { next[d] += product[d - 1] }
        product = next / Double(j - k)
      }
      result[j] = product
    }
    return result
  }()
}
