import Foundation
package import PETCore

/// The balance of one region of one person.
package struct BalanceRow: Sendable {
  package let region: String
  package let numerator: BindingTable.Row?
  package let denominator: BindingTable.Row?
  /// numerator / denominator; NaN when it would mislead.
  package let ratio: Double
  /// Nil when a standard error is missing.
  package let set: FiellerSet?
  /// ln(numerator / denominator) with its delta-method error.
  package let logRatio: Estimate
  package let logLimits: (low: Double, high: Double)
  /// denominator / numerator, by the same rules.
  package let inverse: BalanceNumbers?
  /// a/(a + b), for display; NaN where one is negative.
  package let fraction: Double
  /// (s_a a)/(s_b b) in molar units; nil without a calibration.
  package let density: BalanceNumbers?
  /// Nil unless asked for.
  package let bootstrap: ParametricBootstrap?
  /// Deviations of the two markers from the norm at the person's age and sex; nil without norms.
  package let deviations: BothSides<NormTable.Deviation?>?
  /// Nil in regions without a partner on the other side.
  package var lateral: LateralContrast?
  package var centred = Estimate.missing
  /// Degrees of freedom of Student's t; nil when the normal quantile was used.
  package let freedom: Double?
  package let status: BalanceStatus
  package var notes: [String]

  /// - Parameter doubts: codes of evidence against the data of either scan.
  package init(
    _ region: String, numerator: BindingTable.Row?, denominator: BindingTable.Row?, settings: BalanceSettings,
    doubts: BothSides<[String]> = .init([], [])
  ) {
    self.region = region
    self.numerator = numerator
    self.denominator = denominator
    var notes = settings.remark.map { [$0] } ?? []
    for (system, codes) in [
      (settings.systems.numerator, doubts.numerator), (settings.systems.denominator, doubts.denominator),
    ] where !codes.isEmpty {
      notes.append("data of the \(system.rawValue) scan doubtful: " + codes.joined(separator: ", "))
    }
    let sides = [(settings.systems.numerator, numerator), (settings.systems.denominator, denominator)]
    for (name, row) in sides where row.map({ $0.verdict != .reliable }) ?? false {
      notes.append("\(name.rawValue) \(row?.fitWords ?? "")")
    }
    for case let (name, row?) in sides { if let model = row.model { notes.append("\(name.rawValue) by \(model)") } }
    let isUnreliable = numerator?.verdict == .unreliable || denominator?.verdict == .unreliable
    guard var a = numerator?.estimate, var b = denominator?.estimate, a.value.isFinite, b.value.isFinite, !isUnreliable
    else {
      ratio = .nan
      set = nil
      logRatio = .missing
      logLimits = (.nan, .nan)
      inverse = nil
      fraction = .nan
      density = nil
      bootstrap = nil
      deviations = nil
      freedom = nil
      let without = sides.first { $0.1?.estimate.value.isFinite != true }?.0
      status =
        numerator == nil || denominator == nil
        ? .regionMissing : without == nil ? .bindingUnreliable : .noBinding
      notes.append(without.map { "no \($0.rawValue) estimate" } ?? "no ratio of such fits")
      self.notes = notes
      return
    }
    if let first = numerator?.volume, let second = denominator?.volume, abs(first - second) > 0.05 * max(first, second)
    {
      notes.append(
        "volumes differ: \(NumberText.short(first.rounded())) and \(NumberText.short(second.rounded())) mm3")
    }
    if let first = numerator?.freedom, let second = denominator?.freedom {
      freedom = min(first, second)
    } else {
      freedom = nil
    }
    let quantile = Quantile.twoSided(level: settings.level, degreesOfFreedom: freedom ?? .infinity)
    let size = a.standardError * b.standardError
    var covariance = settings.correlation * size
    // Two regions of one scan share what its reference curve and k2' do to both.
    if settings.isOneScan, let first = numerator?.shared, let second = denominator?.shared, !first.isEmpty {
      covariance = max(-0.999 * size, min(0.999 * size, zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }))
    }
    if let retest = settings.retest {
      a = a.widened(by: retest.numerator)
      b = b.widened(by: retest.denominator)
    }
    let numbers = BalanceNumbers(a, over: b, quantile: quantile, covariance: covariance, floor: settings.floor)
    let isDoubtful = !(doubts.numerator.isEmpty && doubts.denominator.isEmpty)
    (ratio, set, logRatio) = (numbers.ratio, numbers.set, numbers.logRatio)
    status =
      numbers.status == .ok
      ? .good(isDoubtful: isDoubtful, numerator?.verdict ?? .reliable, denominator?.verdict ?? .reliable)
      : numbers.status
    inverse = BalanceNumbers(b, over: a, quantile: quantile, covariance: covariance, floor: nil)
    fraction = a.value >= 0 && b.value >= 0 && a.value + b.value > 0 ? a.value / (a.value + b.value) : .nan
    density = settings.calibration.map { scale in
      // The errors of the calibrations are independent of each other and of the scans'.
      BalanceNumbers(
        a.times(scale.numerator), over: b.times(scale.denominator), quantile: quantile,
        covariance: covariance * scale.numerator.value * scale.denominator.value, floor: nil)
    }
    bootstrap = settings.bootstrap.flatMap { bootstrap in
      guard a.standardError.isFinite, b.standardError.isFinite else { return nil }
      return ParametricBootstrap(
        a, over: b, covariance: covariance, level: settings.level, draws: bootstrap.draws, seed: bootstrap.seed,
        name: RegionName.key(region))
    }
    deviations = settings.norms.map { norms in
      func deviation(_ system: TracerCard.System, _ value: Double) -> NormTable.Deviation? {
        norms.table.deviation(of: value, measure: system.rawValue, region: region, person: norms.person)
      }
      return BothSides(
        deviation(settings.systems.numerator, a.value), deviation(settings.systems.denominator, b.value))
    }
    notes += NormTable.cautions(deviations, settings.systems)
    if set == nil {
      let known = a.standardError.isFinite && b.standardError.isFinite
      notes.append(known ? "no limits can be computed" : "a standard error is missing: no limits")
    }
    switch status {
    case .denominatorIndistinct:
      notes.append(
        b.value <= 0 && set.map { $0.g < 1 } ?? true
          ? "the denominator is not above 0" : "the denominator cannot be told from 0")
    case .numeratorNonpositive: notes.append("no log ratio of a numerator of 0 or less")
    case .denominatorBelowFloor: notes.append("denominator below \(NumberText.short(settings.floor ?? 0))")
    default: break
    }
    logLimits = logRatio.limits(quantile: quantile)
    self.notes = notes
  }
}

extension Estimate {
  /// With the variation between sessions as well: SE² = SE_fit² + (CV x)².
  fileprivate func widened(by variation: Double) -> Estimate {
    let extra = variation * value
    return Estimate(value, standardError: (standardError * standardError + extra * extra).squareRoot())
  }

  /// A product of two independent estimates, to first order.
  fileprivate func times(_ other: Estimate) -> Estimate {
    let (p, q) = (standardError * other.value, value * other.standardError)
    return Estimate(value * other.value, standardError: (p * p + q * q).squareRoot())
  }
}
