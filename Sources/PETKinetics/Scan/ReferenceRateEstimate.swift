import Foundation
import PETCore

/// k2' of a scan, estimated once over its regions.
enum ReferenceRateEstimate {
  /// A region that tells k2': its SRTM fit.
  private struct Member {
    let index: Int
    let name: String
    let fit: CurveFit
    let rate: Estimate
    /// dk2'/d(reference value) and variance of the region's own noise.
    let gradient: [Double]
    let ownVariance: Double
  }

  /// k2' = k2/R1 of SRTM over the regions with BPND at or above the rule's floor that converged.
  ///
  /// The error has a part common to all regions, through the reference curve, and one of their own; both are kept.
  /// Merged regions and the reference itself are left out.
  static func over(_ table: CurveTable, input: ScanInput, reference: [Int], rule: ReferenceRateRule) throws(PETError)
    -> ReferenceRate
  {
    let members = try self.members(table, input: input, reference: reference, floor: rule.floor)
    guard !members.isEmpty else {
      throw PETError(
        .wrongInput, field: "k2prime", "no region with BPND of \(NumberText.short(rule.floor)) or more tells k2'",
        remedy: "give k2' (--k2prime, or k2prime: in the pipeline), lower the floor, or use SRTM")
    }
    // Sums go by name: the order in which regions stand is no matter of their result.
    let named = members.sorted { $0.name < $1.name }
    let noise = input.reference.flatMap { curve in curve.noise.map { noise in curve.variance.map { noise * $0 } } }
    var spread = ReferenceRateSpread(
      members.map {
        .init(
          value: $0.rate.value, gradient: $0.gradient, ownVariance: $0.ownVariance, freedom: $0.fit.freedom)
      }, referenceVariance: noise)
    let even = mean(named, between: spread?.between ?? 0)
    spread?.even = even.value
    let (value, gradient, own) =
      switch rule.average {
      case .mean: mean(named)
      case .randomEffects: even
      case .median: median(named)
      case .nested: try nested(named, table: table, input: input)
      }
    var variance = own
    if let noise { for j in gradient.indices { variance += noise[j] * gradient[j] * gradient[j] } }
    let how =
      switch rule.average {
      case .mean: "mean, by inverse variance, of SRTM over "
      case .median: "median of SRTM over "
      case .nested: "nested SRTM over "
      case .randomEffects: "mean, by inverse variance with the spread between regions, of SRTM over "
      }
    var rate = ReferenceRate(
      value: value, referenceGradient: gradient, ownVariance: own, standardError: variance.squareRoot(),
      origin: "estimated: \(how)" + members.map(\.name).joined(separator: ", ")
        + " (BPND \(NumberText.short(rule.floor)) or more)")
    rate.spread = spread
    return rate
  }

  private static func members(_ table: CurveTable, input: ScanInput, reference: [Int], floor: Double) throws(PETError)
    -> [Member]
  {
    let card = SRTM.card
    var plain = input
    plain.bounds = [:]
    let kernel = try SRTM.kernel(for: plain)
    guard let rate = card.index(of: "k2prime") else {
      throw PETError(.internalFault, field: "k2prime", "SRTM has no such parameter", remedy: "please report it")
    }
    return table.names.indices.compactMap { i in
      guard !reference.contains(i), !table.merged.contains(table.names[i]) else { return nil }
      let fit = CurveFit(card, kernel: kernel, curve: table.curves[i], region: table.names[i], input: plain)
      let estimate = fit.estimates[rate]
      guard fit.status == .converged, fit.estimate("BPND").value >= floor, estimate.value > 0,
        estimate.standardError.isFinite, let sensitivity = fit.referenceSensitivity, let covariance = fit.ownCovariance
      else { return nil }
      return Member(
        index: i, name: table.names[i], fit: fit, rate: estimate, gradient: sensitivity.row(rate),
        ownVariance: covariance[rate, rate])
    }
  }

  private typealias Result = (value: Double, gradient: [Double], own: Double)

  private static func mean(_ members: [Member]) -> Result {
    var sum = 0.0
    var total = 0.0
    var gradient = members[0].gradient.map { _ in 0.0 }
    var own = 0.0
    for member in members {
      // A floor of 1e-6 relative keeps noise-free curves from dividing by zero.
      let error = max(member.rate.standardError, 1e-6 * member.rate.value)
      let weight = 1 / (error * error)
      sum += weight * member.rate.value
      total += weight
      for j in gradient.indices { gradient[j] += weight * member.gradient[j] }
      own += weight * weight * member.ownVariance
    }
    return (sum / total, gradient.map { $0 / total }, own / (total * total))
  }

