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
      if stage.fits.card.needs.contains(.k2prime) { stage.add(first) }
      for form in wider {
        let own = try stage.fitted(form)
        stage.add(own)
        if let finding = stage.doubt(own, against: first) { stage.result.findings.append(finding) }
      }
    }
  }

  private func fitted(_ model: any KineticModel.Type) throws(PETError) -> RegionalFits {
    try RegionalFits(
      curves.counting, model: model, reference: inputs.role.reference, settings: try inputs.settings(for: model.card))
  }

  /// Rows of a form, in the regions where it tells the measure.
  private mutating func add(_ form: RegionalFits) {
    let told = reliable(form)
    add(
      BudgetEffect.model.key, form.card.id, amount: .nan,
      Self.measures(form, inputs.role.measure).filter { told.contains($0.key) })
  }

  private func reliable(_ form: RegionalFits) -> Set<String> {
    let measure = inputs.role.measure
    return Set(
      form.fits.filter { fit in
        fit.estimate(measure).value.isFinite
          && FitVerdict(status: fit.status.rawValue, atBound: fit.atBound, measure: measure, model: fit.card.id)
            == .reliable
      }.map(\.region))
  }

  /// AIC lower by this leaves next to nothing to say for the other (Burnham and Anderson 2004,
  /// doi:10.1177/0049124104268644).
  private static let clearly = 10.0

  /// Where the data tell the form from the model that it extends.
  private func doubt(_ form: RegionalFits, against plain: RegionalFits) -> Finding? {
    let told = reliable(form)
    let pairs = zip(form.fits, plain.fits).filter { told.contains($0.0.region) && $0.1.aic.isFinite }
    let better = pairs.filter { $0.1.aic - $0.0.aic >= Self.clearly }
    guard !better.isEmpty else { return nil }
    let measure = inputs.role.measure
    let changes = result.rows.filter { row in
      row.effect == BudgetEffect.model.key && row.component == form.card.id && row.change.isFinite
        && better.contains { $0.0.region == row.region }
    }.map(\.change).sorted()
    guard !changes.isEmpty else { return nil }
    let median = NumberText.short(Rounding.significant(Order.quantile(changes, 0.5), digits: 2))
    return Finding(
      2 * better.count > form.fits.count ? .warning : .note, .modelDoubt, field: "model", value: form.card.id,
      "\(form.card.id) describes \(better.count) of \(form.fits.count) regions better than \(plain.card.id) (AIC lower by 10 "
        + "or more): \(measure) by it is other by \(median) % there in the median",
      remedy: "see effect model in the budget; otherwise: \(form.card.id) with choose: aic lets each region choose")
  }
}

extension Finding.Code {
  package static let modelDoubt = Finding.Code("model-doubt")
}
