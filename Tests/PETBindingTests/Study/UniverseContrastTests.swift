import Foundation
import PETBinding
import PETCore
import PETTracers
import Testing

/// What several analyses of the same persons say together, against every arrangement counted and against no effect.
struct UniverseContrastTests {
  /// - Parameter universes: values of persons in each, one region; the second half of them are group b.
  private static func groups(_ universes: [[Double]], permutations: Int = 2000, seed: UInt64 = 1) throws
    -> UniverseContrast
  {
    let count = universes[0].count
    let tables = universes.map { values in
      StudyTable(
        systems: BalanceSystems(), pair: "x",
        visits: (0..<count).map { StudyTable.Visit(participant: "sub-\($0)", session: nil) }, regions: ["A"],
        persons: (0..<count).map { Person(id: "sub-\($0)", values: ["group": 2 * $0 < count ? "a" : "b"]) },
        values: [StudyTable.logRatio: values.map { [$0] }])
    }
    var settings = StudyContrast.Settings(.groups(column: "group", first: "a", second: "b"))
    (settings.permutations, settings.seed) = (permutations, seed)
    return try UniverseContrast(tables, settings)
  }

  private static let one = [1.0, 1.4, 0.7, 1.1, 1.3, 1.9, 1.2, 2.0]

  /// The same analysis three times is no more evidence than once.
  @Test func copies() throws {
    let single = try Self.groups([Self.one])
    let three = try Self.groups([Self.one, Self.one, Self.one])
    let (a, b) = (single.rows[0], three.rows[0])
    #expect(a.pooled.permuted == b.pooled.permuted && a.any == b.any && a.every == b.every)
    #expect(a.any == a.pooled.permuted && a.every == a.pooled.permuted && b.joint == [a.any, a.any, a.any])
    // Rounding of a mean of three.
    #expect(abs(a.pooled.effect.value - b.pooled.effect.value) < 1e-12)
    #expect(abs(a.pooled.effect.standardError - b.pooled.effect.standardError) < 1e-12)
    #expect(b.persons == 8 && b.told == 3 && b.universes == 3)
  }

  /// Two analyses of six persons in two sessions, by every sign: the largest of both statistics.
  @Test func everySign() throws {
    let differences = [[0.5, -0.2, 0.9, 0.4, -0.1, 0.4], [0.1, 0.3, 1.2, 0.2, 0.5, -0.2]]
    let tables = differences.map { own in
      StudyTable(
        systems: BalanceSystems(), pair: "x",
        visits: (0..<12).map {
          StudyTable.Visit(participant: "sub-\($0 % 6)", session: $0 < 6 ? "ses-a" : "ses-b")
        }, regions: ["A"], persons: [],
        values: [StudyTable.logRatio: own.map { _ in [0] } + own.map { [$0] }])
    }
    let found = try UniverseContrast(tables, .init(.sessions(first: "ses-a", second: "ses-b")))
    // |t| orders as sum² over the sum of squares, which signs do not change.
    func statistic(_ own: [Double], _ mask: Int) -> Double {
      let sum = own.indices.reduce(0.0) { $0 + (mask >> $1 & 1 == 1 ? -1 : 1) * own[$1] }
      return sum * sum / own.reduce(0) { $0 + $1 * $1 }
    }
    for (universe, own) in differences.enumerated() {
      let beyond = (0..<64).count { mask in
        differences.map { statistic($0, mask) }.max() ?? 0 >= statistic(own, 0) - 1e-12
      }
      #expect(found.rows[0].joint[universe] == Double(beyond) / 64)
    }
    let pooled = zip(differences[0], differences[1]).map { ($0 + $1) / 2 }
    #expect(abs(found.rows[0].pooled.effect.value - pooled.reduce(0, +) / 6) < 1e-12)
    #expect(found.rows[0].every == found.universes.map { $0.rows[0].permuted }.max())
  }

  /// Universes that contradict each other: no effect in every one, however sure each is.
  @Test func oppositeSigns() throws {
    let values = (0..<20).map { (i: Int) -> Double in Double(i % 5) / 50 + (i < 10 ? 0 : 1) }
    let row = try Self.groups([values, values.map { -$0 }, values]).rows[0]
    #expect(row.every == 1 && row.any < 0.01 && abs(row.found - 2.0 / 3) < 1e-12)
  }

  /// Who lacks a value in one universe is in no joint figure; a universe without any is not waited for.
  @Test func missingValues() throws {
    let gap = Self.one.indices.map { $0 == 3 ? Double.nan : Self.one[$0] + 0.1 }
    let row = try Self.groups([Self.one, gap, Self.one.map { _ in .nan }]).rows[0]
    #expect(row.persons == 7 && row.told == 2 && row.joint[2].isNaN && row.joint[0].isFinite)
    let none = try Self.groups([Self.one.map { _ in .nan }]).rows[0]
    #expect(none.any.isNaN && none.every.isNaN && none.found.isNaN && !none.pooled.notes.isEmpty)
  }

  /// 500 studies without an effect, eight universes that share half of their variance.
  ///
  /// Of 500 at 5 % two standard errors are 1.9 %: `any` and `pooled` within 3 to 7 %, while one of eight is below 0.05 in 15 %
  /// or more when each is taken by itself.
  @Test func noEffect() throws {
    var random = SeededGenerator(seed: 11)
    var (any, pooled, single) = (0, 0, 0)
    for study in 0..<500 {
      let shared = (0..<12).map { _ in random.normal() }
      let universes = (0..<8).map { _ in shared.map { $0 + random.normal() } }
      let found = try Self.groups(universes, permutations: 199, seed: UInt64(study))
      let row = found.rows[0]
      if row.any <= 0.05 { any += 1 }
      if row.pooled.permuted <= 0.05 { pooled += 1 }
      if found.universes.contains(where: { $0.rows[0].permuted <= 0.05 }) { single += 1 }
    }
    #expect((15...35).contains(any) && (15...35).contains(pooled) && single > 75, "\(any) \(pooled) \(single)")
  }
}
