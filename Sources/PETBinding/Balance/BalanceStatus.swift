/// Why a row of the balance has or lacks its numbers, the first that holds.
package enum BalanceStatus: String, Sendable, CaseIterable {
  /// Both fits converged, and nothing was said against the data.
  case ok
  /// One of the two scans does not have the region.
  case regionMissing
  /// One of the two scans has no estimate in the region.
  case noBinding
  /// In maps: an estimate has no standard error there, so that no ratio is excluded and none is told.
  case errorUnknown
  /// A fit did not settle, the data do not tell it, or a parameter that the measure follows from lies at its bound: no
  /// ratio (`FitVerdict`).
  case bindingUnreliable
  /// g ≥ 1 or b ≤ 0: the denominator cannot be told from 0; no ratio.
  case denominatorIndistinct
  /// a ≤ 0 with a good denominator: ratio and set stand, no log ratio.
  case numeratorNonpositive
  /// The denominator is below the floor under which its absolute bias exceeds its error; the ratio stands.
  case denominatorBelowFloor
  /// Evidence against the data stands with one of the two scans (`Finding.castsDoubt`): the numbers stand, flagged.
  case dataDoubtful
  /// After correction for partial volume: less than 30 % of what is measured in the region is its own in one of the two scans
  /// (`CurveCorrection.poorShare`); the numbers stand, flagged.
  case poorlyResolved
  /// A parameter that the measure does not follow from, such as the blood volume, lies at its bound: the numbers stand,
  /// flagged.
  case fitAtBound

  /// Statuses whose numbers stand and are flagged: groups take them when they are asked to.
  package static let flagged: Set<BalanceStatus> = [.dataDoubtful, .poorlyResolved, .fitAtBound]

  /// Whether a row counts in what is said of persons and groups.
  package func counts(includingFlagged: Bool) -> Bool {
    self == .ok || includingFlagged && Self.flagged.contains(self)
  }

  /// What a row whose numbers are good is called when something is to be said of it.
  package static func good(isDoubtful: Bool, isPoorlyResolved: Bool = false, _ verdicts: FitVerdict...)
    -> BalanceStatus
  {
    isDoubtful
      ? .dataDoubtful : isPoorlyResolved ? .poorlyResolved : verdicts.contains(.fitAtBound) ? .fitAtBound : .ok
  }
}
