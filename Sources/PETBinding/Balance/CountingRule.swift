import PETKinetics

/// Which rows count beside other scans and persons: the one rule of groups, norms, changes, repeats and universes.
///
/// Rows with status `ok` of fits that converged; those that are flagged when they are asked for.
package struct CountingRule: Sendable {
  package let includesFlagged: Bool

  /// Names of the statuses that `--include-flagged` adds.
  package static let flaggedWords = BalanceStatus.allCases.filter(BalanceStatus.flagged.contains).map(\.rawValue)
    .joined(separator: ", ")

  /// What counts, for a sidecar.
  package var words: String {
    "rows with status ok" + (includesFlagged ? ", \(Self.flaggedWords)" : " and converged fits")
  }

  package init(includesFlagged: Bool = false) { self.includesFlagged = includesFlagged }

  /// Why the ratio of a row of a balance does not count; nil when it does.
  ///
  /// - Parameter fits: statuses of the two fits, as the table has them.
  package func reason(status: String, fits: [String]) -> String? {
    guard BalanceStatus(rawValue: status)?.counts(includingFlagged: includesFlagged) ?? false else { return status }
    return fits.first { !isGood(fit: $0, status: status) }.map { "fit \($0)" }
  }

  /// Whether a marker of a row of a balance counts: what is said of the ratio alone does not concern it.
  package func takes(fit: String, status: String) -> Bool {
    isGood(fit: fit, status: status) && (includesFlagged || !isFlagged(status))
  }

  /// Whether what a fit says of a measure lets it count.
  package func takes(_ verdict: FitVerdict) -> Bool {
    verdict == .reliable || includesFlagged && verdict == .fitAtBound
  }

  /// A row that is flagged has a ratio: what lies at a bound in its fits is beside their measures.
  private func isGood(fit: String, status: String) -> Bool {
    if FitVerdict(status: fit, atBound: nil, measure: "", model: nil) == .reliable { return true }
    return fit == FitStatus.atBound.rawValue && isFlagged(status)
  }

  private func isFlagged(_ status: String) -> Bool {
    BalanceStatus(rawValue: status).map(BalanceStatus.flagged.contains) ?? false
  }
}
