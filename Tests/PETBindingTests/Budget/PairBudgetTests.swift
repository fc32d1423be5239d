import Foundation
import PETBinding
import PETCore
import PETTracers
import Testing

/// Which errors of two scans are one, and what refits become of them.
@Suite struct PairBudgetTests {
  private func refits(_ changes: [(effect: String, component: String, amount: Double, change: Double)]) -> Refits {
    var result = Refits()
    result.rows = changes.map {
      Refits.Row("Left-Putamen", $0.effect, $0.component, amount: $0.amount, value: 1, change: $0.change)
    }
    result.labels = ["sub-01_dseg.nii.gz"]
    result.isResolutionGiven = true
    return result
  }

  private func scene(
    _ rule: UncertaintyRule, isOneScanner: Bool = true, areDaysApart: Bool? = false
  ) throws -> PairBudget.Scene {
    PairBudget.Scene(
      rule, systems: BalanceSystems(),
      cards: BothSides(TracerCatalogue.builtIn.find("raclopride"), TracerCatalogue.builtIn.find("dasb")),
      isOneScanner: isOneScanner, areDaysApart: areDaysApart, isOneScan: false)
  }

  private func labels(_ up: Double, _ down: Double, step: Double = 1) -> [(String, String, Double, Double)] {
    [(Refits.labels, "x", step, up), (Refits.labels, "x", -step, down)]
  }

  private func slope(_ up: Double, _ down: Double) -> Double { (log(1 + up / 100) - log(1 + down / 100)) / 2 }

  @Test func labelsMoveInBothScansTogetherAndInEachAlone() throws {
    var rule = UncertaintyRule()
    rule[.segmentation] = .number(0.5)
    rule[.alignment] = .number(1)
    var (a, b) = (refits(labels(-4, 3)), refits(labels(-1, 2)))
    for place in [0, 1] {
      for (key, size) in [("segmentation", 0.5), ("alignment", 1.0)] {
        if place == 0 { a.spreads[key] = .init(size, source: "") } else { b.spreads[key] = .init(size, source: "") }
      }
    }
    let budget = PairBudget(a, over: b, try scene(rule), leavingOut: [])
    let (terms, lacking) = budget.terms("Left-Putamen", over: "left putamen")
    #expect(lacking == nil)
    #expect(terms.count == 3)
    // Half a step is half the slope, and a quarter of the bend.
    let common = try #require(terms.first { $0.effect == .segmentation })
    #expect(abs(common.response.slope - (slope(-4, 3) - slope(-1, 2)) / 2) < 1e-12)
    let bend = (log(0.96) + log(1.03)) / 2 - (log(0.99) + log(1.02)) / 2
    #expect(abs(common.response.bend - bend / 4) < 1e-12)
    let own = terms.filter { $0.effect == .alignment }.map(\.response.slope)
    #expect(abs(own[0] - slope(-4, 3)) < 1e-12)
    #expect(abs(own[1] + slope(-1, 2)) < 1e-12)
  }

  @Test func labelsOfTwoFilesAreTwoErrors() throws {
    var rule = UncertaintyRule()
    rule[.segmentation] = .number(1)
    var (a, b) = (refits(labels(-4, 3)), refits(labels(-1, 2)))
    (a.spreads["segmentation"], b.spreads["segmentation"]) = (.init(1, source: ""), .init(1, source: ""))
    b.labels = ["other.nii.gz"]
    #expect(PairBudget(a, over: b, try scene(rule), leavingOut: []).taken.map(\.scan) == ["dopamine", "serotonin"])
  }

