import Foundation
import PETCore
package import PETTracers

/// The stated errors of two scans together, region by region: which of them are one and which are each scan's own.
package struct PairBudget: Sendable {
  /// What one error does to a region's ratio.
  package struct Sensitivity: Sendable {
    package var region = ""
    package var effect = ""
    /// In the unit of the effect; of what was drawn one standard deviation.
    package var amount = Double.nan
    /// %.
    package var numerator = Double.nan
    package var denominator = Double.nan
    package var ratio = Double.nan
    package var component = "n/a"
    /// `both`, or the system of one of the scans.
    package var scan = ""

    package init() {}
  }

  /// An effect as it was taken.
  package struct Taken: Sendable {
    package let effect: BudgetEffect
    /// `both`, or the system.
    package let scan: String
    package let spread: Refits.Spread
  }

  /// What the two scans have to do with each other.
  package struct Scene: Sendable {
    package var rule: UncertaintyRule
    package var systems: BalanceSystems
    /// Tracers, for what changes between days.
    package var cards: BothSides<TracerCard?>
    /// Whether both scans are of one scanner.
    package var isOneScanner: Bool
    /// Whether the scans are of different days; nil where that is not known.
    package var areDaysApart: Bool?
    /// Whether one scan stands for both systems.
    package var isOneScan: Bool

    package init(
      _ rule: UncertaintyRule, systems: BalanceSystems, cards: BothSides<TracerCard?>, isOneScanner: Bool,
      areDaysApart: Bool?, isOneScan: Bool
    ) {
      (self.rule, self.systems, self.cards) = (rule, systems, cards)
      (self.isOneScanner, self.areDaysApart, self.isOneScan) = (isOneScanner, areDaysApart, isOneScan)
    }
  }

  private let scene: Scene
  private let scans: BothSides<Refits>
  package let taken: [Taken]
  /// What the budget does not hold, in words.
  package let leftOut: [String]

  package static let both = "both"

  /// - Parameter others: what no refit tells, in words.
  package init(_ numerator: Refits, over denominator: Refits, _ scene: Scene, leavingOut others: [String]) {
    self.scene = scene
    scans = BothSides(numerator, denominator)
    var taken: [Taken] = []
    var lost: [String] = []
    let (a, b) = (scene.systems.numerator.rawValue, scene.systems.denominator.rawValue)
    for effect in scene.rule.effects where effect.sharing != .shown {
      if effect == .days {
        lost += Self.daysLost(scene)
        continue
      }
      let sides = [(a, numerator), (b, denominator)]
      let known = sides.compactMap { name, refits in refits.spreads[effect.key].map { (name, $0) } }
      if known.count == 2, Self.isCommon(effect, numerator, denominator, scene) {
        taken.append(Taken(effect: effect, scan: Self.both, spread: known[0].1))
      } else {
        taken += known.map { Taken(effect: effect, scan: $0, spread: $1) }
      }
      lost += sides.compactMap { name, refits in
        refits.leftOut[effect.key].map { "\(effect.key) of the \(name) scan: \($0)" }
      }
    }
    lost += BudgetEffect.all.filter { $0.sharing != .shown && scene.rule[$0] == nil }.map { "\($0.key): not stated" }
    self.taken = taken
    leftOut = lost + others
  }

  /// Whether one error is in both scans.
  private static func isCommon(_ effect: BudgetEffect, _ a: Refits, _ b: Refits, _ scene: Scene) -> Bool {
    if scene.isOneScan { return true }
    if effect == .segmentation { return !a.labels.isEmpty && !Set(a.labels).isDisjoint(with: b.labels) }
    if effect == .fwhm { return a.isResolutionGiven && b.isResolutionGiven && scene.isOneScanner }
    return effect.sharing == .common
  }

  // MARK: - Of a region

  /// The independent errors of a ratio; nil where one that counts is not known, which is named.
  ///
  /// - Parameters:
  ///   - numerator: region above the line.
  ///   - denominator: region below it.
  package func terms(_ numerator: String, over denominator: String) -> (terms: [BudgetTerm], lacking: BudgetEffect?) {
    var terms: [BudgetTerm] = []
    for own in taken {
      for (component, above, below) in responses(own, numerator, denominator) {
        for response in [above, below].compactMap(\.self) where !(response.slope.isFinite && response.bend.isFinite) {
          return ([], own.effect)
        }
        // What was drawn has no sign: the two sides cannot be set off against each other.
        if component == Refits.drawn, above != nil, below != nil {
          terms.append(BudgetTerm(own.effect, component, numerator: above, denominator: nil))
          terms.append(BudgetTerm(own.effect, component, numerator: nil, denominator: below))
        } else {
          terms.append(BudgetTerm(own.effect, component, numerator: above, denominator: below))
        }
      }
    }
    return (terms + days(numerator, over: denominator), nil)
  }

  /// What an effect does to both sides of a ratio, component by component.
  private func responses(_ own: Taken, _ numerator: String, _ denominator: String) -> [(
    component: String, LogResponse?, LogResponse?
  )] {
    // Of k2' the rows have the scan's own step, which is its spread.
    func side(_ refits: Refits, _ region: String) -> [(component: String, response: LogResponse?)] {
      refits.responses(own.effect.rows, spread: refits.spreads[own.effect.key]?.value).map {
        ($0.component, $0.regions[RegionName.key(region)] ?? LogResponse(slope: .nan))
      }
    }
    let above = own.scan == scene.systems.denominator.rawValue ? [] : side(scans.numerator, numerator)
    let below = own.scan == scene.systems.numerator.rawValue ? [] : side(scans.denominator, denominator)
    var order = above.map(\.component)
    for other in below where !order.contains(other.component) { order.append(other.component) }
    return order.map { component in
      (
        component, above.first { $0.component == component }?.response,
        below.first { $0.component == component }?.response
      )
    }
  }

  // MARK: - Days

  /// Within-subject CV of each side between days, where its card has it.
  private func days(_ numerator: String, over denominator: String) -> [BudgetTerm] {
    guard scene.rule[.days] != nil, scene.areDaysApart == true else { return [] }
    let above = scene.cards.numerator?.withinSubject(region: numerator).map { LogResponse(slope: $0 / 100) }
    let below = scene.cards.denominator?.withinSubject(region: denominator).map { LogResponse(slope: $0 / 100) }
    return [
      above.map { BudgetTerm(.days, Refits.drawn, numerator: $0, denominator: nil) },
      below.map { BudgetTerm(.days, Refits.drawn, numerator: nil, denominator: $0) },
    ].compactMap(\.self)
  }

  private static func daysLost(_ scene: Scene) -> [String] {
    guard let apart = scene.areDaysApart else { return ["days: how far the scans lie apart is not known"] }
    guard apart else { return ["days: the scans are of one day"] }
    return [(scene.systems.numerator, scene.cards.numerator), (scene.systems.denominator, scene.cards.denominator)]
      .compactMap { system, card in
        guard let card, !card.retest.isEmpty else {
          return "days of the \(system.rawValue) scan: the tracer's card has no test-retest figure"
        }
        let regions = card.retest.flatMap(\.regions)
        return "days of the \(system.rawValue) scan in regions other than \(regions.joined(separator: ", "))"
      }
  }

  // MARK: - The table

  /// What every error does to a ratio, up and down.
  package func sensitivities(_ region: String, _ numerator: String, over denominator: String) -> [Sensitivity] {
    func change(_ log: Double) -> Double { 100 * (exp(log) - 1) }
    var rows: [Sensitivity] = []
    let shown = scene.rule.effects.filter { $0.sharing == .shown }
    for own in taken {
      for (component, above, below) in responses(own, numerator, denominator) {
        for sign in component == Refits.drawn ? [1.0] : [1.0, -1.0] {
          let (up, down) = (above?(sign) ?? 0, below?(sign) ?? 0)
          var row = Sensitivity()
          (row.region, row.effect, row.component, row.scan) = (region, own.effect.key, component, own.scan)
          row.amount = sign * own.spread.value
          (row.numerator, row.denominator) = (change(up), change(down))
          row.ratio = component == Refits.drawn ? change((up * up + down * down).squareRoot()) : change(up - down)
          rows.append(row)
        }
      }
    }
    for term in days(numerator, over: denominator) {
      var row = Sensitivity()
      let (up, down) = (term.numerator?(1) ?? 0, term.denominator?(1) ?? 0)
      (row.region, row.effect, row.component) = (region, term.effect.key, term.component)
      row.scan = (term.numerator == nil ? scene.systems.denominator : scene.systems.numerator).rawValue
      (row.amount, row.numerator, row.denominator, row.ratio) = (
        100 * (up + down), change(up), change(down), change(up + down)
      )
      rows.append(row)
    }
    for effect in shown { rows += shownRows(effect, region, numerator, denominator) }
    return rows
  }

  /// Of a change that is shown and not added: in each scan by itself.
  private func shownRows(_ effect: BudgetEffect, _ region: String, _ numerator: String, _ denominator: String)
    -> [Sensitivity]
  {
    let sides = [
      (scene.systems.numerator.rawValue, scans.numerator, numerator, true),
      (scene.systems.denominator.rawValue, scans.denominator, denominator, false),
    ]
    return sides.flatMap { name, refits, own, isAbove in
      refits.rows.filter { $0.effect == effect.key && RegionName.key($0.region) == RegionName.key(own) }.map { refit in
        var row = Sensitivity()
        (row.region, row.effect, row.component, row.scan) = (region, effect.key, refit.component, name)
        row.amount = refit.amount
        (row.numerator, row.denominator) = isAbove ? (refit.change, 0) : (0, refit.change)
        row.ratio = isAbove ? refit.change : 100 * (1 / (1 + refit.change / 100) - 1)
        return row
      }
    }
  }
}

extension TracerCard {
  /// Within-subject CV of BPND between scans in a region, %, by the words of its name; nil where no figure is of it.
  package func withinSubject(region: String) -> Double? {
    let key = RegionName.key(region)
    return retest.first { own in own.regions.contains { RegionName.holds(key, RegionName.key($0)) } }?.withinSubject
  }
}
