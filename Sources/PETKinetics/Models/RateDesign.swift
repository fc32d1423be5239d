/// ∂prediction/∂unknowns of SRTM (R1, 1 + BPND, k2a) and SRTM2 (R1, k2a), that by k2a less its factor: (1 + BPND - R1), or
/// R1.
struct RateDesign {
  let k2a: Double
  let k2prime: Double?

  /// Columns times the roots of the weights.
  ///
  /// - Parameters:
  ///   - value: C_R ⊗ exp(-k2a t) as the frames see it.
  ///   - slope: its derivative by k2a.
  func write(
    _ reference: [Double], _ value: UnsafeMutableBufferPointer<Double>, _ slope: UnsafeMutableBufferPointer<Double>,
    roots: [Double], into columns: UnsafeMutableBufferPointer<Double>
  ) {
    let n = roots.count
    for i in 0..<n {
      if let k2prime {
        columns[i] = roots[i] * (reference[i] + (k2prime - k2a) * value[i])
        columns[n + i] = roots[i] * ((k2prime - k2a) * slope[i] - value[i])
      } else {
        columns[i] = roots[i] * (reference[i] - k2a * value[i])
        columns[n + i] = roots[i] * (k2a * value[i])
        columns[2 * n + i] = roots[i] * (value[i] + k2a * slope[i])
      }
    }
  }
}

extension OutcomeGradient {
  /// BPND, R1, k2, k2a and k2' from R1, 1 + BPND and k2a.
  static func rates(r1: Double, total: Double, k2a: Double) -> OutcomeGradient {
    var result = OutcomeGradient()
    result[0, 1] = 1
    result[1, 0] = 1
    result[2, 1] = k2a
    result[2, 2] = total
    result[3, 2] = 1
    result[4, 0] = -total * k2a / (r1 * r1)
    result[4, 1] = k2a / r1
    result[4, 2] = total / r1
    return result
  }

  /// The same from R1 and k2a, with k2' fixed.
  static func rates(r1: Double, k2a: Double, k2prime: Double) -> OutcomeGradient {
    var result = OutcomeGradient()
    result[0, 0] = k2prime / k2a
    result[0, 1] = -r1 * k2prime / (k2a * k2a)
    result[1, 0] = 1
    result[2, 0] = k2prime
    result[3, 1] = 1
    result.byK2prime[0] = r1 / k2a
    result.byK2prime[2] = r1
    result.byK2prime[4] = 1
    return result
  }
}
