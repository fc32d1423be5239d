import PETBinding
import PETCore
import PETKinetics

/// What a model is given besides its curves: k2', blood volume, reference.
extension RefitStage {
  /// One k2' for all regions.
  mutating func referenceRate() {
    guard let asked = rule[.k2prime] else { return }
    guard fits.card.needs.contains(.k2prime), let rate = fits.input.k2prime else {
      return leaveOut(.k2prime, "\(fits.card.id) has no k2' common to regions")
    }
    let spread: Double
    if let percent = asked.number {
      spread = percent / 100
      result.spreads[BudgetEffect.k2prime.key] = .init(percent, source: "as the pipeline states it")
    } else {
      guard let between = rate.spread?.between else {
        return leaveOut(.k2prime, "the scan's regions do not tell how far their k2' lie apart: state it in %")
      }
      spread = between
      result.spreads[BudgetEffect.k2prime.key] = .init(100 * between, source: BudgetEffect.k2prime.source ?? "")
    }
    guard spread > 1e-4 else { return }
    change(.k2prime) { (stage) throws(PETError) in
      for share in [spread, -spread] {
        var inputs = stage.inputs
        try inputs.choices.set(
          .k2prime, NumberText.exact(60 * rate.value * (1 + share)), field: BudgetEffect.k2prime.key)
        stage.add(
          BudgetEffect.k2prime.key, amount: 100 * share, try stage.refitted(stage.curves.counting, inputs))
      }
    }
  }

  mutating func bloodVolume() {
    guard case .about(let mean, let sd)? = rule[.bloodVolume] else { return }
    let card = fits.card
    guard FitSetting.vb.serves(card) else { return leaveOut(.bloodVolume, "\(card.id) cannot hold it") }
    guard case .fixed = fits.input.bloodVolume(card) else { return leaveOut(.bloodVolume, "\(card.id) fits it") }
    result.spreads[BudgetEffect.bloodVolume.key] = .init(sd, source: "as the pipeline states it")
    change(.bloodVolume) { (stage) throws(PETError) in
      func values(_ volume: Double) throws(PETError) -> [String: Double] {
        var inputs = stage.inputs
        try inputs.choices.set(.vb, NumberText.exact(volume), field: BudgetEffect.bloodVolume.key)
        return try stage.refitted(stage.curves.counting, inputs)
      }
      let middle = try values(mean)
      for amount in [sd, -sd] {
        stage.add(BudgetEffect.bloodVolume.key, amount: amount, try values(mean + amount), against: middle)
      }
    }
  }

  /// The height of the reference curve, and its parts alone.
  mutating func reference() {
    let asked = [BudgetEffect.reference, .referenceExtent].filter { rule[$0] != nil }
    guard !asked.isEmpty else { return }
    guard !fits.reference.isEmpty, let members = try? curves.counting.curve(of: fits.reference).members else {
      for effect in asked { leaveOut(effect, "\(fits.card.id) has no reference region") }
      return
    }
    if let share = rule[.reference]?.number {
      result.spreads[BudgetEffect.reference.key] = .init(share, source: "as the pipeline states it")
      change(.reference) { (stage) throws(PETError) in
        for amount in [share, -share] {
          var table = stage.curves.counting
          for member in members { table.curves[member] = table.curves[member].map { $0 * (1 + amount) } }
          stage.add(BudgetEffect.reference.key, amount: amount, try stage.refitted(table, stage.inputs))
        }
      }
    }
    guard rule.asksExtent(BudgetEffect.parts) else { return }
    guard members.count > 1 else { return leaveOut(.referenceExtent, "parts: the reference is one region") }
    change(.referenceExtent) { (stage) throws(PETError) in
      for member in members {
        let name = stage.curves.counting.names[member]
        // Of the same members, so that no part becomes a target.
        var table = stage.curves.counting
        for other in members { table.curves[other] = table.curves[member] }
        stage.add(
          BudgetEffect.referenceExtent.key, name, amount: .nan, try stage.refitted(table, stage.inputs))
      }
    }
  }
}
