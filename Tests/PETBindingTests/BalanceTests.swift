import Foundation
import PETBinding
import PETCore
import PETTestSupport
import Testing

struct BalanceJoinTests {
  /// Regions are joined in work that grows with their number, whatever their order: a key for every pair of names would take minutes.
  @Test func manyRegionsAreJoined() {
    func table(_ names: [String]) -> BindingTable {
      BindingTable(
        measure: "BPND",
        rows: names.map {
          BindingTable.Row(
            region: $0, estimate: .missing, low: .nan, high: .nan, ending: .init("noSignal"), freedom: nil)
        }, tracer: nil, model: nil, source: "a.tsv")
    }
    let names = (0..<40_000).map { "Region-\($0)" }
    let other = names.reversed().map { $0.uppercased() } + ["Alone"]
    let (first, second) = (table(names), table(other))
    var joined: BalanceTable?
    let seconds = OwnTime.seconds {
      joined = BalanceTable(numerator: first, denominator: second, settings: BalanceSettings())
    }
    #expect(seconds < 60)
    guard let balance = joined else { return }
    #expect(balance.rows.map(\.region) == names + ["Alone"])
    #expect(balance.rows[0].denominator?.region == "REGION-0")
  }
}

struct FiellerTests {
  /// Four cases worked to 15 digits elsewhere (normal quantile, 0.95): bounded, with covariance, exclusive, whole line.
  static let cases:
    [(a: Double, sa: Double, b: Double, sb: Double, cov: Double, kind: String, low: Double, high: Double)] = [
      (3.5, 0.12, 1.9, 0.15, 0, "bounded", 1.56951902553743, 2.20506489287711),
      (2.8, 0.25, 0.62, 0.11, 0.012, "bounded", 3.41383847735385, 6.58800074093812),
      (0.9, 0.1, 0.08, 0.06, 0, "exclusive", 4.37205666550053, -23.7548969243193),
      (0.05, 0.06, 0.03, 0.05, 0, "whole_line", -.infinity, .infinity),
    ]

  @Test(arguments: cases.indices)
  func publishedNumbers(index: Int) {
    let c = Self.cases[index]
    let set = FiellerSet(
      Estimate(c.a, standardError: c.sa), over: Estimate(c.b, standardError: c.sb), covariance: c.cov,
      quantile: Quantile.normal(0.975))
    #expect(set.kind.rawValue == c.kind)
    #expect(set.low == c.low || abs(set.low - c.low) < 1e-9)
    #expect(set.high == c.high || abs(set.high - c.high) < 1e-9)
  }

  /// Every end of a set solves the equation that defines it.
  @Test func endsSolveTheEquation() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<2000 {
      let a = Estimate(random.normal(), standardError: random.uniform())
      let b = Estimate(random.normal(), standardError: random.uniform())
      let c = 1.96
      let set = FiellerSet(a, over: b, quantile: c)
      for t in [set.low, set.high] where t.isFinite {
        let left = (a.value - t * b.value) * (a.value - t * b.value)
        let right = c * c * (a.standardError * a.standardError + t * t * b.standardError * b.standardError)
        #expect(abs(left - right) < 1e-8 * max(left, right))
      }
      #expect(set.contains(a.value / b.value))
    }
  }

  /// The set covers the true ratio at its level, also with a weak denominator: 95 % within 4 SE of 20,000 draws.
  @Test(arguments: [(2.0, 0.3, 1.0, 0.1), (1.0, 0.3, 0.3, 0.2), (0.5, 0.4, 0.1, 0.3)])
  func coverage(a: Double, sa: Double, b: Double, sb: Double) {
    var random = SeededGenerator(seed: 9)
    let draws = 20_000
    var covered = 0
    for _ in 0..<draws {
      let x = Estimate(a + sa * random.normal(), standardError: sa)
      let y = Estimate(b + sb * random.normal(), standardError: sb)
      if FiellerSet(x, over: y, quantile: Quantile.normal(0.975)).contains(a / b) { covered += 1 }
    }
    #expect(abs(Double(covered) / Double(draws) - 0.95) < 4 * (0.95 * 0.05 / Double(draws)).squareRoot())
  }

  @Test func halfLine() {
    let set = FiellerSet(Estimate(1, standardError: 0), over: Estimate(2, standardError: 1), quantile: 2)
    #expect(set.kind == .halfLine && set.low == 0.25 && set.high == .infinity)
  }
}

