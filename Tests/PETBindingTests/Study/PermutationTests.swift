import Foundation
import PETBinding
import PETCore
import PETTracers
import Testing

/// Permutation as a study's question has it, against every arrangement counted.
struct PermutationTests {
  /// One row of a region: persons in two groups, or one person after the other in two sessions.
  private static func row(
    _ values: [Double], groups: [String]? = nil, sessions: Bool = false, permutations: Int = 20_000
  ) throws -> StudyContrast.Row {
    let persons = sessions ? values.count / 2 : values.count
    let visits = values.indices.map { i in
      StudyTable.Visit(participant: "sub-\(i % persons)", session: sessions ? (i < persons ? "ses-a" : "ses-b") : nil)
    }
    let table = StudyTable(
      systems: BalanceSystems(), pair: "x", visits: visits, regions: ["A"],
      persons: (0..<persons).map { i in Person(id: "sub-\(i)", values: groups.map { ["group": $0[i]] } ?? [:]) },
      values: [StudyTable.logRatio: values.map { [$0] }])
    var settings = StudyContrast.Settings(
      sessions ? .sessions(first: "ses-a", second: "ses-b") : .groups(column: "group", first: "c", second: "p"))
    settings.permutations = permutations
    return try #require(try StudyContrast(table, settings).rows.first)
  }

  /// Differences of one sign are the most extreme of the 2ⁿ signs, with their opposite: p = 2 / 2ⁿ, exactly.
  @Test(arguments: [3, 5, 8])
  func allOfOneSign(count: Int) throws {
    let before = (0..<count).map { Double($0 * $0) / 7 }
    let after = before.enumerated().map { $1 + 1 + 0.1 * Double($0) }
    #expect(try Self.row(before + after, sessions: true).permuted == 2 / pow(2, Double(count)))
  }

  /// Every sign of six differences, by the size of their sum, which orders as |t| does; ties count.
  @Test func everySign() throws {
    let differences = [0.5, -0.2, 0.9, 0.4, -0.1, 0.4]
    let observed = abs(differences.reduce(0, +))
    let beyond = (0..<64).count { mask in
      let sum = differences.indices.reduce(0.0) { $0 + (mask >> $1 & 1 == 1 ? -1 : 1) * differences[$1] }
      return abs(sum) >= observed - 1e-12
    }
    #expect(
      try Self.row(Array(repeating: 1, count: 6) + differences.map { 1 + $0 }, sessions: true).permuted == Double(
        beyond) / 64)
  }

  /// Two groups of four: every one of the 70 splits, by the difference of means; the least that p can be is two of them.
  @Test func everySplit() throws {
    let values = [1.0, 1.4, 0.7, 1.1, 1.3, 1.9, 1.2, 2.0]
    func difference(_ mask: Int) -> Double {
      values.indices.reduce(0.0) { $0 + (mask >> $1 & 1 == 1 ? 1 : -1) * values[$1] }
    }
    let splits = (0..<256).filter { $0.nonzeroBitCount == 4 }
    let beyond = splits.count { abs(difference($0)) >= abs(difference(0b1111_0000)) - 1e-12 }
    let found = try Self.row(values, groups: ["c", "c", "c", "c", "p", "p", "p", "p"])
    #expect(splits.count == 70 && found.permuted == Double(beyond) / 70 && found.leastPermuted == 2 / 70.0)
  }

  /// A quantity of five persons: every one of the 120 orders, by the size of the sum of products, which orders as |t| does.
  @Test func everyOrder() throws {
    let (ages, values) = ([20.0, 31, 44, 52, 70], [1.0, 1.3, 0.9, 1.6, 1.9])
    let mean = values.reduce(0, +) / 5
    func sum(_ order: [Int]) -> Double { abs(order.indices.reduce(0) { $0 + ages[$1] * (values[order[$1]] - mean) }) }
    var orders: [[Int]] = [[]]
    for _ in 0..<5 { orders = orders.flatMap { order in (0..<5).filter { !order.contains($0) }.map { order + [$0] } } }
    let observed = sum(Array(0..<5))
    let beyond = orders.count { sum($0) >= observed * (1 - 1e-12) }
    let table = StudyTable(
      systems: BalanceSystems(), pair: "x", visits: (0..<5).map { .init(participant: "sub-\($0)", session: nil) },
      regions: ["A"], persons: ages.enumerated().map { Person(id: "sub-\($0)", values: ["age": "\($1)"]) },
      values: [StudyTable.logRatio: values.map { [$0] }])
    let row = try #require(try StudyContrast(table, StudyContrast.Settings(.association(column: "age"))).rows.first)
    #expect(orders.count == 120 && row.permuted == Double(beyond) / 120 && row.leastPermuted >= 1 / 120.0)
  }

  /// A p of shuffles is never 0: the arrangement that was seen is one of them.
  @Test func neverNought() throws {
    let values = (0..<20).map { (i: Int) -> Double in Double(i % 10) / 100 + (i < 10 ? 0 : 5) }
    let found = try Self.row(values, groups: (0..<20).map { $0 < 10 ? "c" : "p" }, permutations: 99)
    #expect(found.permuted == 0.01)
    let paired = try Self.row(
      [Double](repeating: 0, count: 20) + (0..<20).map { 1 + Double($0) }, sessions: true, permutations: 99)
    #expect(paired.permuted == 0.01)
  }
}
