import Foundation
import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETRegistration

/// Of stage 5, what the estimates of a scan become where something is otherwise than it was taken to be.
///
/// Each change is a fit of its own with everything that follows from it, as if the input had been so; what cannot be changed is
/// left out with the reason. An input's delay stays as it was found.
struct RefitStage {
  let curves: ScanCurves
  let fits: RegionalFits
  let inputs: ModelInputs
  let rule: UncertaintyRule
  let base: [String: Double]
  var result = Refits()

  /// Draws of what has no one size.
  static let draws = 64

  init(curves: ScanCurves, inputs: ModelInputs, fits: RegionalFits, rule: UncertaintyRule) {
    (self.curves, self.fits, self.rule) = (curves, fits, rule)
    var held = inputs
    if let plasma = fits.input.plasma {
      held.plasma = plasma
      held.choices = inputs.choices.without("delay")
    }
    self.inputs = held
    base = Self.measures(fits, inputs.role.measure)
  }

  func run() throws(PETError) -> Refits {
    var stage = self
    stage.result.labels = curves.weights?.files ?? []
    stage.result.isResolutionGiven =
      curves.counting.correction?.resolution.source == CurveCorrection.Resolution.given
    stage.changedCurves()
    stage.motion()
    stage.referenceRate()
    stage.bloodVolume()
    stage.reference()
    stage.fullerForms()
    stage.input()
    stage.window()
    return stage.result
  }

  // MARK: - Fitting again

  /// The measure of each region that has one, in the field's units.
  static func measures(_ fits: RegionalFits, _ measure: String) -> [String: Double] {
    let rows = BindingTable(fits, measure: measure, level: 0.95, tracer: nil, source: "").rows
    return Dictionary(rows.map { ($0.region, $0.estimate.value) }, uniquingKeysWith: { first, _ in first })
      .filter { $0.value.isFinite }
  }

  func refitted(_ table: CurveTable, _ inputs: ModelInputs) throws(PETError) -> [String: Double] {
    Self.measures(
      try ModelsStage.run(table, of: curves.sources.first, inputs, inputs.role), inputs.role.measure)
  }

  /// Rows of one change, against what it is compared with.
  mutating func add(
    _ effect: String, _ component: String = "n/a", amount: Double, _ values: [String: Double],
    against other: [String: Double]? = nil
  ) {
    let against = other ?? base
    for fit in fits.fits {
      guard let own = against[fit.region] else { continue }
      let value = values[fit.region] ?? .nan
      result.rows.append(
        Refits.Row(fit.region, effect, component, amount: amount, value: value, change: 100 * (value / own - 1)))
    }
  }

  /// Fits some changes of an effect; one that cannot be fitted costs the effect.
  mutating func change(_ effect: BudgetEffect, _ body: (inout RefitStage) throws(PETError) -> Void) {
    let rows = result.rows
    do throws(PETError) { try body(&self) } catch {
      result.rows = rows
      leaveOut(effect, error.problem)
    }
  }

  mutating func leaveOut(_ effect: BudgetEffect, _ reason: String) {
    result.leftOut[effect.key] = result.leftOut[effect.key].map { $0 == reason ? $0 : "\($0); \(reason)" } ?? reason
    result.spreads[effect.key] = nil
  }

  // MARK: - The effects

  /// Labels elsewhere, and another resolution.
  private mutating func changedCurves() {
    guard let changed = curves.changed else {
      let reason = curves.weights == nil ? "there is no image of the scan" : "the scan's runs are joined"
      for effect in [BudgetEffect.segmentation, .alignment, .fwhm, .motion] where rule[effect] != nil {
        leaveOut(effect, reason)
      }
      if rule.asksExtent(BudgetEffect.eroded) { leaveOut(.referenceExtent, "eroded: \(reason)") }
      return
    }
    result.spreads = changed.spreads
    result.leftOut = changed.leftOut
    for member in changed.members {
      do throws(PETError) {
        add(member.effect, member.component, amount: member.amount, try refitted(member.table, inputs))
      } catch {
        result.rows.removeAll { $0.effect == member.effect }
        guard member.effect == Refits.labels else {
          if let effect = BudgetEffect.named(member.effect) { leaveOut(effect, error.problem) }
          continue
        }
        for effect in [BudgetEffect.segmentation, .alignment, .motion] where result.spreads[effect.key] != nil {
          leaveOut(effect, error.problem)
        }
        return
      }
    }
  }

  /// Rows of a spread over draws, in the regions that have a value in most of them.
  mutating func add(_ drawn: [[String: Double]], of effect: BudgetEffect, amount: Double) {
    for fit in fits.fits {
      guard let own = base[fit.region] else { continue }
      let values = drawn.compactMap { $0[fit.region].map { $0 / own } }
      let isTold = values.count * 2 > drawn.count && values.count > 1
      let error = isTold ? DrawSpread.of(values) : .nan
      result.rows.append(
        Refits.Row(fit.region, effect.key, Refits.drawn, amount: amount, change: 100 * error))
    }
  }
}
