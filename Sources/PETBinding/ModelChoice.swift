package import PETCore
package import PETKinetics

/// What follows in a region where a scan's model tells no measure: another model, named beforehand.
package struct ModelChoice: Sendable, Equatable {
  package enum Rule: String, Sendable, CaseIterable {
    /// The first of the two that is reliable in the region.
    case reliable
    /// Of those that are reliable the one with the lower AIC; both predict the measured curve.
    case aic
  }

  /// Token of the model that follows.
  package let otherwise: String
  package let rule: Rule

  package init(otherwise: String, rule: Rule) {
    self.otherwise = otherwise
    self.rule = rule
  }

  /// The fits of a scan, region by region of the model that is chosen there: the first where neither is reliable.
  package func choose(_ first: RegionalFits, _ second: RegionalFits, measure: String) -> RegionalFits {
    func verdict(_ fit: CurveFit) -> FitVerdict {
      fit.estimate(measure).value.isFinite
        ? FitVerdict(status: fit.status.rawValue, atBound: fit.atBound, measure: measure, model: fit.card.id)
        : .unreliable
    }
    var notes: [Int: String] = [:]
    for (i, (a, b)) in zip(first.fits, second.fits).enumerated() where verdict(b) == .reliable {
      if verdict(a) != .reliable {
        notes[i] = "\(b.card.id), as \(a.card.id) is \(FitStatus.words(a.status.rawValue, atBound: a.atBound))"
      } else if rule == .aic, b.aic < a.aic {
        notes[i] = "\(b.card.id), AIC \(NumberText.fixed(a.aic - b.aic, decimals: 1)) below that of \(a.card.id)"
      }
    }
    var chosen = first.taking(second, notes: notes)
    if !notes.isEmpty {
      chosen.add(
        Finding(
          .note, .otherModel, field: "otherwise", value: "\(notes.count)",
          "\(notes.count) of \(first.fits.count) regions are of \(second.card.id)", remedy: "their rows say why"))
    }
    return chosen
  }
}

extension Finding.Code {
  package static let otherModel = Finding.Code("other-model")
}
