/// What a confidence level may be, wherever one is given.
package enum ConfidenceLevel {
  /// Below a half limits tell nothing; above, the quantile of few degrees of freedom is all that they tell.
  package static let range = 0.5...0.9999
  package static let usual = 0.95
  package static let words = "from 0.5 to 0.9999"
}
