import Foundation
import PETCore
import PETTestSupport
import PETTracers
import Testing

@testable import PETBinding

/// Variances that regions tell together, against an independent computation of the same steps.
struct PooledVariancesTests {
  private static let file = "science/studies/reference_case.json"

  /// A study of persons by regions: log ratios with their errors, and what is known of persons.
  static func table(
    _ values: [[Double]], _ errors: [[Double]]?, persons: [[String: String]], names: [String]? = nil,
    systems: [String: [[Double]]] = [:]
  ) -> StudyTable {
    let regions = names ?? values[0].indices.map { "R\($0)" }
    return StudyTable(
      systems: BalanceSystems(), pair: "x",
      visits: values.indices.map { StudyTable.Visit(participant: "sub-\($0)", session: nil) }, regions: regions,
      persons: persons.enumerated().map { Person(id: "sub-\($0)", values: $1) },
      values: systems.merging([StudyTable.logRatio: values]) { $1 },
      errors: errors.map { [StudyTable.logRatio: $0] } ?? [:])
  }

  static func settings(_ permutations: Int = 99) -> StudyContrast.Settings {
    var settings = StudyContrast.Settings(.groups(column: "group", first: "0", second: "1"))
    settings.permutations = permutations
    return settings
  }

  /// Twelve persons, six regions, age held, one region with a spread of its own: every figure within 1e-9.
  @Test(.enabled(if: SharedMaterial.has(file), "needs the shared reference case of studies"))
  func referenceCase() throws {
    let json = try JSONValue.readObject(path: SharedMaterial.path(Self.file))
    func matrix(_ name: String) throws -> [[Double]] {
      try #require(json[name]?.list).map { ($0.list ?? []).compactMap(\.double) }
    }
    func column(_ name: String) throws -> [Double] { try #require(json[name]?.list).compactMap(\.double) }
    let (ages, groups) = (try column("age"), try column("group"))
    let persons = ages.indices.map { ["age": "\(ages[$0])", "group": "\(Int(groups[$0]))"] }
    var asked = Self.settings()
    asked.covariates = ["age"]
    let contrast = try StudyContrast(
      Self.table(try matrix("logRatio"), try matrix("se"), persons: persons), asked)
    let kept = try #require(json["kept"]?.list).compactMap(\.bool)
    let model = try #require(StudyContrast.model(of: contrast.subjects, asked.question))
    for (i, row) in contrast.rows.enumerated() {
      let pooled = try #require(row.pooled)
      func expect(_ value: Double, _ name: String) throws {
        let expected = try column(name)[i]
        #expect(abs(value - expected) < 1e-9 * max(1, abs(expected)), "\(name) \(i): \(value) \(expected)")
      }
      try expect(row.effect.value, "effect")
      try expect(row.effect.standardError, "seOLS")
      try expect(row.probability, "pOLS")
      try expect(pooled.error, "sePooled")
      try expect(pooled.freedom, "dof")
      try expect(pooled.probability, "p")
      try expect(row.discovery, "q")
      try expect(pooled.error * pooled.error / model.inverseGram[2][2], "s2pooled")
      #expect(row.notes.contains { $0.hasPrefix("spread of its own") } == !kept[i])
    }
  }

  /// Regions whose residuals are alike beyond chance know the scale of the prior with fewer degrees of freedom, by hand: with one
  /// pattern in all of them they know no more than one region does, and the variances of those that are alike would not differ.
  @Test func regionsThatGoTogether() throws {
    let pattern = [1.0, -1, 2, -2, 0.5, -0.5, 1, -1]
    // r² of 0.8 with the first, and 0.64 with each other, by patterns at right angles to it.
    let others = [[1.0, 1, 0, 0, 0, 0, -1, -1], [0, 0, 0, 0, 1, 1, -1, -1], [1, 1, -1, -1, 0, 0, 0, 0]]
    func unit(_ x: [Double]) -> [Double] { x.map { $0 / LinearRegression.dot(x, x).squareRoot() } }
    let first = unit(pattern)
    let mixed = others.map { other in
      // What lies along the first pattern is taken off.
      let share = LinearRegression.dot(unit(other), first)
      let rest = unit(zip(unit(other), first).map { $0 - share * $1 })
      return zip(first, rest).map { 0.8.squareRoot() * $0 + 0.2.squareRoot() * $1 }
    }
    let regions = ([first] + mixed).map {
      PooledVariances.Region(variance: 0.5, freedom: 6, known: 0.1, residuals: $0)
    }
    var above = 0.0
    for i in regions.indices {
      for j in regions.indices where j > i {
        let r = LinearRegression.dot(regions[i].residuals, regions[j].residuals)
        above += max(0, r * r - (1 - r * r) / 6)
      }
    }
    let pooled = PooledVariances(regions).regions
    // Alike variances: an infinite prior, and 1/dof = 1/∞ + 1/(6 R_eff).
    let independent = 16 / (4 + 2 * above)
    #expect(independent < 2)
    for own in pooled { #expect(abs(own.freedom - 6 * independent) < 1e-9) }
    // Variances that differ: a prior of few degrees of freedom, and less than either of the two.
    let uneven = zip(regions, [0.2, 0.5, 0.9, 0.4]).map { own, variance in
      PooledVariances.Region(variance: variance, freedom: 6, known: 0.1, residuals: own.residuals)
    }
    let freedom = try #require(PooledVariances(uneven).regions.first { !$0.isApart }).freedom
    #expect(freedom >= 6 && freedom < 6 * independent)
  }

  /// Regions that differ no more than residuals do have one variance, in the shape of their errors; and as many degrees of freedom
  /// as their correlations leave.
  @Test func alikeRegionsAreOne() throws {
    let residuals = [[1.0, -1, 1, -1, 0, 0], [1, 1, -1, -1, 0, 0], [0, 0, 1, -1, 1, -1], [1, -1, 0, 0, -1, 1]]
    let regions = residuals.map {
      PooledVariances.Region(variance: 0.5, freedom: 4, known: 0.1, residuals: $0)
    }
    let pooled = PooledVariances(regions).regions
    #expect(pooled.count == 4 && pooled.allSatisfy { !$0.isApart && abs($0.variance - pooled[0].variance) < 1e-15 })
    // The mean of ln s² of four degrees of freedom lies below ln σ²: the pooled variance is above 0.5.
    #expect(abs(log(pooled[0].variance / 0.5) - (log(2) - Polygamma.digamma(2))) < 1e-12)
    #expect(pooled[0].freedom > 4 && pooled[0].freedom <= 16)
    let same = PooledVariances(
      residuals.map { _ in PooledVariances.Region(variance: 0.5, freedom: 4, known: 0.1, residuals: residuals[0]) })
    #expect(same.regions.allSatisfy { abs($0.freedom - 4) < 1e-12 })
  }

  /// Three regions are too few; errors that nobody knows are not needed; regions that are not counted keep their own.
  @Test func whatCannotBePooledIsSaid() throws {
    var random = SeededGenerator(seed: 5)
    let values = (0..<10).map { _ in (0..<6).map { _ in 0.2 * random.normal() } }
    let persons = (0..<10).map { ["group": $0 < 5 ? "0" : "1"] }
    let errors = values.map { $0.map { _ in 0.05 } }
    let few = try StudyContrast(
      Self.table(values.map { Array($0.prefix(3)) }, errors.map { Array($0.prefix(3)) }, persons: persons),
      Self.settings())
    #expect(few.findings.contains { $0.code == .variancesApart })
    #expect(few.rows.allSatisfy { $0.pooled?.probability == $0.probability && $0.pooled?.freedom == $0.freedom })
    let blind = try StudyContrast(Self.table(values, nil, persons: persons), Self.settings())
    #expect(blind.findings.contains { $0.code == .variancesAlike })
    #expect(blind.rows.allSatisfy { ($0.pooled?.freedom ?? 0) > $0.freedom && $0.discovery.isFinite })
    var asked = Self.settings()
    asked.outside = ["R5": "a side of X"]
    let counted = try StudyContrast(Self.table(values, errors, persons: persons), asked)
    let five = try StudyContrast(
      Self.table(values.map { Array($0.prefix(5)) }, errors.map { Array($0.prefix(5)) }, persons: persons),
      Self.settings())
    #expect(counted.rows[5].discovery.isNaN && counted.rows[5].pooled == nil && counted.rows[5].probability.isFinite)
    #expect(counted.rows[5].notes == ["no test of its own: a side of X"])
    #expect(zip(counted.rows, five.rows).allSatisfy { $0.discovery == $1.discovery })
    #expect(counted.sets[0].effect == five.sets[0].effect && counted.heterogeneity == five.heterogeneity)
  }

  /// Missing values, unequal groups, two sessions of four persons, an association: finite, or a note.
  @Test func nothingIsLostInSilence() throws {
    var random = SeededGenerator(seed: 11)
    var values = (0..<9).map { _ in (0..<6).map { _ in 0.2 * random.normal() } }
    for (person, region) in [(0, 1), (3, 1), (8, 5), (2, 4)] { values[person][region] = .nan }
    let persons = (0..<9).map { ["group": $0 < 6 ? "0" : "1", "age": "\(20 + 7 * $0 % 31)"] }
    let table = Self.table(values, values.map { $0.map { _ in 0.07 } }, persons: persons)
    var association = StudyContrast.Settings(.association(column: "age"))
    association.permutations = 99
    for asked in [Self.settings(), association] {
      let contrast = try StudyContrast(table, asked)
      for row in contrast.rows {
        #expect(row.pooled?.probability.isFinite == true && row.discovery.isFinite, "\(row.region)")
      }
      #expect(contrast.heterogeneity > 0 && contrast.sets[0].probability.isFinite)
    }
  }
}
