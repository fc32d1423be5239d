import Foundation

/// φ1…φ4 and their derivatives at z = -k h: the building blocks of convolution with exp(-k t).
///
/// φ0(z) = e^z, φj(z) = (φj-1(z) - 1/(j-1)!)/z, so that ∫0^h e^(-k(h-s)) s^m ds = m! h^(m+1) φ(m+1)(-k h).
/// The recurrence loses digits near 0; there the Taylor series of φ4 is summed to rounding and taken downwards.
struct PhiFunctions {
  /// φ0…φ4.
  private(set) var value: InlineArray<5, Double> = .init(repeating: 0)
  /// dφ0/dz…dφ4/dz.
  private(set) var slope: InlineArray<5, Double> = .init(repeating: 0)

  init(_ z: Double) {
    let inverseFactorial: InlineArray<4, Double> = [1, 1, 0.5, 1.0 / 6]
    if abs(z) < 1 {
      // φ4(z) = Σ z^n/(n+4)!; 18 terms leave less than 1e-21.
      var power = 1.0 / 24
      var sum = power
      var derivative = 0.0
      var previous = power
      for n in 1...18 {
        power = previous * z / Double(n + 4)
        derivative += Double(n) * previous / Double(n + 4)
        sum += power
        previous = power
      }
      value[4] = sum
      slope[4] = derivative
      for j in [3, 2, 1, 0] {
        value[j] = z * value[j + 1] + inverseFactorial[j]
        slope[j] = value[j + 1] + z * slope[j + 1]
      }
    } else {
      value[0] = exp(z)
      slope[0] = value[0]
      for j in 1...4 {
        value[j] = (value[j - 1] - inverseFactorial[j - 1]) / z
        slope[j] = (slope[j - 1] - value[j]) / z
      }
    }
  }
}
