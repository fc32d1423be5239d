/// How a fit ended.
package enum FitStatus: String, Sendable, CaseIterable, BitwiseCopyable {
  case converged
  /// A parameter lies at its bound; the standard errors are those with it held there. A regional fit names it.
  case atBound
  /// In maps: one that the outcome does not follow from (`ModelCard.formulas`) lies at its bound.
  case fitAtBound
  /// The estimate is outside the range the card allows, or its rate is not told by the data; number and SE stand.
  case poorlyIdentified
  /// The search ended before it settled; number and SE stand.
  case iterationLimit
  /// The data do not determine the parameters: no estimate.
  case singular
  /// The curve or the reference has nothing to fit: no estimate.
  case noSignal

  /// Whether there are estimates at all.
  package var hasEstimates: Bool { self != .singular && self != .noSignal }

  /// A status as a table writes it, with what lies at a bound.
  package static func words(_ status: String, atBound: [String]) -> String {
    atBound.isEmpty ? status : "\(status) (\(atBound.joined(separator: ", ")))"
  }
}