/// The same four cases from the table itself, when it is there.
@Suite(.enabled(if: SharedMaterial.has("science/fieller.tsv"), "fieller.tsv is not beside this checkout"))
struct FiellerTableTests {
  @Test func everyRow() throws {
    let table = try TSVTable(path: SharedMaterial.path("science/fieller.tsv"))
    for row in table.rows.indices {
      func number(_ name: String) throws -> Double {
        let text = table.rows[row][try table.required(name)]
        return text == "inf" ? .infinity : text == "-inf" ? -.infinity : try #require(Double(text))
      }
      let set = FiellerSet(
        Estimate(try number("a"), standardError: try number("se_a")),
        over: Estimate(try number("b"), standardError: try number("se_b")), covariance: try number("cov_ab"),
        quantile: Quantile.twoSided(level: try number("level"), degreesOfFreedom: .infinity))
      #expect(set.kind.rawValue == table.rows[row][try table.required("kind")])
      let ends = [try number("lower"), try number("upper")]
      let ours = set.kind == .exclusive ? [set.high, set.low] : [set.low, set.high]
      for (x, y) in zip(ours, ends) { #expect(x == y || abs(x - y) < 1e-9) }
      #expect(abs(set.g - (try number("g"))) < 1e-9)
    }
  }
}

struct BalanceTableTests {
  static func table(_ values: [(String, Double, Double)], tracer: String = "raclopride", freedom: Double? = nil)
    -> BindingTable
  {
    BindingTable(
      measure: "BPND",
      rows: values.map { row in
        BindingTable.Row(
          region: row.0, estimate: Estimate(row.1, standardError: row.2), low: .nan, high: .nan,
          ending: .init("converged"),
          freedom: freedom)
      }, tracer: tracer, model: "SRTM", source: "test")
  }

  static func balance(_ a: [(String, Double, Double)], _ b: [(String, Double, Double)]) -> BalanceTable {
    BalanceTable(numerator: table(a), denominator: table(b, tracer: "dasb"), settings: BalanceSettings())
  }

  @Test func statusesFollowTheRules() {
    let names = ["fine", "indistinct", "negative", "floor", "numerator", "missing"]
    let a: [Double] = [2, 2, 2, 2, -0.1, .nan]
    let b: [Double] = [1, 0.1, -0.5, 0.04, 1, 1]
    let se: [Double] = [0.1, 0.2, 0.01, 0.005, 0.1, 0.1]
    let table = Self.balance(
      names.indices.map { (names[$0], a[$0], 0.05) }, names.indices.map { (names[$0], b[$0], se[$0]) })
    #expect(
      table.rows.map(\.status) == [
        .ok, .denominatorIndistinct, .denominatorIndistinct, .denominatorBelowFloor, .numeratorNonpositive, .noBinding,
      ])
    #expect(table.rows.map { $0.ratio.isNaN } == [false, true, true, false, false, true])
    #expect(table.rows.map { $0.logRatio.value.isNaN } == [false, true, true, false, true, true])
    #expect(table.rows[1].set?.kind == .exclusive || table.rows[1].set?.kind == .wholeLine)
    #expect(table.rows[4].ratio == -0.1 && table.rows[4].set != nil)
  }

  @Test func regionsOfOneTableOnlyAreRowsWithTheReason() {
    let table = Self.balance([("A", 1, 0.1), ("B", 1, 0.1)], [("b", 2, 0.1), ("C", 1, 0.1)])
    #expect(table.rows.map(\.region) == ["A", "B", "C"])
    #expect(table.rows.map(\.status) == [.regionMissing, .ok, .regionMissing])
  }

