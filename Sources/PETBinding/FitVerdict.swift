import PETKinetics

/// What the way a fit ended says of a measure made from it: the one rule of balances, groups, maps and pages.
package enum FitVerdict: Sendable {
  /// It converged, or its table does not say how it ended.
  case reliable
  /// A parameter that the measure does not follow from lies at its bound: the number stands, flagged.
  case fitAtBound
  /// It did not settle, the data do not tell it, or what the measure follows from lies at a bound.
  case unreliable

  /// - Parameters:
  ///   - status: as a table writes it; a word that is not ours says that the fit did not end well.
  ///   - atBound: parameters at their bounds; nil where the table does not name them.
  ///   - model: token of the model; what an unknown one follows from is not known.
  package init(status: String, atBound: [String]?, measure: String, model: String?) {
    switch status {
    case "n/a", FitStatus.converged.rawValue: self = .reliable
    case FitStatus.fitAtBound.rawValue: self = .fitAtBound
    case FitStatus.atBound.rawValue:
      let card = model.flatMap { try? ModelCatalogue.named($0).card }
      guard let card, let atBound, !atBound.isEmpty else {
        self = .unreliable
        return
      }
      self = card.factors(of: measure).contains(where: atBound.contains) ? .unreliable : .fitAtBound
    default: self = .unreliable
    }
  }
}
