import PETCore

/// Why a regional occupancy has or lacks its number, in the words of balances where they mean the same.
package enum OccupancyStatus: String, Sendable, CaseIterable {
  case ok
  /// A fit did not settle, the data do not tell it, or what the measure follows from lies at a bound (`FitVerdict`); no
  /// occupancy.
  case bindingUnreliable
  /// A parameter that the measure does not follow from lies at its bound: the number stands, flagged.
  case fitAtBound
  /// Specific binding at baseline cannot be told from 0; no occupancy.
  case denominatorIndistinct
  /// BPND at baseline is below the floor under which its absolute bias exceeds its error; no occupancy.
  case denominatorBelowFloor
  /// No share from 0 to 1 lies within the limits: the number stands, and is no occupancy.
  case outsideRange
  /// Evidence against the data stands with one of the two scans (`Finding.castsDoubt`): the number stands, flagged.
  case dataDoubtful
  /// One of the two scans has no estimate in the region.
  case noBinding
  /// One of the two scans does not have the region.
  case regionMissing
  /// VND is not known, so that nothing is specific.
  case errorUnknown

  /// The status of an occupancy, and what is to be said of it.
  ///
  /// A drug scan a little below 0 is what noise makes of full occupancy, and no fault while the limits hold it; without
  /// limits the number itself must be a share.
  static func judge(
    _ occupancy: Double, _ numbers: BalanceNumbers, isDoubtful: Bool, isAtBound: Bool
  ) -> (OccupancyStatus, [String]) {
    var notes: [String] = []
    if numbers.set == nil { notes.append("a standard error is missing: no limits") }
    if numbers.status == .denominatorIndistinct {
      return (.denominatorIndistinct, ["specific binding at baseline cannot be told from 0"] + notes)
    }
    let ends: (low: Double, high: Double)? =
      switch numbers.set {
      case nil: (occupancy, occupancy)
      case let set? where set.kind == .bounded: (1 - set.high, 1 - set.low)
      default: nil
      }
    let isOutside = ends.map { $0.low > 1 || $0.high < 0 } ?? false
    if occupancy > 1 { notes.append("above 1: specific binding with the drug is below 0") }
    if occupancy < 0 { notes.append("below 0: the drug scan binds more than the baseline") }
    if isOutside {
      notes.append("the limits hold no share from 0 to 1: scans, reference or model contradict each other")
    }
    return (isOutside ? .outsideRange : isDoubtful ? .dataDoubtful : isAtBound ? .fitAtBound : .ok, notes)
  }
}
