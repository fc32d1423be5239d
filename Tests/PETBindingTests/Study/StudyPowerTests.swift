import Foundation
import PETBinding
import PETCore
import PETTestSupport
import PETTracers
import Testing

/// Persons that a study needs, from the spread of another.
struct StudyPowerTests {
  /// Spread of the log ratio between persons, and of its change within them.
  private static let (between, change) = (0.2, 0.1)

  /// - Parameter slope: on a normal quantity `x` of each person.
  private static func study(
    _ persons: Int, sessions: Int = 1, groups: Double = 0, change effect: Double = 0, slope: Double = 0, seed: UInt64
  ) -> StudyTable {
    var random = SeededGenerator(seed: seed, stream: "power")
    var visits: [StudyTable.Visit] = []
    var (values, errors, people) = ([[Double]](), [[Double]](), [Person]())
    for i in 0..<persons {
      let x = random.normal()
      people.append(Person(id: "sub-\(i)", values: ["group": i < persons / 2 ? "a" : "b", "x": "\(x)"]))
      let own = between * random.normal() + (i < persons / 2 ? 0 : groups) + slope * x
      for session in 0..<sessions {
        visits.append(.init(participant: "sub-\(i)", session: sessions > 1 ? "ses-\(session)" : nil))
        let day = session == 0 ? 0 : effect + change * random.normal()
        values.append([own + day, own + day + 0.1])
        errors.append([0.05, 0.05])
      }
    }
    return StudyTable(
      systems: .init(), pair: "x", visits: visits, regions: ["R0", "R1"], persons: people,
      values: [StudyTable.logRatio: values], errors: [StudyTable.logRatio: errors])
  }

  private static func settings(_ question: StudyContrast.Question) -> StudyContrast.Settings {
    var settings = StudyContrast.Settings(question)
    settings.permutations = 99
    return settings
  }

  private static let effects: [StudyPower.Design: Double] = [.groups: 0.22, .sessions: 0.085, .association: 0.17]

  /// What is predicted from a large pilot is found in 1000 simulated studies, within 3 points: two Monte Carlo errors, and what the
  /// spread of 4000 persons is not known to.
  @Test(arguments: StudyPower.Design.allCases)
  func predictedPowerIsFound(design: StudyPower.Design) throws {
    var settings = StudyPower.Settings()
    (settings.designs, settings.planned) = ([design], 14)
    settings.effect = Self.effects[design] ?? .nan
    let effect = settings.effect
    if design == .sessions { settings.sessions = ("ses-0", "ses-1") }
    let pilot = try StudyPower(Self.study(4000, sessions: design == .sessions ? 2 : 1, seed: 1), settings)
    let row = try #require(pilot.rows.first { $0.region == "R0" })
    #expect(row.power > 0.6 && row.power < 0.95 && row.powerLimits.low < row.power && row.power < row.powerLimits.high)
    let question: StudyContrast.Question =
      switch design {
      case .groups: .groups(column: "group", first: "a", second: "b")
      case .sessions: .sessions(first: "ses-0", second: "ses-1")
      case .association: .association(column: "x")
      }
    let asked = Self.settings(question)
    let found = try Parallel.map(1000, jobs: Parallel.cores) { number in
      Result {
        let study = Self.study(
          design == .groups ? 28 : 14, sessions: design == .sessions ? 2 : 1,
          groups: design == .groups ? effect : 0, change: design == .sessions ? effect : 0,
          slope: design == .association ? effect : 0, seed: UInt64(100 + number))
        return try StudyContrast(study, asked).rows[0].probability < 0.05
      }
    }.map { try $0.get() }
    let share = Double(found.count { $0 }) / 1000
    #expect(abs(share - row.power) < 0.03, "\(design): \(share), predicted \(row.power)")
  }

  /// Spread, its limits and what errors put into it; held covariates take the groups' difference out.
  @Test func spread() throws {
    let study = Self.study(40, groups: 1, seed: 3)
    var settings = StudyPower.Settings()
    (settings.effect, settings.designs, settings.covariates) = (0.2, [.groups], ["group"])
    settings.sets = [("one", ["R0"])]
    settings.outside = ["R1": "a side of R0"]
    let power = try StudyPower(study, settings)
    #expect(power.rows.map(\.region) == ["all", "one", "R0", "R1"])
    let row = power.rows[2]
    let values = study.values(StudyTable.logRatio, region: 0)
    let (a, b) = (Moments(Array(values[..<20])), Moments(Array(values[20...])))
    #expect(abs(row.spread - ((a.variance + b.variance) / 2).squareRoot()) < 1e-12)
    // Chi-squared of 38 at 0.025 and 0.975, by tables: 22.878 and 56.896.
    #expect(abs(row.spreadLimits.high / row.spread - (38 / 22.878).squareRoot()) < 1e-4)
    #expect(abs(row.spreadLimits.low / row.spread - (38 / 56.896).squareRoot()) < 1e-4)
    #expect(abs(row.errors - 0.05) < 1e-12)
    #expect(try #require(row.personsLimits.low) < row.persons! && row.persons! < #require(row.personsLimits.high))
    #expect(row.personsInFamily == row.persons, "one region of the family")
    #expect(power.rows[3].personsInFamily == nil && power.rows[3].notes.contains { $0.contains("a side of R0") })
    #expect(power.rows[1].spread == row.spread && power.rows[1].errors.isNaN)
    settings.covariates = []
    #expect(try StudyPower(study, settings).rows[2].spread > 2 * row.spread)
  }

  /// Without two sessions changes have no spread, but for one that is given; too few persons and a far effect are told.
  @Test func whatIsNotKnownIsNotTold() throws {
    var settings = StudyPower.Settings()
    (settings.effect, settings.designs, settings.planned) = (0.2, [.sessions], 10)
    let none = try StudyPower(Self.study(8, seed: 4), settings)
    #expect(none.rows.allSatisfy { $0.persons == nil && $0.power.isNaN && $0.spread.isNaN })
    #expect(none.rows.allSatisfy { $0.notes.contains { $0.contains("--retest-sd") } })
    settings.retest = 0.1
    let told = try StudyPower(Self.study(8, seed: 4), settings)
    #expect(abs(told.rows[1].spread - 0.1 * 2.0.squareRoot()) < 1e-15 && told.rows[1].personsLimits.low == nil)
    #expect(told.rows[1].persons == 7 && told.rows[0].persons == nil)
    settings.designs = [.groups]
    let one = try StudyPower(Self.study(1, seed: 4), settings)
    #expect(one.rows.allSatisfy { $0.persons == nil && !$0.notes.isEmpty })
    settings.effect = 1e-5
    let far = try StudyPower(Self.study(8, seed: 4), settings)
    #expect(far.rows[1].persons == nil && far.rows[1].notes.contains { $0.hasPrefix("more than") })
  }
}
