import Foundation
import PETBinding
import PETCore
import PETKinetics
import Testing

/// Which fits let their measures count, and what becomes of a ratio of those that do not.
struct FitVerdictTests {
  /// Status, what is at a bound (- where the table does not name it), model, measure and what they say.
  @Test(arguments: [
    "converged - 2TCM VT reliable", "n/a - - VT reliable", "atBound vB 2TCM VT fitAtBound",
    "atBound k4 2TCM VT unreliable",
    "atBound k4 2TCM VND fitAtBound", "atBound k3,vB 2TCM VT unreliable", "atBound k4 2TCM K1 fitAtBound",
    "atBound K1 2TCM K1 unreliable", "atBound R1 SRTM BPND unreliable", "atBound k2a SRTM2 BPND unreliable",
    "atBound vBt SRTMV BPND fitAtBound", "atBound k3 FRTM BPND unreliable",
    // Names that are not there, and models that nobody knows, let nothing count.
    "atBound - 2TCM VT unreliable", "atBound vB myModel VT unreliable", "poorlyIdentified - 2TCM VT unreliable",
    "iterationLimit - SRTM BPND unreliable", "failed - SRTM BPND unreliable", "fitAtBound - - VT fitAtBound",
  ])
  func endings(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    let names: [String]? = words[1] == "-" ? nil : words[1].split(separator: ",").map(String.init)
    let verdict = FitVerdict(
      status: words[0], atBound: names, measure: words[3], model: words[2] == "-" ? nil : words[2])
    #expect("\(verdict)" == words[4])
  }

  private static func row(
    _ value: Double, _ error: Double, _ verdict: FitVerdict = .reliable, status: String = "converged"
  ) -> BindingTable.Row {
    .init(
      region: "Putamen", estimate: Estimate(value, standardError: error), low: .nan, high: .nan,
      ending: .init(status, verdict: verdict), freedom: 30)
  }

  /// The first that holds, from the worst.
  @Test func theOrderOfStatuses() {
    var settings = BalanceSettings()
    settings.floor = 0.05
    func status(_ a: BindingTable.Row?, _ b: BindingTable.Row?, doubts: [String] = []) -> BalanceStatus {
      BalanceRow(
        "Putamen", numerator: a, denominator: b, settings: settings, doubts: BothSides(doubts, [])
      ).status
    }
    let bad = Self.row(2, 0.1, .unreliable, status: "atBound")
    let beside = Self.row(2, 0.1, .fitAtBound, status: "atBound")
    #expect(status(nil, bad) == .regionMissing)
    #expect(status(Self.row(.nan, .nan, .unreliable, status: "singular"), bad) == .noBinding)
    // Whatever the ratio would be, and whatever is said of the data.
    #expect(status(bad, Self.row(-1, 0.1), doubts: ["x"]) == .bindingUnreliable)
    #expect(status(beside, bad) == .bindingUnreliable)
    #expect(status(Self.row(-1, 0.1), Self.row(0.1, 0.2)) == .denominatorIndistinct)
    #expect(status(Self.row(-1, 0.1), Self.row(0.04, 0.001)) == .numeratorNonpositive)
    #expect(status(beside, Self.row(0.04, 0.001), doubts: ["x"]) == .denominatorBelowFloor)
    #expect(status(beside, Self.row(1, 0.1), doubts: ["x"]) == .dataDoubtful)
    #expect(status(beside, Self.row(1, 0.1)) == .fitAtBound)
    #expect(status(Self.row(2, 0.1), Self.row(1, 0.1)) == .ok)
  }

  /// VT of 0.078 came out as 1.12 at a bound, with a ratio that was `ok`: the parts stand, and nothing is made of them.
  @Test func partsStandWithoutARatio() {
    let bad = Self.row(1.12, 0.3, .unreliable, status: "atBound")
    let row = BalanceRow("Putamen", numerator: bad, denominator: Self.row(1, 0.1), settings: BalanceSettings())
    #expect(row.ratio.isNaN && row.set == nil && row.logRatio.value.isNaN && row.inverse == nil && row.fraction.isNaN)
    #expect(row.numerator?.estimate.value == 1.12 && row.notes.contains("dopamine fit atBound"))
  }

  /// A missing error is missing in what is centred, and no 0.
  @Test func aMissingErrorIsNoZero() {
    func table(_ error: Double) -> BindingTable {
      let names = ["Left-Putamen", "Right-Putamen", "Left-Caudate", "Right-Caudate"]
      return BindingTable(
        measure: "BPND",
        rows: names.enumerated().map { i, name in
          .init(
            region: name, estimate: Estimate(2 + Double(i), standardError: i == 0 ? error : 0.1), low: .nan, high: .nan,
            ending: .init("converged"), freedom: 30)
        }, tracer: "raclopride", model: "SRTM", source: "a")
    }
    let balance = BalanceTable(numerator: table(.nan), denominator: table(0.1), settings: BalanceSettings())
    #expect(balance.rows.allSatisfy { $0.centred.value.isFinite && $0.centred.standardError.isNaN })
    let whole = BalanceTable(numerator: table(0.1), denominator: table(0.1), settings: BalanceSettings())
    #expect(whole.rows.allSatisfy { $0.centred.standardError > 0 })
  }

  @Test func whatCounts() {
    let (strict, wide) = (CountingRule(), CountingRule(includesFlagged: true))
    let good = ["converged", "converged"]
    #expect(strict.reason(status: "ok", fits: good) == nil)
    // Tables of 0.1.0 have ratios of fits at bounds with status ok.
    #expect(strict.reason(status: "ok", fits: ["converged", "atBound"]) == "fit atBound")
    #expect(wide.reason(status: "ok", fits: ["converged", "atBound"]) == "fit atBound")
    for status in ["dataDoubtful", "fitAtBound"] {
      #expect(strict.reason(status: status, fits: good) == status)
      #expect(wide.reason(status: status, fits: ["converged", "atBound"]) == nil)
    }
    for status in ["bindingUnreliable", "denominatorBelowFloor", "denominatorIndistinct", "who knows"] {
      #expect(strict.reason(status: status, fits: good) == status && wide.reason(status: status, fits: good) == status)
    }
    // A marker counts beside a ratio that is not told, and not where its own fit is not.
    #expect(strict.takes(fit: "converged", status: "denominatorIndistinct"))
    #expect(strict.takes(fit: "converged", status: "bindingUnreliable"))
    #expect(!strict.takes(fit: "atBound", status: "bindingUnreliable"))
    #expect(
      !strict.takes(fit: "converged", status: "dataDoubtful") && wide.takes(fit: "converged", status: "dataDoubtful"))
  }
}
