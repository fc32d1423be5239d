import Foundation
package import PETCore

/// How many persons a study needs, region by region: from the spread that an earlier one had.
///
/// The test is that of `study` with each region's own variance. Variances that regions tell together find more over all of them, but
/// not in a region whose own is smaller than the others let expect.
package struct StudyPower: Sendable {
  package enum Design: String, Sendable, CaseIterable {
    /// Two groups of as many persons; persons are those of each.
    case groups
    /// The same persons twice.
    case sessions
    /// A quantity that the measure goes with; effects are for one SD of it.
    case association
  }

  package struct Settings: Sendable {
    package var measure = StudyTable.logRatio
    /// Difference of groups, change between sessions, or slope for one SD of a quantity; NaN where only `planned` is asked.
    package var effect = Double.nan
    package var power = 0.8
    package var alpha = 0.05
    /// Persons that there will be, in each group.
    package var planned: Int?
    package var designs = Design.allCases
    /// Of those with several, the one that tells the spread between persons.
    package var session: String?
    /// The two that tell the spread within them; nil where there are none.
    package var sessions: (first: String, second: String)?
    /// Within-subject SD of the measure in one session, in place of two sessions.
    package var retest: Double?
    package var covariates: [String] = []
    package var level = 0.95
    /// Regions that are not tests of their own, and why.
    package var outside: [String: String] = [:]
    package var sets: [(name: String, regions: [String])] = []

    package init() {}
  }

  package struct Row: Sendable {
    package enum Kind: String, Sendable { case all, set, region }

    package let region: String
    package let kind: Kind
    package let design: Design
    /// Persons that the spread is of.
    package let count: Int
    /// Residual SD, between persons or of the change within them, and its limits.
    package let spread: Double
    package let spreadLimits: (low: Double, high: Double)
    /// What known errors put into it; NaN where none are known.
    package let errors: Double
    /// Of the effect asked for, in SDs.
    package let size: Double
    /// For the power; nil beyond what anybody scans, or without an effect.
    package let persons: Int?
    /// With the limits of the spread.
    package let personsLimits: (low: Int?, high: Int?)
    /// Where this region alone of the family has the effect: at alpha over their number.
    package let personsInFamily: Int?
    /// Of the persons that are planned, for the effect; with the limits of the spread.
    package let power: Double
    package let powerLimits: (low: Double, high: Double)
    /// The smallest effect that the planned persons find with the power asked for.
    package let leastEffect: Double
    package let notes: [String]
  }

  package let settings: Settings
  package let rows: [Row]
  package let findings: [Finding]

  package init(_ table: StudyTable, _ settings: Settings) throws(PETError) {
    self.settings = settings
    let family = table.regions.indices.filter { settings.outside[table.regions[$0]] == nil }
    var named: [(name: String, kind: Row.Kind, members: [Int])] = [("all", .all, family)]
    for set in settings.sets { named.append((set.name, .set, try table.places(of: set))) }
    var rows: [Row] = []
    var findings = [table.leftOutFinding].compactMap { $0 }
    for design in settings.designs {
      let spreads = try Spreads(table, settings, design)
      findings += spreads.findings.filter { own in !findings.contains { $0.field == own.field } }
      @Sendable func row(_ name: String, _ kind: Row.Kind, _ spread: Spread, tests: Int?) -> Row {
        Self.row(name, kind, design, spread, settings, held: spreads.held, tests: tests)
      }
      rows += named.map { row($0.name, $0.kind, spreads.of($0.members), tests: nil) }
      rows += Parallel.map(table.regions.count, jobs: Parallel.cores) { region in
        row(
          table.regions[region], .region, spreads.of(region),
          tests: settings.outside[table.regions[region]] == nil ? family.count : nil)
      }
    }
    (self.rows, self.findings) = (rows, findings)
  }

  private static func row(
    _ name: String, _ kind: Row.Kind, _ design: Design, _ spread: Spread, _ settings: Settings, held: Int, tests: Int?
  ) -> Row {
    var notes = spread.notes
    if kind == .region, let why = settings.outside[name] { notes.append("no test of its own: \(why)") }
    let test = PlannedTest(design: design, alpha: settings.alpha, held: held)
    func persons(_ test: PlannedTest, _ spread: Double) -> Int? {
      test.persons(settings.effect / spread, power: settings.power)
    }
    let needed = persons(test, spread.sd)
    if settings.effect.isFinite, spread.sd.isFinite, needed == nil {
      notes.append("more than \(PlannedTest.most) persons")
    }
    func power(_ spread: Double) -> Double {
      settings.planned.map { test.power(abs(settings.effect) / spread, persons: $0) } ?? .nan
    }
    return Row(
      region: name, kind: kind, design: design, count: spread.count, spread: spread.sd, spreadLimits: spread.limits,
      errors: spread.errors, size: settings.effect / spread.sd, persons: needed,
      personsLimits: (persons(test, spread.limits.low), persons(test, spread.limits.high)),
      personsInFamily: tests.flatMap { count in
        persons(PlannedTest(design: design, alpha: settings.alpha / Double(count), held: held), spread.sd)
      },
      power: power(spread.sd), powerLimits: (power(spread.limits.high), power(spread.limits.low)),
      leastEffect: (settings.planned.map { test.effect(persons: $0, power: settings.power) } ?? .nan) * spread.sd,
      notes: notes)
  }

  // MARK: - Spread

  /// What persons differ by that is not explained.
  private struct Spread {
    var count = 0
    var sd = Double.nan
    var limits = (low: Double.nan, high: Double.nan)
    var errors = Double.nan
    var notes: [String] = []
  }

  /// Spreads of one design, by region and of regions together.
  private struct Spreads {
    private let answers: RegionAnswers?
    /// Of each region's change where the within-subject SD is given.
    private let given: Double?
    private let level: Double
    private(set) var findings: [Finding] = []
    let held: Int

    init(_ table: StudyTable, _ settings: Settings, _ design: Design) throws(PETError) {
      level = settings.level
      given = design == .sessions ? settings.retest.map { 2.0.squareRoot() * $0 } : nil
      if given != nil || design == .sessions && settings.sessions == nil {
        (answers, held) = (nil, 0)
        return
      }
      let (places, second) = try StudyContrast.places(
        table, session: settings.session ?? settings.sessions?.first,
        pair: design == .sessions ? settings.sessions : nil)
      let persons = places.map { table.person(table.visits[$0].participant) }
      let covariates = try settings.covariates.map { (name) throws(PETError) in try Covariate(name, of: persons) }
      let usable = persons.indices.filter { i in covariates.allSatisfy { $0.values(of: persons[i]) != nil } }
      findings = persons.indices.filter { !usable.contains($0) }.map { i in
        Finding(
          .warning, .leftOut, field: persons[i].id, "a covariate is not known", remedy: "the person does not count")
      }
      held = covariates.reduce(0) { $0 + $1.columns.count }
      var measured = Measured(table, settings.measure, places, second, usable)
      // Spread about the mean of each region, whatever it is; changes keep theirs, as `study` does.
      if second == nil { measured = measured.lessMeans }
      let subjects = usable.indices.map { i in
        StudyContrast.Subject(
          participant: persons[usable[i]].id, interest: 1, values: measured.values[i],
          held: covariates.flatMap { $0.values(of: persons[usable[i]]) ?? [] })
      }
      // What is left about a mean, covariates held: the question of two sessions has that model.
      var one = StudyContrast.Settings(.sessions(first: "", second: ""))
      one.isPlain = true
      answers = RegionAnswers(subjects, measured, one, family: [])
    }

    func of(_ region: Int) -> Spread { answers.map { spread($0.spread(region)) } ?? told }

    func of(_ members: [Int]) -> Spread {
      guard let answers else {
        return Spread(notes: [given == nil ? StudyPower.noSessions : "--retest-sd is of regions, not of their mean"])
      }
      var own = spread(answers.spread(of: members))
      own.notes.append("mean of \(members.count) regions")
      return own
    }

    private var told: Spread {
      given.map { Spread(sd: $0, notes: ["SD of the change from --retest-sd: no limits"]) }
        ?? Spread(notes: [StudyPower.noSessions])
    }

    private func spread(_ answer: (fit: RegionAnswers.Fit?, about: RegionAnswers.About)) -> Spread {
      var own = Spread(count: answer.about.counts.first ?? 0, notes: answer.about.notes)
      guard let fit = answer.fit else { return own }
      own.sd = fit.fit.variance.squareRoot()
      let tail = (1 - level) / 2
      let limits = [1 - tail, tail].map { (fit.freedom / Quantile.chiSquared($0, fit.freedom)).squareRoot() * own.sd }
      own.limits = (limits[0], limits[1])
      own.errors = fit.known.squareRoot()
      return own
    }
  }

  private static let noSessions = "nobody has two sessions: give --retest-sd"
}
