import Foundation
import PETBinding
import PETCore
import PETResults
import PETTracers
import Testing

/// Tables of a multiverse of two choices, on effects that are put in by hand.
struct MultiverseTextTests {
  private static let values = [["SRTM", "raw"], ["SRTM", "smooth"], ["MRTM2", "raw"], ["MRTM2", "smooth"]]

  private static func balance(_ rows: [(String, Double, String)]) -> BalanceTable {
    func table(_ values: [(String, Double, String)]) -> BindingTable {
      BindingTable(
        measure: "BPND",
        rows: values.map { name, value, status in
          BindingTable.Row(
            region: name, estimate: Estimate(value, standardError: 0.01), low: value, high: value,
            ending: .init(status), freedom: nil)
        }, tracer: "t", model: nil, source: "a")
    }
    return BalanceTable(
      numerator: table(rows), denominator: table(rows.map { ($0.0, 1, "converged") }), settings: BalanceSettings())
  }

  /// The first choice moves the numerator by a factor of e², the second by one of e, nothing else.
  private static func text(failing: Set<Int> = [], status: [Int: String] = [:]) -> MultiverseText {
    let logs = [1.0, 2, 3, 4]
    let entries = (1...4).flatMap { universe in
      ["sub-1", "sub-2"].map { person in
        let value = exp(logs[universe - 1] + (person == "sub-2" ? 1 : 0))
        let balance = balance([
          (universe == 3 ? "left putamen" : "Left-Putamen", value, status[universe] ?? "converged")
        ])
        return MultiverseText.Entry(
          universe: universe, participant: person, session: nil,
          balance: failing.contains(universe) ? nil : balance)
      }
    }
    return MultiverseText(
      choices: ["model", "images"], values: values, entries: entries, systems: BalanceSystems())
  }

  private static func spread(_ text: MultiverseText) throws -> (TSVTable, Int) {
    let table = try TSVTable(text: text.spread, file: "a")
    return (table, try #require(table.rows.firstIndex { $0[1] == "log-ratio" }))
  }

  /// Means over persons are 1.5, 2.5, 3.5, 4.5: of the sum of squares 5 the first choice has 4 and the second 1.
  @Test func theChoiceThatMovesMostIsNamed() throws {
    let (table, row) = try Self.spread(Self.text())
    func number(_ name: String) throws -> Double { try table.number(row, try table.required(name)) }
    // Rounding of logarithms and sums.
    #expect(try abs(number("least") - 1.5) < 1e-12 && abs(number("most") - 4.5) < 1e-12)
    #expect(try abs(number("median") - 3) < 1e-12 && abs(number("sd") - (5.0 / 3).squareRoot()) < 1e-12)
    #expect(try abs(number("share-model") - 0.8) < 1e-12 && abs(number("share-images") - 0.2) < 1e-12)
    #expect(try table.rows[row][table.required("most-moving")] == "model")
    // One region, however it is spelled.
    #expect(table.rows.count == 3 && table.rows.allSatisfy { $0[0] == "Left-Putamen" })
    #expect(try number("universes") == 4 && number("told") == 4 && number("visits") == 2)
  }

  /// A universe that failed, and one whose fits did not converge, tell nothing and are not counted as told.
  @Test func universesThatTellNothing() throws {
    let text = Self.text(failing: [4], status: [1: "singular"])
    let (table, row) = try Self.spread(text)
    #expect(try table.number(row, table.required("told")) == 2)
    #expect(try abs(table.number(row, table.required("least")) - 2.5) < 1e-12)
    #expect(text.leftOutFinding?.problem.hasPrefix("2 of 6 rows") == true, "\(text.leftOutFinding as Any)")
    #expect(Self.text().leftOutFinding == nil)
    let rows = try TSVTable(text: text.tsv, file: "a")
    #expect(rows.rows.map { $0[0] } == ["1", "1", "2", "2", "3", "3"])
    #expect(try rows.rows[0][rows.required("ratio")] == "n/a" && rows.rows[4][1] == "MRTM2")
    #expect(try TSVTable(text: text.universes, file: "a").rows == Self.values.enumerated().map { ["\($0 + 1)"] + $1 })
  }

  /// Two groups of three that differ by 1 in every universe but the last, where the sign turns.
  @Test func oneQuestionInEveryUniverse() throws {
    let persons = (1...6).map { Person(id: "sub-\($0)", values: ["group": $0 <= 3 ? "a" : "b"]) }
    let entries = (1...4).flatMap { universe in
      (1...6).map { person in
        let effect = universe == 4 ? -1.0 : 1
        let value = 0.1 * Double(person % 3) + (person > 3 ? effect : 0)
        return MultiverseText.Entry(
          universe: universe, participant: "sub-\(person)", session: nil,
          balance: Self.balance([("Pons", exp(value), "converged")]))
      }
    }
    let text = MultiverseText(
      choices: ["model", "images"], values: Self.values, entries: entries, systems: BalanceSystems())
    let settings = StudyContrast.Settings(.groups(column: "group", first: "a", second: "b"))
    let own = try text.contrasts(settings, persons: persons)
    let all = try TSVTable(text: own.universes, file: "a")
    let effects = try all.rows.indices.map { try all.number($0, try all.required("effect")) }
    let sign = effects[0] > 0 ? 1.0 : -1
    // Rounding of logarithms and a regression.
    for (effect, truth) in zip(effects, [1.0, 1, 1, -1]) { #expect(abs(sign * effect - truth) < 1e-9) }
    let summary = try TSVTable(text: own.regions, file: "a")
    func number(_ name: String) throws -> Double { try summary.number(0, try summary.required(name)) }
    #expect(try number("share-same-sign") == 0.75 && number("told") == 4 && number("universes") == 4)
    #expect(try abs(number("effect-most") - number("effect-least") - 2) < 1e-9)
    // Of 20 ways to divide six into two threes, two are as extreme: p is 0.1 at least.
    #expect(try number("share-p-below-0.05") == 0)
    // The mean of 1, 1, 1 and -1, of the same persons' noise; one universe has it the other way.
    #expect(try abs(sign * number("pooled-effect") - 0.5) < 1e-9 && number("persons") == 6)
    #expect(try number("p-every") == 1 && number("p-any") >= 0.09 && number("share-found") == 0)
    #expect(own.rows[0].conclusion.hasPrefix("Pons: pooled ") && own.rows[0].conclusion.contains("0 of 4 universes"))
    #expect(
      text.sidecar(asking: settings).text.contains("group: b less a") && all.columns.contains("p-joint"))
  }
}
