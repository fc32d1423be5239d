/// Why a row of the balance has or lacks its numbers.
package enum BalanceStatus: String, Sendable, CaseIterable {
  case ok
  /// g ≥ 1 or b ≤ 0: the denominator cannot be told from 0; no ratio.
  case denominatorIndistinct
  /// The denominator is below the floor under which its absolute bias exceeds its error; the ratio stands.
  case denominatorBelowFloor
  /// Evidence against the data stands with one of the two scans (`Finding.castsDoubt`): the numbers stand, flagged.
  case dataDoubtful
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
