import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// k2' of a scan from its regions.
struct ReferenceRateEstimateTests {
  private static let truth = 0.06 / 60
  private let scan: ReferenceScan

  init() throws { scan = try ReferenceScan() }

  private func table(noise: Double = 0, seed: UInt64 = 1) throws -> CurveTable {
    var random = SeededGenerator(seed: seed)
    var curves = [scan.reference(k2prime: 0.06)]
    for (bpnd, r1) in [(0.2, 1.0), (0.8, 0.8), (1.5, 1.1), (2.5, 0.9)] {
      curves.append(
        scan.target(bpnd: bpnd, r1: r1, k2prime: 0.06).enumerated().map { i, value in
          value + noise * random.normal() / scan.frames.durations[i].squareRoot()
        })
    }
    return CurveTable(frames: scan.frames, names: ["reference", "low", "a", "b", "c"], curves: curves)
  }

  private func fits(
    _ table: CurveTable, _ model: any KineticModel.Type = SRTM2.self, _ rule: ReferenceRateRule = .init(),
    k2prime: Double? = nil
  ) throws -> RegionalFits {
    var settings = FitSettings()
    (settings.weights, settings.k2primeRule, settings.k2prime) = (.duration, rule, k2prime)
    return try RegionalFits(table, model: model, reference: "reference", settings: settings)
  }

  /// Without noise each way finds the truth, as near as curves made from frame means let it.
  @Test(arguments: [ReferenceRateRule.Average.mean, .median])
  func withoutNoise(average: ReferenceRateRule.Average) throws {
    let rate = try #require(try fits(try table(), SRTM2.self, .init(average: average)).input.k2prime)
    #expect(abs(rate.value / Self.truth - 1) < 1e-3, "\(rate.value)")
    #expect(rate.origin.hasSuffix("SRTM over a, b, c (BPND 0.5 or more)"))
  }

  /// The mean by inverse variance and the median, by hand from SRTM's own estimates of each region.
  @Test(arguments: 1...3)
  func meanAndMedianByHand(seed: UInt64) throws {
    let table = try table(noise: 2, seed: seed)
    let single = try fits(table, SRTM.self).fits.filter { ["a", "b", "c"].contains($0.region) }
    try #require(single.allSatisfy { $0.status == .converged && $0.estimate("BPND").value > 0.5 })
    let rates = single.map { $0.estimate("k2prime") }
    let weights = rates.map { 1 / ($0.standardError * $0.standardError) }
    let mean = zip(weights, rates).reduce(0) { $0 + $1.0 * $1.1.value } / weights.reduce(0, +)
    let found = try #require(try fits(table).input.k2prime)
    // The sums are the same but for their order.
    #expect(abs(found.value / mean - 1) < 1e-12)
    let median = try #require(try fits(table, SRTM2.self, .init(average: .median)).input.k2prime)
    #expect(abs(median.value / rates.map(\.value).sorted()[1] - 1) < 1e-14)
    #expect(found.standardError > 0 && median.standardError > 0)
  }

  /// One k2' for all has the least sum over regions, each by its own noise: no rate of a walk is lower.
  @Test func nestedHasTheLeastSum() throws {
    let table = try table(noise: 2)
    let single = try fits(table, SRTM.self).fits.filter { ["a", "b", "c"].contains($0.region) }
    let scales = single.map { $0.residualSum / Double($0.freedom) }
    func sum(_ rate: Double) throws -> Double {
      let own = try fits(table, k2prime: rate).fits.filter { ["a", "b", "c"].contains($0.region) }
      return zip(own, scales).reduce(0) { $0 + $1.0.residualSum / $1.1 }
    }
    let found = try #require(try fits(table, SRTM2.self, .init(average: .nested)).input.k2prime)
    #expect(abs(found.value / Self.truth - 1) < 0.1)
    let least = try sum(found.value)
    for factor in [0.9, 0.99, 1.01, 1.1] {
      #expect(try sum(found.value * factor) > least)
    }
  }

  /// Regions below the floor, merged ones and the reference tell nothing; where none is left k2' must be given.
  @Test func whoTells() throws {
    var table = try table()
    table.merged = ["c"]
    let low = try #require(try fits(table, SRTM2.self, .init(floor: 0.1)).input.k2prime)
    #expect(low.origin.hasSuffix("over low, a, b (BPND 0.1 or more)"))
    let high = try #require(try fits(table, SRTM2.self, .init(floor: 1)).input.k2prime)
    #expect(high.origin.hasSuffix("over b (BPND 1 or more)"))
    let error = #expect(throws: PETError.self) { try fits(table, SRTM2.self, .init(floor: 2)) }
    #expect(error?.field == "k2prime" && error?.problem == "no region with BPND of 2 or more tells k2'")
  }
}
