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
  private let inputs: ModelInputs
  private let rule: UncertaintyRule
  private let base: [String: Double]
  private var result = Refits()

  /// Draws of what has no one size.
  private static let draws = 64

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
    stage.input()
    stage.window()
    return stage.result
  }

  // MARK: - Fitting again

  /// The measure of each region that has one, in the field's units.
  private static func measures(_ fits: RegionalFits, _ measure: String) -> [String: Double] {
    let rows = BindingTable(fits, measure: measure, level: 0.95, tracer: nil, source: "").rows
    return Dictionary(rows.map { ($0.region, $0.estimate.value) }, uniquingKeysWith: { first, _ in first })
      .filter { $0.value.isFinite }
  }

  private func refitted(_ table: CurveTable, _ inputs: ModelInputs) throws(PETError) -> [String: Double] {
    Self.measures(
      try ModelsStage.run(table, of: curves.sources.first, inputs, inputs.role), inputs.role.measure)
  }

  /// Rows of one change, against what it is compared with.
  private mutating func add(
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
  private mutating func change(_ effect: BudgetEffect, _ body: (inout RefitStage) throws(PETError) -> Void) {
    let rows = result.rows
    do throws(PETError) { try body(&self) } catch {
      result.rows = rows
      leaveOut(effect, error.problem)
    }
  }

  private mutating func leaveOut(_ effect: BudgetEffect, _ reason: String) {
    result.leftOut[effect.key] = reason
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
      return
    }
    result.spreads = changed.spreads
    result.leftOut = changed.leftOut
    for member in changed.members {
      do throws(PETError) {
        add(member.effect, member.component, amount: member.amount, try refitted(member.table, inputs))
      } catch {
        let own = member.effect == Refits.labels ? [BudgetEffect.segmentation, .alignment, .motion] : [.fwhm]
        for effect in own where result.spreads[effect.key] != nil { leaveOut(effect, error.problem) }
        result.rows.removeAll { $0.effect == member.effect }
        if own.count == 1 { continue }
        return
      }
    }
  }

  /// Poses of frames within their errors: the curves move by what moved labels do to each frame.
  ///
  /// A frame's error is its own but for what changing contrast leaves, which drifts over the scan.
  private mutating func motion() {
    guard result.spreads[BudgetEffect.motion.key] != nil, let step = rule.step,
      let found = curves.motions.first?.found
    else { return }
    let slopes = slopes(step)
    guard slopes.count == Refits.axes.count else { return }
    change(.motion) { (stage) throws(PETError) in
      var random = SeededGenerator(seed: 1, stream: BudgetEffect.motion.key)
      let drift = Self.drift(found.frames)
      let noise = found.errors.map { max(0, $0 * $0 - found.floorError * found.floorError).squareRoot() }
      var drawn: [[String: Double]] = []
      for _ in 0..<Self.draws {
        var table = stage.curves.counting
        for slope in slopes {
          let slow = Refits.coordinate(ofDisplacement: found.floorError) * random.normal()
          let errors = noise.indices.map { frame in
            Refits.coordinate(ofDisplacement: noise[frame]) * random.normal() + slow * drift[frame]
          }
          for region in table.curves.indices {
            for frame in errors.indices { table.curves[region][frame] += slope[region][frame] * errors[frame] }
          }
        }
        drawn.append(try stage.refitted(table, stage.inputs))
      }
      stage.add(drawn, of: .motion, amount: found.lateError)
    }
  }

  /// A straight drift over the time after 5 min, of mean 0 and mean square 1 over it.
  private static func drift(_ frames: FrameSchedule) -> [Double] {
    let middles = frames.midpoints
    let late = middles.indices.filter { middles[$0] >= 300 }
    let counting = late.count > 1 ? late : Array(middles.indices)
    let whole = counting.reduce(0) { $0 + frames.durations[$1] }
    let mean = counting.reduce(0) { $0 + frames.durations[$1] * middles[$1] } / whole
    let square = counting.reduce(0) { sum, frame in
      let off = middles[frame] - mean
      return sum + frames.durations[frame] * off * off / whole
    }
    return middles.map { square > 0 ? ($0 - mean) / square.squareRoot() : 0 }
  }

  /// What a mm along or about each axis does to every curve, frame by frame; empty where labels were not moved.
  private func slopes(_ step: Double) -> [[[Double]]] {
    Refits.axes.compactMap { axis in
      let own = (curves.changed?.members ?? []).filter { $0.effect == Refits.labels && $0.component == axis }
      guard let up = own.first(where: { $0.amount > 0 }), let down = own.first(where: { $0.amount < 0 }) else {
        return nil
      }
      return zip(up.table.curves, down.table.curves).map { up, down in zip(up, down).map { ($0 - $1) / (2 * step) } }
    }
  }

  /// Rows of a spread over draws.
  private mutating func add(_ drawn: [[String: Double]], of effect: BudgetEffect, amount: Double) {
    for fit in fits.fits {
      guard let own = base[fit.region] else { continue }
      let values = drawn.compactMap { $0[fit.region].map { $0 / own } }
      let error = values.count * 2 > drawn.count && values.count > 1 ? Moments(values).sd : .nan
      result.rows.append(
        Refits.Row(fit.region, effect.key, Refits.drawn, amount: amount, change: 100 * error))
    }
  }

  /// One k2' for all regions.
  private mutating func referenceRate() {
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

  private mutating func bloodVolume() {
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
  private mutating func reference() {
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
    guard rule[.referenceExtent] != nil else { return }
    guard members.count > 1 else { return leaveOut(.referenceExtent, "the reference is one region") }
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

  /// The arterial input from samples drawn anew, one draw for all regions.
  private mutating func input() {
    guard rule[.input] != nil else { return }
    guard fits.card.needs.contains(.plasma), let plasma = fits.input.plasma else {
      return leaveOut(.input, "\(fits.card.id) takes no arterial input")
    }
    guard let (samples, choices) = inputs.samples else {
      return leaveOut(.input, "it was read as a curve: there are no blood samples to draw")
    }
    guard let scatter = samples.scatter(ignoringMetabolites: choices.ignoresMetabolites) else {
      return leaveOut(.input, "too few samples tell their scatter")
    }
    result.spreads[BudgetEffect.input.key] = .init(100 * scatter.largest, source: BudgetEffect.input.source ?? "")
    change(.input) { (stage) throws(PETError) in
      var random = SeededGenerator(seed: 1, stream: BudgetEffect.input.key)
      var drawn: [[String: Double]] = []
      for _ in 0..<Self.draws {
        var inputs = stage.inputs
        let own = samples.drawn(scatter, &random)
        let delay = plasma.delay + (plasma.delayError.isFinite ? plasma.delayError * random.normal() : 0)
        // A draw that gives no input, or none that can be fitted, is one the less.
        guard var input = try? InputFunction(own, choices).plasmaInput else { continue }
        input.delay = delay
        inputs.plasma = input
        if let values = try? stage.refitted(stage.curves.counting, inputs) { drawn.append(values) }
      }
      guard drawn.count * 2 > Self.draws else {
        throw PETError(.wrongInput, "most draws of the samples give no fit", remedy: "check the blood")
      }
      stage.add(drawn, of: .input, amount: 100 * scatter.largest)
    }
  }

  /// The scan cut at its end, and its beginning left out.
  private mutating func window() {
    let frames = curves.counting.frames
    if let minutes = rule[.scanEnd]?.number {
      let end = (frames.ends.last ?? 0) - 60 * minutes
      let count = frames.ends.count { $0 <= end + FrameSchedule.overlapTolerance }
      if count == 0 {
        leaveOut(.scanEnd, "the scan is no longer than that")
      } else {
        change(.scanEnd) { (stage) throws(PETError) in
          stage.add(
            BudgetEffect.scanEnd.key, amount: -minutes,
            try stage.refitted(try stage.curves.counting.prefix(count), stage.inputs))
        }
      }
    }
    guard let minutes = rule[.scanStart]?.number else { return }
    guard !fits.card.needs.contains(.window), inputs.choices["start"] == nil else {
      return leaveOut(.scanStart, "the fit begins later already")
    }
    change(.scanStart) { (stage) throws(PETError) in
      var inputs = stage.inputs
      try inputs.choices.set(.start, NumberText.exact(minutes), field: BudgetEffect.scanStart.key)
      stage.add(BudgetEffect.scanStart.key, amount: minutes, try stage.refitted(stage.curves.counting, inputs))
    }
  }
}
