import Foundation
import PETBinding
import PETCore
import Testing

/// Lassen plots against scipy 1.17 (Tests/ProgramTests/Independent/occupancy.py).
struct LassenPlotTests {
  static let baseline = [1.72, 2.268, 2.975, 3.642, 4.314, 4.811, 5.345, 5.922]
  static let blocked = [1.468, 1.758, 1.932, 2.078, 2.369, 2.772, 2.874, 2.95]
  static let baselineErrors = [0.038, 0.04, 0.044, 0.031, 0.041, 0.035, 0.048, 0.031]
  static let blockedErrors = [0.044, 0.047, 0.035, 0.048, 0.047, 0.03, 0.044, 0.03]

  static var points: [LassenPlot.Point] {
    baseline.indices.map { i in
      LassenPlot.Point(
        region: "R\(i)", baseline: Estimate(baseline[i], standardError: baselineErrors[i]),
        drug: Estimate(blocked[i], standardError: blockedErrors[i]))
    }
  }

  @Test func threeLinesAgainstScipy() {
    let expected: [LassenPlot.Method: [Double]] = [
      .ordinary: [
        0.632948685391556, 0.02443452941312481, 1.3475639018155334, 1.0500963967386738, 1.5995277904745104,
      ],
      .orthogonal: [
        0.631786690492107, 0.023311145603209304, 1.3429160797723068, 1.1254082181096574, 1.5309874621425812,
      ],
      .likelihood: [
        0.6330601949825319, 0.02611951506675228, 1.359997721317616, 1.0118449283259197, 1.6504931243029115,
      ],
    ]
    for method in LassenPlot.Method.allCases {
      let plot = LassenPlot(Self.points, method: method, level: 0.95)
      let own = [
        plot.occupancy.value, plot.occupancy.standardError, plot.nondisplaceable, plot.nondisplaceableLimits.low,
        plot.nondisplaceableLimits.high,
      ]
      for (a, b) in zip(own, expected[method] ?? []) {
        // Student's quantile and the minimum of the likelihood are good to 1e-9.
        #expect(abs(a / b - 1) < 1e-9, "\(method) \(a) \(b)")
      }
      #expect(plot.count == 8)
    }
  }

  /// On the model's own line every method gives it; scaling all volumes scales VND alone.
  @Test(arguments: LassenPlot.Method.allCases)
  func exactLine(method: LassenPlot.Method) {
    func plot(_ scale: Double) -> LassenPlot {
      let points = Self.baseline.enumerated().map { i, b in
        // Errors a millionth of the values keep the likelihood from dividing by zero.
        LassenPlot.Point(
          region: "R\(i)", baseline: Estimate(scale * b, standardError: scale * 1e-3 * Double(1 + i % 3)),
          drug: Estimate(scale * (1.2 + 0.3 * (b - 1.2)), standardError: scale * 2e-3))
      }
      return LassenPlot(points, method: method, level: 0.95)
    }
    #expect(abs(plot(1).occupancy.value - 0.7) < 1e-9 && abs(plot(1).nondisplaceable - 1.2) < 1e-8)
    #expect(abs(plot(5).occupancy.value - 0.7) < 1e-9 && abs(plot(5).nondisplaceable - 6) < 1e-7)
  }

  /// Over drawn scans the likelihood's 95 % limits hold the occupancy in 93 to 97 % of 2000, and the likelihood is less
  /// biased than the ordinary line, which takes the baseline as exact.
  @Test func coverageOverDrawnScans() {
    var random = SeededGenerator(seed: 12)
    var (covered, likelihood, ordinary) = (0, 0.0, 0.0)
    for _ in 0..<2000 {
      let points = Self.baseline.indices.map { i in
        let drug = 1.2 + 0.4 * (Self.baseline[i] - 1.2)
        return LassenPlot.Point(
          region: "R\(i)",
          baseline: Estimate(Self.baseline[i] + 0.2 * random.normal(), standardError: 0.2),
          drug: Estimate(drug + 0.1 * random.normal(), standardError: 0.1))
      }
      let plot = LassenPlot(points, method: .likelihood, level: 0.95)
      if plot.occupancyLimits.low <= 0.6, 0.6 <= plot.occupancyLimits.high { covered += 1 }
      likelihood += plot.occupancy.value / 2000
      ordinary += LassenPlot(points, method: .ordinary, level: 0.95).occupancy.value / 2000
    }
    print(
      "Lassen by likelihood: coverage \(Double(covered) / 20) %, mean \(likelihood); ordinary \(ordinary), truth 0.6")
    #expect((0.93...0.97).contains(Double(covered) / 2000))
    #expect(abs(likelihood - 0.6) < 0.003 && abs(likelihood - 0.6) < abs(ordinary - 0.6))
  }

