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