  /// Scaling either tracer leaves the centred log ratio and multiplies the ratio; swapping negates and inverts.
  @Test func invariances() {
    let names = ["Left-Caudate", "Right-Caudate", "Left-Thalamus", "Right-Thalamus", "Cortex"]
    let a = names.enumerated().map { ($0.element, 1 + 0.5 * Double($0.offset), 0.05) }
    let b = names.enumerated().map { ($0.element, 2 - 0.3 * Double($0.offset), 0.04) }
    let plain = Self.balance(a, b)
    let scaled = Self.balance(a.map { ($0.0, 3 * $0.1, 3 * $0.2) }, b.map { ($0.0, 0.5 * $0.1, 0.5 * $0.2) })
    let swapped = Self.balance(b, a)
    for i in names.indices {
      #expect(abs(scaled.rows[i].ratio / plain.rows[i].ratio - 6) < 1e-12)
      #expect(abs(scaled.rows[i].centred.value - plain.rows[i].centred.value) < 1e-12)
      #expect(abs(scaled.rows[i].centred.standardError - plain.rows[i].centred.standardError) < 1e-12)
      #expect(abs(swapped.rows[i].logRatio.value + plain.rows[i].logRatio.value) < 1e-12)
      #expect(abs(swapped.rows[i].ratio * plain.rows[i].ratio - 1) < 1e-12)
    }
    #expect(plain.centredOver == ["Left-Caudate", "Right-Caudate", "Left-Thalamus", "Right-Thalamus"])
    #expect(abs(plain.rows.prefix(4).reduce(0) { $0 + $1.centred.value }) < 1e-12)
  }

  /// The error of a centred log ratio against drawn estimates, whose true value is 0 in every region.
  ///
  /// 20,000 draws leave 0.5 %, three times that is allowed.
  @Test func centredErrorAgainstDraws() {
    let names = ["Left-Caudate", "Right-Caudate", "Left-Thalamus", "Cortex"]
    var random = SeededGenerator(seed: 4)
    let table = Self.balance(names.map { ($0, 2, 0.02) }, names.map { ($0, 1, 0.03) })
    var sums = [Double](repeating: 0, count: 4)
    let draws = 20_000
    for _ in 0..<draws {
      let logs = names.map { _ in log((2 + 0.02 * random.normal()) / (1 + 0.03 * random.normal())) }
      let mean = (logs[0] + logs[1] + logs[2]) / 3
      for i in 0..<4 { sums[i] += (logs[i] - mean) * (logs[i] - mean) }
    }
    for i in 0..<4 {
      let sd = (sums[i] / Double(draws)).squareRoot()
      #expect(abs(table.rows[i].centred.standardError / sd - 1) < 0.015, "\(names[i])")
    }
  }

  @Test func centringNeedsEveryRegionOfTheList() {
    let table = Self.balance(
      [("Left-Caudate", 1, 0.1), ("Right-Caudate", -1, 0.1)], [("Left-Caudate", 1, 0.1), ("Right-Caudate", 1, 0.1)])
    #expect(table.centredOver.isEmpty && table.rows[0].centred.value.isNaN)
    #expect(table.findings.contains { $0.code.word == "not-centred" })
  }

  @Test func unknownTracersAndSwappedRolesAreFindings() {
    let table = BalanceTable(
      numerator: Self.table([("A", 1, 0.1)], tracer: "dasb"),
      denominator: Self.table([("A", 1, 0.1)], tracer: "mystery"),
      settings: BalanceSettings())
    #expect(
      table.findings.map(\.code.word).contains("role") && table.findings.map(\.code.word).contains("unknown-tracer"))
  }
}
/// Errors of what combines rows, worked out apart (first-order propagation by hand and by numpy).
struct CombinedErrorsTests {
  private func table(_ rows: [(String, Double, Double, [Double])], source: String) -> BindingTable {
    BindingTable(
      measure: "BPND",
      rows: rows.map {
        BindingTable.Row(
          region: $0.0, estimate: Estimate($0.1, standardError: $0.2), low: .nan, high: .nan,
          ending: .init("converged"),
          freedom: nil, shared: $0.3)
      }, tracer: "raclopride", model: "SRTM", source: source)
  }

