package import PETCore

/// What the outcomes of all regions together say against a scan or its fits.
enum OutcomeChecks {
  /// Where the noise of the curve, which stands on both sides of the equation, moves the outcome: told of the scan.
  static func noiseBias(_ fits: [CurveFit], _ card: ModelCard) -> [Finding] {
    let told = fits.filter(\.hasToldBias).map { fit in
      (region: fit.region, share: (fit.noiseBias ?? 0) / fit.estimate(card.outcome).value)
    }
    guard let worst = told.max(by: { abs($0.share) < abs($1.share) }) else { return [] }
    return [
      Finding(
        .note, .noiseBias, field: card.outcome, value: "\(told.count)",
        "noise moves \(card.outcome) noticeably in \(told.count) of \(fits.count) regions, "
          + "by about \(NumberText.fixed(100 * worst.share, decimals: 0)) % in \(worst.region)",
        remedy: card.needs.contains(.plasma)
          ? "1TCM, 2TCM and MA1 are moved less" : "SRTM, SRTM2, MRTM1 and MRTM2 are moved less")
    ]
  }

  /// Outcomes that no tissue has, told in their rows and of the scan.
  static func judge(_ fits: inout [CurveFit], _ card: ModelCard) -> [Finding] {
    guard card.needs.contains(.plasma) else { return [] }
    // Tracer cannot be taken up faster than blood brings it: grey matter has 0.5 to 0.8 mL/cm3/min. Its blood is 0.03 to
    // 0.06 of it.
    let limits: [(String, Double, Finding.Code, words: String, remedy: String)] = [
      ("K1", 1.0 / 60, .k1Implausible, "1 mL/cm3/min", "more than blood flow brings: check input, delay and units"),
      (
        "vB", 0.1, .vbImplausible, "0.1",
        "more blood than tissue has: it makes up for what input or model lack (hold it: 0.05)"
      ),
    ]
    return limits.compactMap { symbol, limit, code, words, remedy in
      guard let index = card.index(of: symbol) else { return nil }
      let own = fits.indices.filter { fits[$0].status.hasEstimates }
      let high = own.filter { fits[$0].estimates[index].value > limit }
      for i in high { fits[i].notes.append("\(symbol) above \(words)") }
      guard !high.isEmpty else { return nil }
      return Finding(
        .warning, code, field: symbol, value: "\(high.count)",
        "\(symbol) is above \(words) in \(high.count) of \(own.count) regions", remedy: remedy,
        // In most regions it is the input's.
        castsDoubt: symbol == "K1" && 2 * high.count > own.count)
    }
  }
}

extension Finding.Code {
  package static let k1Implausible = Finding.Code("k1-implausible")
  package static let noiseBias = Finding.Code("noise-bias")
  package static let vbImplausible = Finding.Code("vb-implausible")
}
