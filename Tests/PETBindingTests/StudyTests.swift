import Foundation
import PETBinding
import PETCore
import PETTestSupport
import PETTracers
import Testing

struct StudySummaryTests {
  /// Regions that nobody has a value in keep their rows and pair with nothing; those of one person alone pair with his.
  @Test func onlyWhatSomebodyHasIsPaired() {
    let count = 3000
    let names = ["A", "B"] + (0..<count).map { "Empty\($0)" }
    let empty = [Double](repeating: .nan, count: count)
    let first = (0..<5).map { person in [Double(person), person < 2 ? 1 : .nan] + empty }
    let second = (0..<5).map { person in [Double(person), person < 2 ? .nan : 1] + empty }
    let table = StudyTable(
      systems: BalanceSystems(), pair: "x",
      visits: (0..<5).map { StudyTable.Visit(participant: "sub-\($0)", session: nil) }, regions: names, persons: [],
      values: ["dopamine": first, "serotonin": second, StudyTable.logRatio: first])
    let summary = StudySummary(table, level: 0.95)
    #expect(summary.rows.map(\.region) == names && summary.rows[2].coupling.count == 0)
    #expect(summary.couplings.map { "\($0.numerator)\($0.denominator)" } == ["AA", "AB", "BA"])
    #expect(summary.couplings.map(\.correlation.count) == [5, 3, 2])
  }
}

/// Twelve persons in two groups, three regions: numbers by scipy 1.17 (Tests/ProgramTests/Independent/study.py).
struct StudyContrastTests {
  static let ages: [Double] = [52, 40, 40, 29, 21, 57, 23, 54, 35, 58, 36, 57]
  static let values: [[Double]] = [
    [1.31, 1.014, 1.386, 0.918, 0.879, 1.238, 0.909, 1.326, 1.42, 1.301, 1.198, 1.366],
    [1.142, 0.827, 0.87, 0.838, 0.731, 0.897, 0.909, 0.78, 0.61, 0.824, 1.053, 0.998],
    [0.826, 0.673, 0.984, 0.579, 0.456, 1.193, 0.491, 0.976, 0.849, 0.991, 0.849, 1.338],
  ]

  static func table(_ values: [[Double]] = values, sessions: [String?]? = nil) -> StudyTable {
    let ids = ages.indices.map { "sub-" + ($0 < 9 ? "0" : "") + "\($0 + 1)" }
    let visits = (0..<values[0].count).map { i in
      StudyTable.Visit(
        participant: ids[sessions == nil ? i : i % (values[0].count / 2)], session: sessions?[i] ?? nil)
    }
    return StudyTable(
      systems: BalanceSystems(), pair: "x", visits: visits, regions: ["A", "B", "C"],
      persons: ids.indices.map { i in
        Person(
          id: ids[i],
          values: ["age": "\(ages[i])", "group": i < 6 ? "control" : "patient", "sex": i % 2 == 0 ? "F" : "M"])
      },
      values: [StudyTable.logRatio: visits.indices.map { i in values.map { $0[i] } }])
  }

  static func groups(_ covariates: [String] = ["age"]) -> StudyContrast.Settings {
    var settings = StudyContrast.Settings(.groups(column: "group", first: "control", second: "patient"))
    settings.covariates = covariates
    settings.permutations = 999
    return settings
  }

  @Test func twoGroupsAgainstScipy() throws {
    let rows = try StudyContrast(Self.table(), Self.groups()).rows
    let expected: [(Double, Double, Double, Double, Double, Double, Double)] = [
      (
        0.08821669210333025, 0.08589008576544337, 0.33119073181919784, 0.5487416098355544, -0.10608018062431959,
        0.2825135648309801, 1.0270881827297342
      ),
      (
        -0.03587335368266269, 0.08718543431297847, 0.6903606608550318, -0.21983063004163006, -0.23310050840543933,
        0.16135380104011393, -0.41146040006963136
      ),
      (
        0.06305248431405809, 0.08468002556403405, 0.4755077005014009, 0.39781520912778534, -0.1285070420615566,
        0.2546120106896728, 0.7445968974865098
      ),
    ]
    for (row, own) in zip(rows, expected) {
      let (effect, error, p, g, low, high, t) = own
      #expect(abs(row.effect.value - effect) < 1e-12 && abs(row.effect.standardError - error) < 1e-12)
      #expect(abs(row.probability - p) < 1e-10 && abs(row.size - g) < 1e-12 && row.freedom == 9)
      #expect(abs(row.limits.low - low) < 1e-8 && abs(row.limits.high - high) < 1e-8 && abs(row.t - t) < 1e-11)
      // 999 shuffles leave 1.5 %; three times that.
      #expect(abs(row.permuted - p) < 0.06)
    }
  }