  /// Row x = A/B beside A and B: its centred log ratio is ln of A's numerator and denominators, once each.
  @Test func aRegionUsedTwiceCountsOnce() throws {
    var settings = BalanceSettings()
    settings.cross = [CrossRegion(name: "x", numerator: "A", denominator: "B")]
    settings.centreOver = ["A", "B"]
    let balance = BalanceTable(
      numerator: table([("A", 2, 0.4, []), ("B", 1, 0.05, [])], source: "a"),
      denominator: table([("A", 1, 0.01, []), ("B", 1, 0.01, [])], source: "b"), settings: settings)
    let x = try #require(balance.rows.first { $0.region == "x" })
    // x - (A + B)/2 = (ln a_A - ln a_B)/2 + (ln b_A - ln b_B)/2.
    let variance = (0.04 + 0.0025) / 4 + (0.0001 + 0.0001) / 4
    #expect(abs(x.centred.standardError - variance.squareRoot()) < 1e-12)
  }

  /// One scan for both: what its regions share cancels where it can, and a region above and below one line does too.
  @Test func oneScan() throws {
    var settings = BalanceSettings()
    settings.isOneScan = true
    settings.cross = [
      CrossRegion(name: "x", numerator: "C", denominator: "A"),
      CrossRegion(name: "y", numerator: "B", denominator: "A"),
    ]
    settings.centreOver = ["x", "y"]
    let scan = table([("A", 2, 0.32, [0.3]), ("B", 1, 0.16, [0.15]), ("C", 4, 0.41, [0.4])], source: "a")
    let balance = BalanceTable(numerator: scan, denominator: scan, settings: settings)
    #expect(balance.rows.map(\.region) == ["x", "y"])
    // x - y = ln C - ln B; the centred value is half of it.
    let own = (0.41 * 0.41 - 0.16) / 16 + (0.16 * 0.16 - 0.0225)
    let common = 0.4 / 4 - 0.15
    #expect(abs(balance.rows[0].centred.standardError - (own + common * common).squareRoot() / 2) < 1e-12)
    // With the variation between sessions: the covariance of the fits stays what it is.
    settings.cross = [CrossRegion(name: "x", numerator: "A", denominator: "B")]
    settings.centreOver = nil
    settings.retest = BothSides(0.2, 0.2)
    let retest = BalanceTable(numerator: scan, denominator: scan, settings: settings)
    let variance = 0.16 * 0.16 + 0.16 * 0.16 + 0.08 - 2 * 0.15 * 0.15
    #expect(abs(retest.rows[0].logRatio.standardError - variance.squareRoot()) < 1e-12)
  }

  /// A correlation of the scans does not reach the calibrations.
  @Test func densityRatio() throws {
    var settings = BalanceSettings()
    settings.correlation = 0.9
    settings.calibration = BothSides(Estimate(10, standardError: 5), Estimate(20, standardError: 8))
    let balance = BalanceTable(
      numerator: table([("A", 3.4, 0.3, [])], source: "a"), denominator: table([("A", 1.1, 0.1, [])], source: "b"),
      settings: settings)
    let a = Estimate(34, standardError: (3.0 * 3 + 17 * 17).squareRoot())
    let b = Estimate(22, standardError: (2.0 * 2 + 8.8 * 8.8).squareRoot())
    let set = FiellerSet(a, over: b, covariance: 10 * 20 * 0.9 * 0.3 * 0.1, quantile: Quantile.normal(0.975))
    #expect(balance.rows[0].density?.set == set)
  }

  /// A balance of two regions has a name that is no region's.
  @Test func crossNames() {
    var settings = BalanceSettings()
    settings.cross = [CrossRegion(name: "a", numerator: "A", denominator: "B")]
    let own = table([("A", 1, 0.1, [])], source: "a")
    #expect(throws: PETError.self) { try BalanceTable.check(settings, [own]) }
    settings.cross = [CrossRegion](repeating: CrossRegion(name: "x", numerator: "A", denominator: "B"), count: 2)
    #expect(throws: PETError.self) { try BalanceTable.check(settings, [own]) }
  }

  /// Draws that have no log ratio make no limits.
  @Test func bootstrapWithoutLogRatios() {
    for (a, b) in [(1.0, -1.0), (-1.0, 1.0)] {
      let own = ParametricBootstrap(
        Estimate(a, standardError: 0.1), over: Estimate(b, standardError: 0.1), covariance: 0, level: 0.95, draws: 200,
        seed: 1, name: "x")
      #expect(own.low == -.infinity && own.high == .infinity)
    }
  }
}
