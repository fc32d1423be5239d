package import PETCore

/// Why a row of the balance has or lacks its numbers.
package enum BalanceStatus: String, Sendable, CaseIterable {
  case ok
  /// g ≥ 1 or b ≤ 0: the denominator cannot be told from 0; no ratio.
  case denominatorIndistinct
  /// The denominator is below the floor under which its absolute bias exceeds its error; the ratio stands.
  case denominatorBelowFloor
  /// a ≤ 0 with a good denominator: ratio and set stand, no log ratio.
  case numeratorNonpositive
  /// One of the two scans has no estimate in the region.
  case noBinding
  /// One of the two scans does not have the region.
  case regionMissing
  /// In maps: an estimate has no standard error there, so that no ratio is excluded and none is told.
  case errorUnknown
  /// In maps: the error of an estimate is larger than what it is set against (1 + BPND, VT): no ratio of it is told.
  case poorlyIdentified
}

/// The two transmitter systems of a balance: the first over the second.
package struct BalanceSystems: Sendable, Equatable {
  package var numerator = TracerCard.System.dopamine
  package var denominator = TracerCard.System.serotonin

  package init() {}

  package init(_ numerator: TracerCard.System, over denominator: TracerCard.System) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Such as `dopamine / serotonin`.
  package var quotient: String { "\(numerator.rawValue) / \(denominator.rawValue)" }
}

/// How the balance is taken.
package struct BalanceSettings: Sendable {
  package var level = 0.95
  /// What stands above the line and below it: the names of columns.
  package var systems = BalanceSystems()
  /// Correlation of the errors of the two scans in a region; 0 for independent scans.
  package var correlation = 0.0
  /// Denominators below this are flagged; nil for measures that have no natural zero.
  package var floor: Double? = 0.05
  /// Regions over which log ratios are centred, fixed in advance; nil for the default words.
  package var centreOver: [String]?
  /// A remark that stands in every row.
  package var remark: String?

  package init() {}

  /// Regions with signal for both systems in every usual pair, by the words of their names.
  package static let centreWords = [
    "caudate", "putamen", "accumbens", "ventralstriatum", "thalamus", "hippocampus", "amygdala",
  ]
}

/// The balance of one region of one person.
package struct BalanceRow: Sendable {
  package let region: String
  package let numerator: BindingTable.Row?
  package let denominator: BindingTable.Row?
  /// dopamine / serotonin; NaN when it would mislead.
  package let ratio: Double
  /// Nil when a standard error is missing.
  package let set: FiellerSet?
  /// ln(dopamine / serotonin) with its delta-method error.
  package let logRatio: Estimate
  package let logLimits: (low: Double, high: Double)
  package var centred = Estimate.missing
  /// Degrees of freedom of Student's t; nil when the normal quantile was used.
  package let freedom: Double?
  package let status: BalanceStatus
  package var notes: [String]

  package init(
    _ region: String, numerator: BindingTable.Row?, denominator: BindingTable.Row?, settings: BalanceSettings
  ) {
    self.region = region
    self.numerator = numerator
    self.denominator = denominator
    var notes = settings.remark.map { [$0] } ?? []
    guard let a = numerator?.estimate, let b = denominator?.estimate, a.value.isFinite, b.value.isFinite else {
      ratio = .nan
      set = nil
      logRatio = .missing
      logLimits = (.nan, .nan)
      freedom = nil
      status = numerator == nil || denominator == nil ? .regionMissing : .noBinding
      let which = numerator?.estimate.value.isFinite != true ? settings.systems.numerator : settings.systems.denominator
      notes.append("no \(which.rawValue) estimate")
      self.notes = notes
      return
    }
    for (name, row) in [(settings.systems.numerator, numerator), (settings.systems.denominator, denominator)] {
      if let status = row?.status, status != "converged", status != "n/a" {
        notes.append("\(name.rawValue) fit \(status)")
      }
    }
    if let first = numerator?.freedom, let second = denominator?.freedom {
      freedom = min(first, second)
    } else {
      freedom = nil
    }
    let quantile = Quantile.twoSided(level: settings.level, degreesOfFreedom: freedom ?? .infinity)
    let numbers = BalanceNumbers(
      a, over: b, quantile: quantile, correlation: settings.correlation, floor: settings.floor)
    (ratio, set, logRatio, status) = (numbers.ratio, numbers.set, numbers.logRatio, numbers.status)
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