  /// All sign changes of seven differences, counted by scipy.
  @Test func signChangesAreGoneThrough() throws {
    let changes = [0.12, -0.05, 0.31, 0.2, 0.07, -0.02, 0.15]
    let before = [Double](repeating: 1, count: 7)
    let all = before + changes.map { 1 + $0 }
    let table = Self.table(
      [all, all, all], sessions: Array(repeating: "ses-a", count: 7) + Array(repeating: "ses-b", count: 7))
    let row = try StudyContrast(table, StudyContrast.Settings(.sessions(first: "a", second: "b"))).rows[0]
    #expect(abs(row.permuted - 0.078125) < 1e-15 && abs(row.t - 2.3567930592314186) < 1e-12 && row.counts == [7])
  }

  @Test func associationIsAPartialCorrelation() throws {
    var settings = StudyContrast.Settings(.association(column: "age"))
    settings.permutations = 99
    let controls = Self.table()
    let row = try StudyContrast(controls, settings).rows[0]
    // Without covariates it is Pearson's.
    let plain = Correlation(Self.values[0], Self.ages)
    #expect(abs(row.size - plain.value) < 1e-12 && abs(row.probability - plain.probability) < 1e-12)
    #expect(abs(row.sizeLimits.low - plain.low) < 1e-12 && abs(row.sizeLimits.high - plain.high) < 1e-12)
  }

  /// Swapping the groups, or the two systems, turns every effect and nothing else.
  @Test func invariances() throws {
    let plain = try StudyContrast(Self.table(), Self.groups()).rows
    var swapped = Self.groups()
    swapped.question = .groups(column: "group", first: "patient", second: "control")
    let turned = try StudyContrast(Self.table(), swapped).rows
    let negated = try StudyContrast(Self.table(Self.values.map { $0.map { -$0 } }), Self.groups()).rows
    // Another tracer's scale shifts every log ratio alike.
    let scaled = try StudyContrast(Self.table(Self.values.map { $0.map { $0 + 0.7 } }), Self.groups()).rows
    for i in plain.indices {
      for other in [turned[i], negated[i]] {
        #expect(
          abs(other.effect.value + plain[i].effect.value) < 1e-12 && abs(other.permuted - plain[i].permuted) < 1e-12)
      }
      #expect(abs(scaled[i].effect.value - plain[i].effect.value) < 1e-12)
      #expect(abs(scaled[i].permuted - plain[i].permuted) < 1e-12)
    }
  }

  @Test func whatCannotBeAskedIsSaid() throws {
    func problem(_ change: (inout StudyContrast.Settings) -> Void) -> String {
      var settings = Self.groups()
      change(&settings)
      let error = #expect(throws: PETError.self) { try StudyContrast(Self.table(), settings) }
      return error.map { "\($0)" } ?? ""
    }
    #expect(problem { $0.covariates = ["agee"] }.contains("'age'"))
    #expect(
      problem { $0.question = .groups(column: "grp", first: "control", second: "patient") }.contains("group, sex"))
    #expect(
      problem { $0.question = .groups(column: "group", first: "control", second: "patints") }.contains("'patient'"))
    #expect(problem { $0.question = .sessions(first: "a", second: "b") }.contains("no session"))
    // A region that nobody of a group has is a row with the reason.
    var values = Self.values
    for i in 0..<5 { values[1][i] = .nan }
    let rows = try StudyContrast(Self.table(values), Self.groups()).rows
    #expect(
      rows[1].effect.value.isNaN && rows[1].notes.contains("fewer than two in a group") && !rows[0].permuted.isNaN)
    // Covariates that are one and the same.
    let table = Self.table()
    var both = Self.groups(["age", "age"])
    both.permutations = 99
    #expect(try StudyContrast(table, both).rows.allSatisfy { $0.effect.value.isNaN })
  }

  /// 24 people in two groups, 20 regions whose log ratios go together in a person, an effect of 0.3 in two of them:
  /// over 200 studies the false discoveries stay at the stated rate, and single tests at theirs.
  @Test(.enabled(if: !TestDepth.isQuick, "several seconds")) func discoveriesStayAtTheirRate() throws {
    let studies = TestDepth.isFull ? 200 : 60
    let regions = 20
    var (found, falseShares, single) = ([0, 0], [Double](), 0)
    for study in 0..<studies {
      var random = SeededGenerator(seed: 100, stream: "\(study)")
      var values: [[Double]] = []
      for person in 0..<24 {
        let own = 0.1 * random.normal()
        values.append(
          (0..<regions).map { region in
            let effect = person >= 12 && region < 2 ? 0.3 : 0
            return own + effect + 0.15 * random.normal() + 0.05 * random.normal()
          })
      }
      let table = StudyTable(
        systems: BalanceSystems(), pair: "x",
        visits: (0..<24).map { StudyTable.Visit(participant: "sub-\($0)", session: nil) },
        regions: (0..<regions).map { "region \($0)" },
        persons: (0..<24).map { Person(id: "sub-\($0)", values: ["group": $0 < 12 ? "a" : "b"]) },
        values: [StudyTable.logRatio: values])
      var settings = StudyContrast.Settings(.groups(column: "group", first: "a", second: "b"))
      settings.permutations = TestDepth.isFull ? 1999 : 499
      settings.seed = UInt64(study)
      let rows = try StudyContrast(table, settings).rows
      let discovered = rows.indices.filter { rows[$0].discovery < 0.05 }
      for region in 0..<2 where discovered.contains(region) { found[region] += 1 }
      let wrong = discovered.count { $0 >= 2 }
      falseShares.append(discovered.isEmpty ? 0 : Double(wrong) / Double(discovered.count))
      single += rows[2...].count { $0.permuted < 0.05 }
    }
    let rate = Moments(falseShares)
    let alone = Double(single) / Double(studies * (regions - 2))
    print(
      "two groups of 12, effect 0.3: power \(found.map { 100 * $0 / studies }) % at q < 0.05; false discovery rate "
        + "\(100 * rate.mean) %, single tests \(100 * alone) %")
    // The rate is 0.05 x 18/20; three standard errors of so many studies are allowed.
    #expect(rate.mean < 0.045 + 3 * rate.sd / Double(studies).squareRoot())
    #expect(found.allSatisfy { $0 > studies / 3 })
    // Regions of a study go together, so tests count for fewer than they are.
    #expect(abs(alone - 0.05) < 0.015)
  }
}

