package import PETCore

extension ReferenceRateSpread {
  /// From here on it is a warning: k2' off by 0.1 moves BPND of SRTM2 by 1 % (curves like those of raclopride, k2'
  /// 0.25 1/min) to 8 % (of DASB, k2' 0.06 1/min).
  private static let leastWarned = 0.1

  /// Nil where the regions' k2' agree within their errors, or next to.
  ///
  /// - Parameters:
  ///   - effect: what it does to the outcome.
  ///   - rate: the k2' that stands for all, 1/s.
  func finding(_ effect: ReferenceRateEffect?, rate: Double) -> Finding? {
    guard isUneven else { return nil }
    func perMinute(_ rate: Double) -> String { NumberText.short(Rounding.significant(rate * 60, digits: 2)) }
    func short(_ number: Double) -> String { NumberText.short(Rounding.significant(number, digits: 3)) }
    let chance =
      probability < 1e-6 ? "p below 0.000001" : "p = \(NumberText.short(Rounding.significant(probability, digits: 2)))"
    let isLarge = between >= Self.leastWarned || (effect?.median ?? 0) >= Self.leastEffectWarned
    return Finding(
      isLarge ? .warning : .note, .k2primeUnequal, field: "k2prime",
      value: "\(perMinute(range.low)) to \(perMinute(range.high)) 1/min",
      "k2' differs between regions by more than its errors: \(perMinute(range.low)) to \(perMinute(range.high)) 1/min "
        + "(Q = \(short(q)) with \(count - 1) degrees of freedom, \(chance); SD between regions "
        + "\(short((100 * between).rounded())) %)" + (effect.map { "; " + $0.words(rate: rate, even: even) } ?? ""),
      remedy: "use SRTM or MRTM1, which fit k2' in each region, or let fewer regions tell it (--k2prime-floor)")
  }

  /// Share of the outcome in the median from which on it is a warning, however far k2' lies apart: as much as half the printed
  /// set of a large region.
  private static let leastEffectWarned = 0.05
}

extension Finding.Code {
  package static let k2primeUnequal = Finding.Code("k2prime-unequal")
}
