/// Smearing of blood activity in the tubes of an autosampler.
package enum Dispersion {
  /// The curve before dispersion by exp(-t/τ)/τ, which obeys y = g + τ dg/dt for the measured g.
  ///
  /// Computed as d/dt of τ g + ∫g, with trapezoids and central differences over two samples (one-sided at the ends), so
  /// that the integral of the curve is kept. Source: Iida et al. 1986, doi:10.1038/jcbfm.1986.99; Munk et al. 2008.
  ///
  /// - Parameters:
  ///   - times: s, ascending.
  ///   - constant: τ, s.
  package static func corrected(times: [Double], values: [Double], constant: Double) -> [Double] {
    guard constant > 0, times.count > 2 else { return values }
    var integral = 0.0
    var sums: [Double] = []
    for i in times.indices {
      if i > 0 { integral += (values[i] + values[i - 1]) / 2 * (times[i] - times[i - 1]) }
      sums.append(constant * values[i] + integral)
    }
    return times.indices.map { i in
      let (before, after) = (max(i - 1, 0), min(i + 1, times.count - 1))
      return (sums[after] - sums[before]) / (times[after] - times[before])
    }
  }
}
