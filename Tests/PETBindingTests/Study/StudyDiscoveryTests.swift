import Foundation
import PETBinding
import PETCore
import PETTestSupport
import Testing

/// What a study's q promises and finds, over simulated studies from curves to tables: 100 of them, 2000 in full.
struct StudyDiscoveryTests {
  private static let studies = TestDepth.isFull ? 2000 : 100
  /// Standard errors of a share of the studies that a bound may be missed by.
  private static func slack(_ share: Double) -> Double { 2 * (share * (1 - share) / Double(studies)).squareRoot() }

  /// Counts of one way to test.
  private struct Tally {
    var any = 0
    var single = [Int](repeating: 0, count: SimulatedStudies.regions)
    var found = 0
    var falseShare = 0.0
    var covered = 0
    var tests = 0
  }

  /// Regions that an effect is put into: two of them, as the focal one of the measured studies.
  private static let focal = [2, 5]

  private static func contrast(
    _ draw: SimulatedStudies.Draw, persons: Int, effect: Double = 0, scale: Double = 1, spread: [Int: Double] = [:],
    seed: UInt64 = 1
  ) throws -> StudyContrast {
    var random = SeededGenerator(seed: seed, stream: "spread")
    let values = draw.logRatio.enumerated().map { person, row in
      row.enumerated().map { region, value in
        value + (person < persons / 2 || !focal.contains(region) ? 0 : effect)
          + (spread[region].map { $0 * random.normal() } ?? 0)
      }
    }
    return try StudyContrast(
      PooledVariancesTests.table(
        values, draw.errors.map { $0.map { scale * $0 } },
        persons: (0..<persons).map { ["group": $0 < persons / 2 ? "0" : "1"] }), PooledVariancesTests.settings())
  }

  /// - Parameter effect: put into the focal regions for the power.
  private static func run(
    _ persons: Int, effect: Double, scale: Double = 1, spread: [Int: Double] = [:]
  ) throws -> (pooled: Tally, plain: Tally, noise: [Double], notes: Int) {
    let simulation = try SimulatedStudies()
    let results = Parallel.map(studies, jobs: Parallel.cores) { study in
      Result {
        let draw = try simulation.draw(persons: persons, seed: UInt64(1000 * persons + study))
        let seed = UInt64(study)
        return (
          none: try contrast(draw, persons: persons, scale: scale, spread: spread, seed: seed),
          focal: try contrast(draw, persons: persons, effect: effect, scale: scale, spread: spread, seed: seed),
          errors: draw.errors
        )
      }
    }
    var (pooled, plain) = (Tally(), Tally())
    var noise = [Double](repeating: 0, count: SimulatedStudies.regions)
    var notes = 0
    for result in results {
      let (none, found, errors) = try result.get()
      for region in noise.indices { noise[region] += Moments(errors.map { $0[region] }).mean / Double(studies) }
      notes += none.rows.indices.count { i in
        spread[i] != nil && none.rows[i].notes.contains { $0.hasPrefix("spread of its own") }
      }
      func count(
        _ tally: inout Tally, _ p: (StudyContrast.Row) -> Double,
        _ limits: (StudyContrast.Row) -> (low: Double, high: Double)
      ) {
        if FalseDiscovery.adjusted(none.rows.map(p)).contains(where: { $0 < 0.05 }) { tally.any += 1 }
        let q = FalseDiscovery.adjusted(found.rows.map(p))
        let all = q.indices.filter { q[$0] < 0.05 }
        let wrong = all.filter { !focal.contains($0) }
        tally.found += all.count - wrong.count
        tally.falseShare += all.isEmpty ? 0 : Double(wrong.count) / Double(all.count)
        for (region, row) in none.rows.enumerated() where row.effect.value.isFinite {
          tally.tests += 1
          if p(row) < 0.05 { tally.single[region] += 1 }
          if limits(row).low <= 0 && 0 <= limits(row).high { tally.covered += 1 }
        }
      }
      count(&pooled, { $0.pooled?.probability ?? .nan }, { $0.pooled?.limits ?? (.nan, .nan) })
      count(&plain, { $0.probability }, { $0.limits })
    }
    return (pooled, plain, noise, notes)
  }

