import Foundation
import PETBinding
import PETCore
import PETTracers
import Testing

/// Questions to regions together, and whether regions differ.
struct StudySetsTests {
  private static func study(
    _ seed: UInt64, effect: [Int: Double] = [:], everywhere: Double = 0
  ) throws -> StudyContrast {
    var random = SeededGenerator(seed: seed)
    let values = (0..<16).map { person in
      let own = 0.1 * random.normal()
      return (0..<8).map { region in
        own + 0.1 * random.normal() + (person < 8 ? 0 : everywhere + (effect[region] ?? 0))
      }
    }
    var settings = PooledVariancesTests.settings(199)
    settings.sets = [("first", ["R0", "R1"]), ("last", ["R6", "R7"])]
    return try StudyContrast(
      PooledVariancesTests.table(
        values, values.map { $0.map { _ in 0.03 } }, persons: (0..<16).map { ["group": $0 < 8 ? "0" : "1"] }),
      settings)
  }

  /// The effect of a set is the mean of its regions' where nobody lacks a value.
  @Test func aSetIsTheMeanOfItsRegions() throws {
    let contrast = try Self.study(1, effect: [0: 0.4, 1: 0.2])
    #expect(contrast.sets.map(\.region) == ["all", "first", "last"])
    let effects = contrast.rows.map(\.effect.value)
    #expect(abs(contrast.sets[1].effect.value - (effects[0] + effects[1]) / 2) < 1e-12)
    #expect(abs(contrast.sets[0].effect.value - effects.reduce(0, +) / 8) < 1e-12)
    #expect(contrast.sets[1].discovery < 0.05 && contrast.sets[2].discovery > 0.05)
  }

  /// One effect everywhere is found by all regions together and makes them no different; one in two regions does.
  ///
  /// Of 40 studies each:
  /// 0.05 of them by chance, so up to 6 (P 0.014 for more).
  @Test func regionsDiffer() throws {
    let none = try (0..<40).map { try Self.study(100 + UInt64($0)) }
    let everywhere = try (0..<40).map { try Self.study(200 + UInt64($0), everywhere: 0.25) }
    let two = try (0..<40).map { try Self.study(300 + UInt64($0), effect: [2: 0.35, 5: 0.35]) }
    func different(_ studies: [StudyContrast]) -> Int { studies.count { $0.heterogeneity < 0.05 } }
    #expect(
      different(none) <= 6 && different(everywhere) <= 6 && different(two) >= 36,
      "\(different(none)) \(different(everywhere)) \(different(two))")
    #expect(everywhere.count { $0.sets[0].discovery < 0.05 } >= 36 && none.count { $0.sets[0].permuted < 0.05 } <= 6)
  }

  /// Opposite changes of the systems are the ratio's; the systems' own effects subtract to it.
  @Test func systemsStandBeside() throws {
    var random = SeededGenerator(seed: 4)
    let a = (0..<12).map { person in (0..<5).map { _ in exp(1 + 0.1 * random.normal() + (person < 6 ? 0 : 0.2)) } }
    let b = (0..<12).map { person in (0..<5).map { _ in exp(0.1 * random.normal() - (person < 6 ? 0 : 0.2)) } }
    let table = PooledVariancesTests.table(
      zip(a, b).map { zip($0, $1).map { log($0 / $1) } }, nil, persons: (0..<12).map { ["group": $0 < 6 ? "0" : "1"] },
      systems: ["dopamine": a, "serotonin": b])
    let contrast = try StudyContrast(table, PooledVariancesTests.settings())
    #expect(contrast.systems == ["dopamine", "serotonin"])
    for row in contrast.rows + contrast.sets {
      #expect(abs(row.systems[0].effect.value - row.systems[1].effect.value - row.effect.value) < 1e-12)
      #expect(row.systems.allSatisfy { (0...1).contains($0.probability) })
    }
  }

  @Test func unknownRegionsOfASetAreRefused() throws {
    var settings = PooledVariancesTests.settings()
    settings.sets = [("s", ["R0", "R9"])]
    let table = PooledVariancesTests.table(
      (0..<6).map { [Double($0), 1] }, nil, persons: (0..<6).map { ["group": $0 < 3 ? "0" : "1"] })
    let error = #expect(throws: PETError.self) { try StudyContrast(table, settings) }
    #expect(error?.field == "--set s" && error?.problem.contains("R9") == true)
  }
}