  @Test func whatRegionsDoNotTellIsNotPrinted() {
    // No displacement: VND is not known. Noise alone: the line is not told.
    let same = Self.baseline.enumerated().map { i, b in
      LassenPlot.Point(
        region: "R\(i)", baseline: Estimate(b, standardError: 0.05),
        drug: Estimate(b + (i % 2 == 0 ? 0.05 : -0.05), standardError: 0.05))
    }
    let plot = LassenPlot(same, method: .ordinary, level: 0.95)
    #expect(plot.nondisplaceable.isNaN && plot.notes.contains { $0.contains("VND is not known") })
    let noise = (0..<6).map { i in
      LassenPlot.Point(
        region: "R\(i)", baseline: Estimate(2 + 0.01 * Double(i % 2), standardError: 0.1),
        drug: Estimate([1, 2, 3, 1, 2, 3][i], standardError: 0.1))
    }
    for method in LassenPlot.Method.allCases {
      let plot = LassenPlot(noise, method: method, level: 0.95)
      #expect(plot.occupancy.value.isNaN && !plot.notes.isEmpty, "\(method)")
    }
    #expect(LassenPlot(Array(Self.points.prefix(3)), method: .ordinary, level: 0.95).occupancy.value.isNaN)
  }
}

struct OccupancyTests {
  static func table(_ values: [(String, Double, Double, String)], measure: String) -> BindingTable {
    BindingTable(
      measure: measure,
      rows: values.map { row in
        BindingTable.Row(
          region: row.0, estimate: Estimate(row.1, standardError: row.2), low: .nan, high: .nan, ending: .init(row.3),
          freedom: nil)
      }, tracer: "dasb", model: "SRTM", source: "x_kinpar.tsv")
  }

  /// 1 - drug/baseline with Fieller's set turned; absent, empty and indistinct regions are rows with the reason.
  @Test func byBindingPotential() {
    let a = Self.table(
      [
        ("A", 2, 0.1, "converged"), ("B", 0.1, 0.1, "converged"), ("C", 2, 0.1, "converged"),
        ("D", 1, 0.1, "converged"),
        ("E", 2, 0.1, "converged"),
      ], measure: "BPND")
    let b = Self.table(
      [
        ("a", 0.5, 0.05, "converged"), ("B", 0.05, 0.05, "converged"), ("C", .nan, .nan, "noSignal"),
        ("E", -0.05, 0.1, "converged"), ("F", 1, 0.1, "converged"),
      ], measure: "BPND")
    let occupancy = Occupancy(baseline: a, drug: b, method: .ordinary, level: 0.95)
    #expect(occupancy.lassen.isEmpty && occupancy.regions.map(\.region) == ["A", "B", "C", "D", "E", "F"])
    let rows = occupancy.regions
    #expect(abs(rows[0].occupancy - 0.75) < 1e-15 && rows[0].status == .ok)
    // By hand: ratio 0.25 with SE √(0.05² + 0.25² 0.1²)/2.
    #expect(abs(rows[0].error - (0.0025 + 0.0625 * 0.01).squareRoot() / 2) < 1e-15)
    #expect(rows[0].limits.low < 0.75 && rows[0].limits.high > 0.75)
    #expect(rows[1].occupancy.isNaN && rows[1].status == .denominatorIndistinct)
    #expect(rows[2].status == .noBinding && rows[3].status == .regionMissing && rows[5].status == .regionMissing)
    // More than all of it is what noise gives at full occupancy; it stands.
    #expect(abs(rows[4].occupancy - 1.025) < 1e-12 && rows[4].status == .ok)
  }