  /// What is found, and what is claimed.
  ///
  /// Power at least .61, .63, .69 in two of twenty regions (an effect of 0.3 at 12 persons a group, and as much more as fewer persons
  /// need); under none any q < .05 in 5.5 % of studies at most, single tests at 4.5 to 5.5 %, the noisiest and the most precise third
  /// at 4 to 6.5 %, limits at 94 to 95.5 %; false discoveries at most 5.5 %. Each with two Monte Carlo errors.
  @Test(arguments: TestDepth.isFull ? [(6, 0.61), (8, 0.63), (12, 0.69)] : [(8, 0.63)])
  func groups(size: Int, power: Double) throws {
    let effect = 0.3 * (12 / Double(size)).squareRoot()
    let (pooled, plain, noise, _) = try Self.run(2 * size, effect: effect)
    let count = Double(Self.studies)
    func share(_ tally: Tally, _ regions: [Int]) -> Double {
      regions.reduce(0) { $0 + Double(tally.single[$1]) } / count / Double(regions.count)
    }
    let order = noise.indices.sorted { noise[$0] < noise[$1] }
    let (precise, noisy) = (Array(order.prefix(7)), Array(order.suffix(7)))
    let all = Array(noise.indices)
    for (name, own) in [("pooled", pooled), ("ordinary", plain)] {
      print(
        "\(size) a group, \(name): any \(Double(own.any) / count), single \(share(own, all)) precise \(share(own, precise)) "
          + "noisy \(share(own, noisy)), power \(Double(own.found) / count / 2), false \(own.falseShare / count), "
          + "limits \(Double(own.covered) / Double(own.tests)); errors \(noise[order[0]]) to \(noise[order[19]])")
    }
    #expect(Double(pooled.any) / count < 0.055 + Self.slack(0.055))
    #expect(pooled.falseShare / count < 0.055 + Self.slack(0.055))
    // Regions of a study go together: twenty tests tell as much as about six.
    let few = Self.slack(0.05) / 6.0.squareRoot()
    #expect((0.045 - few...0.055 + few).contains(share(pooled, all)))
    for third in [precise, noisy] { #expect((0.04 - few...0.065 + few).contains(share(pooled, third))) }
    #expect((0.94 - few...0.955 + few).contains(Double(pooled.covered) / Double(pooled.tests)))
    #expect(Double(pooled.found) / count / 2 > power - Self.slack(power))
    #expect(pooled.found >= plain.found)
  }

  /// Errors that are stated half as large again, or two thirds as large, as they are.
  @Test(.enabled(if: TestDepth.isFull, "long comparison"), arguments: [1.5, 0.67])
  func wrongErrors(scale: Double) throws {
    let (pooled, _, _, _) = try Self.run(16, effect: 0.367, scale: scale)
    print("errors stated \(scale) times: false \(pooled.falseShare / Double(Self.studies))")
    #expect(pooled.falseShare / Double(Self.studies) < 0.055 + Self.slack(0.055))
  }

  /// A region with a spread of 0.5 of its own keeps its own variance, and says so; one of 0.25 is not always noticed, and its tests may
  /// find up to 7.5 %.
  @Test(.enabled(if: TestDepth.isFull, "long comparison"), arguments: [(0.5, 0.06, 0.9), (0.25, 0.075, 0.5)])
  func aSpreadOfItsOwn(spread: Double, most: Double, told least: Double) throws {
    let (pooled, _, _, notes) = try Self.run(16, effect: 0.367, spread: [7: spread])
    let (share, told) = (Double(pooled.single[7]) / Double(Self.studies), Double(notes) / Double(Self.studies))
    print("a spread of \(spread): single \(share), told in \(told)")
    #expect(share < most + Self.slack(most) && told > least)
  }
}