struct StudyDeviationsTests {
  /// Members are held against the others, with the leverage of their age; numbers by numpy.
  @Test func leaveOneOutAndOthers() throws {
    let deviations = try StudyDeviations(
      StudyContrastTests.table(), column: "group", level: "control", session: nil, covariates: ["age"],
      measures: [StudyTable.logRatio])
    let own = deviations.rows.filter { $0.region == "A" }
    let z = [
      0.3221985272272656, -0.8181837622544663, 4.362365293325835, -0.6182987432516829, -0.2115518591111296,
      -1.1370676215741569,
    ]
    let t = [
      0.26403080569650844, -0.7468825640167306, 3.982203907932678, -0.5191671810153539, -0.14122073165337604,
      -0.812986831271263,
    ]
    for i in 0..<6 {
      #expect(own[i].isMember && abs((own[i].deviation?.z ?? 0) - z[i]) < 1e-10)
      #expect(abs((own[i].deviation?.t ?? 0) - t[i]) < 1e-10 && own[i].deviation?.freedom == 3)
    }
    let patient = try #require(own[6].deviation)
    #expect(!own[6].isMember && abs(patient.expected - 0.9200843505192202) < 1e-12)
    #expect(abs(patient.sd - 0.15518604511687323) < 1e-12 && abs(patient.t + 0.05878337062838848) < 1e-12)
    #expect(abs(patient.probability - 0.9559441815534643) < 1e-10)
  }

  @Test func tooFewPersonsMakeNoNorm() throws {
    let deviations = try StudyDeviations(
      StudyContrastTests.table(), column: "group", level: "control", session: nil, covariates: ["age", "sex"],
      measures: [StudyTable.logRatio])
    // Six members and three coefficients leave three degrees of freedom; without one of them two.
    #expect(deviations.rows.allSatisfy { ($0.deviation == nil) == $0.isMember })
    #expect(deviations.rows.filter(\.isMember).allSatisfy { $0.note == "no norm: too few persons" })
  }
}

struct FalseDiscoveryTests {
  /// Adjusted p values as R's p.adjust(method = "BH") gives them; what was not tested does not count.
  @Test func adjusted() {
    let q = FalseDiscovery.adjusted([0.01, 0.04, 0.03, .nan, 0.005, 0.8])
    let expected = [0.025, 0.05, 0.05, .nan, 0.025, 0.8]
    for (a, b) in zip(q, expected) { #expect(a.isNaN == b.isNaN && (a.isNaN || abs(a - b) < 1e-15)) }
  }
}
