import PETCore

/// k2' of a scan, estimated once over its regions.
package enum ReferenceRateEstimate {
  /// Regions below this BPND do not tell k2': there R1 and k2 cannot be separated.
  package static let bindingFloor = 0.5

  /// Mean of k2' = k2/R1 of SRTM over the regions with BPND ≥ 0.5 that converged, each by the inverse of its variance.
  ///
  /// The error has a part common to all regions, through the reference curve, and one of their own; both are kept.
  /// Merged regions and the reference itself are left out.
  static func over(_ table: CurveTable, input: ScanInput, reference: [Int]) throws(PETError) -> ReferenceRate {
    let card = SRTM.card
    let kernel = try SRTM.kernel(for: input)
    guard let binding = card.index(of: "BPND"), let rate = card.index(of: "k2prime") else {
      throw PETError(.internalFault, field: "k2prime", "SRTM has no such parameter", remedy: "please report it")
    }
    var sum = 0.0
    var total = 0.0
    var gradient = [Double](repeating: 0, count: table.frames.count)
    var own = 0.0
    var names: [String] = []
    for i in table.names.indices where !reference.contains(i) && !table.merged.contains(table.names[i]) {
      let fit = CurveFit(card, kernel: kernel, curve: table.curves[i], region: table.names[i], input: input)
      guard fit.status == .converged, fit.estimates[binding].value >= bindingFloor,
        let sensitivity = fit.referenceSensitivity, let covariance = fit.ownCovariance
      else { continue }
      let estimate = fit.estimates[rate]
      // A floor of 1e-6 relative keeps noise-free curves from dividing by zero.
      let error = max(estimate.standardError, 1e-6 * estimate.value)
      guard error.isFinite, estimate.value > 0 else { continue }
      let weight = 1 / (error * error)
      sum += weight * estimate.value
      total += weight
      for j in gradient.indices { gradient[j] += weight * sensitivity[rate, j] }
      own += weight * weight * covariance[rate, rate]
      names.append(table.names[i])
    }
    guard total > 0 else {
      throw PETError(
        .wrongInput, field: "k2prime", "no region with BPND of \(NumberText.short(bindingFloor)) or more tells k2'",
        remedy: "give k2' (--k2prime, or k2prime: in the pipeline), or use SRTM")
    }
    for j in gradient.indices { gradient[j] /= total }
    own /= total * total
    var variance = own
    if let noise = input.referenceNoise {
      for j in gradient.indices { variance += noise * input.referenceVariance[j] * gradient[j] * gradient[j] }
    }
    return ReferenceRate(
      value: sum / total, referenceGradient: gradient, ownVariance: own, standardError: variance.squareRoot(),
      origin: "estimated by SRTM over " + names.joined(separator: ", "))
  }
}
