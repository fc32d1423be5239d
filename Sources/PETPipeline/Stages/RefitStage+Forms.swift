import PETBinding
package import PETCore
import PETKinetics

/// What the fuller forms of a scan's model make of it: more rates, which hold the model as one case.
extension RefitStage {
  mutating func fullerForms() {
    guard rule[.model] != nil else { return }
    guard let model = try? ModelCatalogue.named(fits.card.id), let plain = ModelCatalogue.kinetics(of: model) else {
      return leaveOut(.model, "\(fits.card.id) has no compartments")
    }
    let measure = inputs.role.measure
    let wider = ModelCatalogue.extending(plain.card.id).filter { form in
      let needs = form.card.needs
      return form.card.index(of: measure) != nil && (!needs.contains(.plasma) || inputs.plasma != nil)
    }
    guard !wider.isEmpty else { return leaveOut(.model, "\(plain.card.id) has no fuller form with \(measure)") }
    change(.model) { (stage) throws(PETError) in
      let first = try stage.fitted(plain)
      func add(_ form: RegionalFits) -> [String: Double] {
        let values = stage.told(form)
        stage.add(BudgetEffect.model.key, form.card.id, amount: .nan, values)
        return values
      }
      if stage.fits.card.needs.contains(.k2prime) { _ = add(first) }
      for form in wider {
        let own = try stage.fitted(form)
        if let finding = stage.doubt(own, add(own), against: first) { stage.result.findings.append(finding) }
      }
    }
  }

  private func fitted(_ model: any KineticModel.Type) throws(PETError) -> RegionalFits {
    try RegionalFits(
      curves.counting, model: model, reference: inputs.role.reference, settings: try inputs.settings(for: model.card))
  }

  /// The measure by a form, in the regions where it tells it.
  private func told(_ form: RegionalFits) -> [String: Double] {
    let measure = inputs.role.measure
    let reliable = form.fits.filter { fit in
      FitVerdict(status: fit.status.rawValue, atBound: fit.atBound, measure: measure, model: fit.card.id) == .reliable
    }
    let regions = Set(reliable.map(\.region))
    return Self.measures(form, measure).filter { regions.contains($0.key) }
  }

  /// AIC lower by this leaves next to nothing to say for the other (Burnham and Anderson 2004,
  /// doi:10.1177/0049124104268644).
  private static let clearly = 10.0

  /// Where the data tell the form from the model that it extends.
  ///
  /// - Parameter values: the measure by the form.
  private func doubt(_ form: RegionalFits, _ values: [String: Double], against plain: RegionalFits) -> Finding? {
    let better = zip(form.fits, plain.fits).filter { values[$0.region] != nil && $1.aic - $0.aic >= Self.clearly }
    let changes = better.compactMap { form, _ in
      base[form.region].flatMap { base in values[form.region].map { 100 * ($0 / base - 1) } }
    }.sorted()
    guard !changes.isEmpty else { return nil }
    let count = plain.fits.count { $0.aic.isFinite }
    let median = NumberText.short(Rounding.significant(Order.quantile(changes, 0.5), digits: 2))
    return Finding(
      2 * better.count > count ? .warning : .note, .modelDoubt, field: "model", value: form.card.id,
      "\(form.card.id) describes \(better.count) of \(count) regions better than \(plain.card.id) (AIC lower by 10 or more): "
        + "\(inputs.role.measure) by it is other by \(median) % there in the median",
      remedy: "see effect model in the budget; otherwise: \(form.card.id) with choose: aic lets each region choose")
  }
}

extension Finding.Code {
  package static let modelDoubt = Finding.Code("model-doubt")
}
