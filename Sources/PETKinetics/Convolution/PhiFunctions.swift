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

  /// 1/(n+4)!.
  private static let taylor: InlineArray<19, Double> = [
    0.041666666666666664, 0.008333333333333333, 0.001388888888888889, 0.0001984126984126984, 2.48015873015873e-05,
    2.7557319223985893e-06, 2.755731922398589e-07, 2.505210838544172e-08, 2.08767569878681e-09, 1.6059043836821613e-10,
    1.1470745597729725e-11, 7.647163731819816e-13, 4.779477332387385e-14, 2.8114572543455206e-15,
    1.5619206968586225e-16, 8.22063524662433e-18, 4.110317623312165e-19, 1.9572941063391263e-20, 8.896791392450574e-22,
  ]

  init(_ z: Double) {
    let inverseFactorial: InlineArray<4, Double> = [1, 1, 0.5, 1.0 / 6]
    if abs(z) < 1 {
      // φ4(z) = Σ z^n/(n+4)!: the terms left out are below 1e-20 of the sum.
      let last = abs(z) < 0.05 ? 7 : abs(z) < 0.3 ? 11 : 18
      var sum = Self.taylor[last]
      var derivative = 0.0
      for n in stride(from: last - 1, through: 0, by: -1) {
        derivative = derivative * z + sum
        sum = sum * z + Self.taylor[n]
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
