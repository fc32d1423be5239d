import Foundation
import PETBinding
import PETCore
import Testing

/// Hedges' g and its limits.
struct EffectSizeTests {
  private static func contrast(_ values: [Double]) throws -> StudyContrast {
    try StudyContrast(
      PooledVariancesTests.table(
        values.map { [$0] }, nil, persons: values.indices.map { ["group": $0 < values.count / 2 ? "0" : "1"] }),
      PooledVariancesTests.settings())
  }

  /// Three against three: g by hand, and limits of the population's difference by scipy's noncentral t (1.17).
  @Test func byHand() throws {
    // Means 1 and 3, pooled SD 1: t is 2 √(3/2), g is (1 - 3/15) 2.
    let row = try Self.contrast([0, 1, 2, 2, 3, 4]).rows[0]
    #expect(abs(row.t - 2 * 1.5.squareRoot()) < 1e-12 && abs(row.size - 1.6) < 1e-12)
    let limits = NoncentralT.limits(row.t, freedom: 4, level: 0.95)
    #expect(abs(row.sizeLimits.low - limits.low * (2.0 / 3).squareRoot()) < 1e-12)
    #expect(row.sizeLimits.low < 0 && row.sizeLimits.high > 3)
  }

  /// Limits at 95 % hold a difference of 1.5 SD with 3 and with 8 against as many: 2000 studies, two Monte Carlo errors.
  @Test(arguments: [3, 8])
  func limitsHold(persons: Int) throws {
    let held = try Parallel.map(2000, jobs: Parallel.cores) { number in
      Result {
        var random = SeededGenerator(seed: UInt64(number), stream: "size \(persons)")
        let values = (0..<2 * persons).map { random.normal() + ($0 < persons ? 0 : 1.5) }
        let limits = try Self.contrast(values).rows[0].sizeLimits
        return limits.low <= 1.5 && 1.5 <= limits.high
      }
    }.map { try $0.get() }
    let share = Double(held.count { $0 }) / 2000
    #expect(abs(share - 0.95) < 0.01, "\(share)")
  }
}
