import Foundation
package import PETCore
import PETTracers

/// The balance of one region of one person.
package struct BalanceRow: Sendable {
  package let region: String
  package let numerator: BindingTable.Row?
  package let denominator: BindingTable.Row?
  /// numerator / denominator; NaN when it would mislead.
  package private(set) var ratio = Double.nan
  /// The ratio that the curves as they were measured give; NaN where they were not corrected, or tell none.
  package private(set) var uncorrected = Double.nan
  /// Nil when a standard error is missing.
  package private(set) var set: FiellerSet?
  /// ln(numerator / denominator) with its delta-method error.
  package private(set) var logRatio = Estimate.missing
  package private(set) var logLimits = (low: Double.nan, high: Double.nan)
  /// denominator / numerator, by the same rules.
  package private(set) var inverse: BalanceNumbers?
  /// a/(a + b), for display; NaN where one is negative, and of two different measures.
  package private(set) var fraction = Double.nan
  /// (s_a a)/(s_b b) in molar units; nil without a calibration.
  package private(set) var density: BalanceNumbers?
  /// Nil unless asked for.
  package private(set) var bootstrap: ParametricBootstrap?
  /// Deviations of the two markers from the norm at the person's age and sex; nil without norms.
  package private(set) var deviations: BothSides<NormTable.Deviation?>?
  /// With stated errors of other kinds; nil where none is stated, or there is no bounded set to widen.
  package private(set) var budget: RatioBudget?
  /// Nil in regions without a partner on the other side.
  package var lateral: LateralContrast?
  package var centred = Estimate.missing
  /// Degrees of freedom of Student's t; nil when the normal quantile was used.
  package private(set) var freedom: Double?
  package private(set) var status: BalanceStatus
  package var notes: [String]

  /// - Parameter doubts: codes of evidence against the data of either scan.
  package init(
    _ region: String, numerator: BindingTable.Row?, denominator: BindingTable.Row?, settings: BalanceSettings,
    doubts: BothSides<[String]> = .init([], [])
  ) {
    self.region = region
    self.numerator = numerator
    self.denominator = denominator
    let shares = [numerator, denominator].compactMap { $0?.correction?.ownShare }
    if let a = numerator?.correction?.uncorrected, let b = denominator?.correction?.uncorrected, a > 0,
      b >= max(settings.floor ?? 0, .leastNormalMagnitude)
    {
      uncorrected = a / b
    }
    notes = (settings.remark.map { [$0] } ?? []) + Self.remarks(numerator, denominator, doubts, settings.systems)
    let isUnreliable = numerator?.ending.verdict == .unreliable || denominator?.ending.verdict == .unreliable
    guard let first = numerator, let second = denominator, first.estimate.value.isFinite,
      second.estimate.value.isFinite, !isUnreliable
    else {
      let sides = [(settings.systems.numerator, numerator), (settings.systems.denominator, denominator)]
      let without = sides.first { $0.1?.estimate.value.isFinite != true }?.0
      status =
        numerator == nil || denominator == nil
        ? .regionMissing : without == nil ? .bindingUnreliable : .noBinding
      notes.append(without.map { "no \($0.rawValue) estimate" } ?? "no ratio of such fits")
      return
    }
    if let note = Self.volumeNote(first, second) { notes.append(note) }
    if let one = first.freedom, let other = second.freedom { freedom = min(one, other) }
    let covariance = Self.covariance(first, second, settings)
    let a = first.estimate.widened(by: settings.retest?.numerator)
    let b = second.estimate.widened(by: settings.retest?.denominator)
    let quantile = Quantile.twoSided(level: settings.level, degreesOfFreedom: freedom ?? .infinity)
    let numbers = BalanceNumbers(a, over: b, quantile: quantile, covariance: covariance, floor: settings.floor)
    let isDoubtful = !(doubts.numerator.isEmpty && doubts.denominator.isEmpty)
    status =
      numbers.status == .ok
      ? .good(
        isDoubtful: isDoubtful, isPoorlyResolved: shares.contains { $0 < CurveCorrection.poorShare },
        first.ending.verdict, second.ending.verdict) : numbers.status
    (ratio, set, logRatio) = (numbers.ratio, numbers.set, numbers.logRatio)
    logLimits = logRatio.limits(quantile: quantile)
    inverse = BalanceNumbers(b, over: a, quantile: quantile, covariance: covariance, floor: nil)
    if settings.isOneMeasure, a.value >= 0, b.value >= 0, a.value + b.value > 0 {
      fraction = a.value / (a.value + b.value)
    }
    addWhatWasAskedFor(a, b, quantile: quantile, covariance: covariance, settings)
    notes += NormTable.cautions(deviations, settings.systems)
    addReasons(a, b, settings)
  }

  /// Widens the limits by errors that are not statistical.
  mutating func widen(by pair: PairBudget, level: Double) {
    guard set?.kind == .bounded, logRatio.value.isFinite, let a = numerator?.region, let b = denominator?.region else {
      return
    }
    let (terms, lacking) = pair.terms(a, over: b)
    if let lacking {
      notes.append("no budget: what \(lacking.key) does cannot be fitted")
      return
    }
    budget = RatioBudget(
      logRatio, terms: terms, level: level, freedom: freedom ?? .infinity, name: RegionName.key(region))
  }

  /// What is known against the two estimates, whether there is a ratio of them or not.
  private static func remarks(
    _ numerator: BindingTable.Row?, _ denominator: BindingTable.Row?, _ doubts: BothSides<[String]>,
    _ systems: BalanceSystems
  ) -> [String] {
    let sides = [
      (systems.numerator.rawValue, numerator, doubts.numerator),
      (systems.denominator.rawValue, denominator, doubts.denominator),
    ]
    let doubtful = sides.filter { !$0.2.isEmpty }.map {
      "data of the \($0.0) scan doubtful: " + $0.2.joined(separator: ", ")
    }
    let endings = sides.compactMap { name, row, _ in
      row.flatMap { $0.ending.verdict == .reliable ? nil : "\(name) \($0.ending.words)" }
    }
    let unresolved = sides.compactMap { name, row, _ in
      row?.correction.flatMap { own in
        own.ownShare < CurveCorrection.poorShare
          ? "\(NumberText.fixed(100 * own.ownShare, decimals: 0)) % of what is measured there in the \(name) scan is its own"
          : nil
      }
    }
    return doubtful + endings + unresolved
      + sides.compactMap { name, row, _ in row?.ending.model.map { "\(name) by \($0)" } }
  }

  /// That the region has not the same size in both scans; nil where it has.
  private static func volumeNote(_ a: BindingTable.Row, _ b: BindingTable.Row) -> String? {
    guard let first = a.volume, let second = b.volume, abs(first - second) > 0.05 * max(first, second) else {
      return nil
    }
    return "volumes differ: \(NumberText.short(first.rounded())) and \(NumberText.short(second.rounded())) mm3"
  }

  /// Of the two errors.
  private static func covariance(_ a: BindingTable.Row, _ b: BindingTable.Row, _ settings: BalanceSettings) -> Double {
    let size = a.estimate.standardError * b.estimate.standardError
    // Two regions of one scan share what its reference curve and k2' do to both.
    guard settings.isOneScan, !a.shared.isEmpty, !b.shared.isEmpty else { return settings.correlation * size }
    return max(-0.999 * size, min(0.999 * size, zip(a.shared, b.shared).reduce(0) { $0 + $1.0 * $1.1 }))
  }

  private mutating func addWhatWasAskedFor(
    _ a: Estimate, _ b: Estimate, quantile: Double, covariance: Double, _ settings: BalanceSettings
  ) {
    density = settings.calibration.map { scale in
      // The errors of the calibrations are independent of each other and of the scans'.
      BalanceNumbers(
        a.times(scale.numerator), over: b.times(scale.denominator), quantile: quantile,
        covariance: covariance * scale.numerator.value * scale.denominator.value, floor: nil)
    }
    if let asked = settings.bootstrap, a.standardError.isFinite, b.standardError.isFinite {
      bootstrap = ParametricBootstrap(
        a, over: b, covariance: covariance, level: settings.level, draws: asked.draws, seed: asked.seed,
        name: RegionName.key(region))
    }
    deviations = settings.norms.map { norms in
      func deviation(_ system: TracerCard.System, _ value: Double) -> NormTable.Deviation? {
        norms.table.deviation(of: value, measure: system.rawValue, region: region, person: norms.person)
      }
      return BothSides(
        deviation(settings.systems.numerator, a.value), deviation(settings.systems.denominator, b.value))
    }
  }

  /// Why a number is missing or flagged.
  private mutating func addReasons(_ a: Estimate, _ b: Estimate, _ settings: BalanceSettings) {
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
  }
}

extension Estimate {
  /// With the variation between sessions as well, when it is given: SE² = SE_fit² + (CV x)².
  fileprivate func widened(by variation: Double?) -> Estimate {
    guard let variation else { return self }
    let extra = variation * value
    return Estimate(value, standardError: (standardError * standardError + extra * extra).squareRoot())
  }

  /// A product of two independent estimates, to first order.
  fileprivate func times(_ other: Estimate) -> Estimate {
    let (p, q) = (standardError * other.value, value * other.standardError)
    return Estimate(value * other.value, standardError: (p * p + q * q).squareRoot())
  }
}
