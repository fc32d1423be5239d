import Foundation

/// Integrals of smooth functions by sixteen places: exact for polynomials up to degree 31.
package enum GaussLegendre {
  package static func integral(from a: Double, to b: Double, of value: (Double) -> Double) -> Double {
    let (middle, half) = ((a + b) / 2, (b - a) / 2)
    return half * rule.reduce(0) { $0 + $1.weight * value(middle + half * $1.node) }
  }

  /// Nodes and weights on (-1, 1): roots of Legendre's polynomial by Newton, and 2/((1 - x²) P'²).
  private static let rule: [(node: Double, weight: Double)] = {
    let n = 16
    return (1...n).map { i in
      var x = cos(Double.pi * (Double(i) - 0.25) / (Double(n) + 0.5))
      var slope = 0.0
      for _ in 0..<20 {
        var (before, value) = (1.0, x)
        for k in 2...n {
          let next = (Double(2 * k - 1) * x * value - Double(k - 1) * before) / Double(k)
          (before, value) = (value, next)
        }
        slope = Double(n) * (x * value - before) / (x * x - 1)
        x -= value / slope
      }
      return (x, 2 / ((1 - x * x) * slope * slope))
    }
  }()
}