  /// Regions of a Lassen plot that follow its line have its occupancy; those whose fits failed are left out and told.
  @Test func byDistributionVolume() {
    let names = LassenPlotTests.baseline.indices.map { "R\($0)" }
    let drug = LassenPlotTests.baseline.map { 1.2 + 0.3 * ($0 - 1.2) }
    func rows(_ values: [Double], _ bad: String) -> BindingTable {
      Self.table(
        zip(names, values).map { ($0, $1, 0.02, $0 == "R7" ? bad : "converged") }, measure: "VT")
    }
    let occupancy = Occupancy(
      baseline: rows(LassenPlotTests.baseline, "converged"), drug: rows(drug, "atBound"), method: .likelihood,
      level: 0.95)
    #expect(occupancy.lassen.count == 3 && occupancy.lassen.allSatisfy { $0.count == 7 })
    for row in occupancy.regions where row.region != "R7" { #expect(abs(row.occupancy - 0.7) < 1e-6, "\(row.region)") }
    #expect(occupancy.regions[7].occupancy.isNaN && occupancy.regions[7].status == .bindingUnreliable)
    #expect(occupancy.regions[7].notes == ["drug fit atBound"])
    #expect(occupancy.findings.contains { $0.code.word == "regions-left-out" && $0.value == "1" })
  }
}

/// Test-retest numbers against scipy and pingouin 0.7 (Tests/ProgramTests/Independent/reliability.py).
struct ReliabilityTests {
  static let test = [1.989, 1.909, 1.686, 1.881, 1.673, 1.593]
  static let retest = [2.066, 1.826, 1.876, 2.017, 1.483, 1.676]

  @Test func againstPublishedFormulae() {
    let own = Reliability(test: Self.test, retest: Self.retest, isRatioScale: true, level: 0.95)
    let pairs: [(Double, Double)] = [
      (own.difference.mean, 0.03549999999999994), (own.difference.sd, 0.1434165262443627),
      (own.agreement.low, -0.24559122622679449), (own.agreement.high, 0.31659122622679437),
      (own.absoluteVariability, 7.167814915526834), (own.withinSD, 0.09591793367248895),
      (own.withinCV, 5.533524530036483), (own.detectable, 0.26586606220084236),
      (own.oneWay.value, 0.7420225443737208), (own.oneWay.low, 0.06005019233155914),
      (own.oneWay.high, 0.958435285648231), (own.agreementICC.value, 0.7380417157231915),
      (own.agreementICC.low, -0.03768969809389978), (own.agreementICC.high, 0.9587604367740385),
      (own.consistency.value, 0.7159463001606132), (own.consistency.low, -0.08382756861217575),
      (own.consistency.high, 0.9547211535612674),
    ]
    // Quantiles of F by the library are good to 1e-8.
    for (i, (a, b)) in pairs.enumerated() { #expect(abs(a - b) < 1e-7 * max(1, abs(b)), "\(i): \(a) \(b)") }
  }

  @Test func whatHasNoMeaningIsAbsent() {
    let logs = Reliability(test: Self.test, retest: Self.retest, isRatioScale: false, level: 0.95)
    #expect(logs.absoluteVariability.isNaN && logs.withinCV.isNaN && logs.withinSD > 0)
    let negative = Reliability(
      test: [-0.1] + Self.test.dropFirst(), retest: Self.retest, isRatioScale: true, level: 0.95)
    #expect(negative.absoluteVariability.isNaN && negative.notes.contains { $0.contains("not above 0") })
    let few = Reliability(test: [1, 2, .nan], retest: [1, 2, 3], isRatioScale: true, level: 0.95)
    #expect(few.count == 2 && few.oneWay.value.isNaN && few.notes.count == 2)
    let same = Reliability(test: [1, 1, 1], retest: [1, 1, 1], isRatioScale: true, level: 0.95)
    #expect(same.oneWay.value.isNaN && same.withinSD == 0)
  }
}