  /// Of ln k2', each region by its own noise and a spread between regions, which is in the error of the mean as well.
  ///
  /// - Parameter between: SD of ln k2' between regions.
  private static func mean(_ members: [Member], between: Double) -> Result {
    var sum = 0.0
    var total = 0.0
    var gradient = members[0].gradient.map { _ in 0.0 }
    for member in members {
      let value = member.rate.value
      let weight = 1 / (max(member.ownVariance / (value * value), 1e-12) + between * between)
      sum += weight * log(value)
      total += weight
      for j in gradient.indices { gradient[j] += weight * member.gradient[j] / value }
    }
    let value = exp(sum / total)
    return (value, gradient.map { value * $0 / total }, value * value / total)
  }

  /// The median's error is taken as that of a mean of regions alike, times √(π/2), as for normal deviates.
  private static func median(_ members: [Member]) -> Result {
    let value = Order.quantile(members.map(\.rate.value).sorted(), 0.5)
    let count = Double(members.count)
    let gradient = members[0].gradient.indices.map { j in members.reduce(0) { $0 + $1.gradient[j] } / count }
    let own = members.reduce(0) { $0 + $1.ownVariance } / (count * count)
    return (value, gradient, members.count > 2 ? own * Double.pi / 2 : own)
  }

  /// One k2' that minimises the sum over regions of SRTM2's residual sums, each region by the inverse of its noise.
  ///
  /// With g the derivative of a region's prediction by k2', cleared of what R1 and k2a can follow, k2' moves by
  /// Σ c gᵀW(e - M ε)/Σ c gᵀW g for errors e of the region and ε of the reference, M = ∂prediction/∂reference.
  private static func nested(_ members: [Member], table: CurveTable, input: ScanInput) throws(PETError) -> Result {
    func kernel(_ rate: Double) throws(PETError) -> RateKernel {
      var fixed = input
      fixed.bounds = [:]
      fixed.k2prime = ReferenceRate(given: rate, frames: table.frames.count)
      return try SRTM2.kernel(for: fixed)
    }
    let scales = members.map { max($0.fit.residualSum, 1e-12) / Double(max(1, $0.fit.freedom)) }
    func sum(_ rate: Double) -> Double {
      guard let kernel = try? kernel(rate) else { return .infinity }
      return zip(members, scales).reduce(0) { $0 + kernel.residualSum(table.curves[$1.0.index]) / $1.1 }
    }
    let rates = members.map(\.rate.value)
    let low = (rates.min() ?? 1e-5) / 2
    let value = LineSearch.minimum(low...(rates.max() ?? 1) * 2, steps: 41, of: sum)

    let final = try kernel(value)
    var curvature = 0.0
    var gradient = members[0].gradient.map { _ in 0.0 }
    var own = 0.0
    for (member, scale) in zip(members, scales) {
      let curve = table.curves[member.index]
      var estimates = [Double](repeating: .nan, count: SRTM2.card.parameters.count)
      var span = estimates.mutableSpan
      guard final.fit(curve.span, into: &span) == .converged else { continue }
      let fit = final.linearization(curve, at: estimates)
      guard let byRate = fit.k2primeGradient else { continue }
      let weighted = fit.design.scalingRows(fit.weights)
      guard let inverse = (fit.design.transposed * weighted).inverseOfPositiveDefinite else { continue }
      let column = Matrix(columns: [byRate])
      let cleared = (column - fit.design * (inverse * (weighted.transposed * column))).values
      let variance = input.weights.variance(of: curve)
      for i in cleared.indices {
        curvature += fit.weights[i] * cleared[i] * cleared[i] / scale
        let push = fit.weights[i] * cleared[i] / scale
        own += push * push * scale * variance[i]
      }
      if let map = fit.referenceOperator {
        let row = Matrix(rows: [cleared.indices.map { fit.weights[$0] * cleared[$0] / scale }]) * map
        for j in gradient.indices { gradient[j] -= row[0, j] }
      }
    }
    guard curvature > 0 else {
      throw PETError(
        .wrongInput, field: "k2prime", "the regions together do not tell k2'", remedy: "give k2' in 1/min")
    }
    return (value, gradient.map { $0 / curvature }, own / (curvature * curvature))
  }
}