  /// A resolution that was given for one scanner is wrong in both scans alike; of two scanners, or estimated, it is not.
  @Test(arguments: [
    (true, true, ["both"]), (false, true, ["dopamine", "serotonin"]), (true, false, ["dopamine", "serotonin"]),
  ])
  func resolutionIsCommonToOneScanner(isOne: Bool, isGiven: Bool, scans: [String]) throws {
    var rule = UncertaintyRule()
    rule[.fwhm] = .number(0.5)
    var (a, b) = (refits([("fwhm", "n/a", 0.5, 2), ("fwhm", "n/a", -0.5, -2)]), refits([]))
    b.rows = a.rows
    (a.spreads["fwhm"], b.spreads["fwhm"]) = (.init(0.5, source: ""), .init(0.5, source: ""))
    b.isResolutionGiven = isGiven
    let budget = PairBudget(a, over: b, try scene(rule, isOneScanner: isOne), leavingOut: [])
    #expect(budget.taken.map(\.scan) == scans)
    let sum = budget.terms("Left-Putamen", over: "Left-Putamen").terms.reduce(0) {
      $0 + $1.response.slope * $1.response.slope
    }
    #expect(abs(sum - (scans.count == 1 ? 0 : 2 * slope(2, -2) * slope(2, -2))) < 1e-12)
  }

  @Test func daysAreOfTheCardsAndOnlyOfOtherDays() throws {
    var rule = UncertaintyRule()
    rule[.days] = .word("retest")
    let apart = PairBudget(Refits(), over: Refits(), try scene(rule, areDaysApart: true), leavingOut: [])
    // Alakurtti 2015: 3.9 % between scans in the putamen; DASB's card has no figure.
    let terms = apart.terms("Left-Putamen", over: "Left-Putamen").terms
    #expect(terms.count == 1)
    #expect(abs(terms[0].response.slope - 0.039 * Double.pi.squareRoot() / 2) < 1e-12)
    #expect(apart.leftOut.contains { $0.hasPrefix("days of the serotonin scan") })
    for areApart in [false, nil] {
      let budget = PairBudget(Refits(), over: Refits(), try scene(rule, areDaysApart: areApart), leavingOut: [])
      #expect(budget.terms("Left-Putamen", over: "Left-Putamen").terms.isEmpty)
      #expect(budget.leftOut.contains { $0.hasPrefix("days: ") })
    }
  }

  @Test func aFitThatIsMissingIsNamed() throws {
    var rule = UncertaintyRule()
    rule[.reference] = .number(0.02)
    var a = refits([("reference", "n/a", 0.02, -3), ("reference", "n/a", -0.02, .nan)])
    a.spreads["reference"] = .init(0.02, source: "")
    let found = PairBudget(a, over: Refits(), try scene(rule), leavingOut: []).terms(
      "Left-Putamen", over: "Left-Putamen")
    #expect(found.terms.isEmpty)
    #expect(found.lacking == .reference)
  }

  @Test func changesUpAndDownAreThoseOfTheRefits() throws {
    var rule = UncertaintyRule()
    rule[.reference] = .number(0.02)
    rule[.scanEnd] = .number(10)
    var (a, b) = (
      refits([("reference", "n/a", 0.02, -3), ("reference", "n/a", -0.02, 3.2), ("scan-end", "n/a", -10, 1.5)]),
      refits([("reference", "n/a", 0.02, -5), ("reference", "n/a", -0.02, 5.4)])
    )
    (a.spreads["reference"], b.spreads["reference"]) = (.init(0.02, source: ""), .init(0.02, source: ""))
    let rows = PairBudget(a, over: b, try scene(rule), leavingOut: []).sensitivities(
      "P", "Left-Putamen", over: "Left-Putamen")
    #expect(rows.map(\.effect) == ["reference", "reference", "reference", "reference", "scan-end"])
    #expect(abs(rows[0].numerator + 3) < 1e-9)
    #expect(rows[0].denominator == 0)
    #expect(abs(rows[3].denominator - 5.4) < 1e-9)
    #expect(abs(rows[3].ratio - 100 * (1 / 1.054 - 1)) < 1e-9)
    #expect(rows[4].scan == "dopamine")
    #expect(rows[4].amount == -10)
  }
}
