import Foundation
package import PETCore
import PETTracers

/// One question put to every region of a study.
///
/// Does a measure differ between two groups, between two sessions, or go with a continuous quantity, covariates held?
package struct StudyContrast: Sendable {
  package enum Question: Sendable, Equatable {
    /// The second level less the first of a column.
    case groups(column: String, first: String, second: String)
    /// The slope on a column of numbers.
    case association(column: String)
    /// The second session less the first, within persons.
    case sessions(first: String, second: String)

    /// Whether persons are their own controls.
    var isPaired: Bool { pair != nil }
    var pair: (first: String, second: String)? {
      if case .sessions(let first, let second) = self { (first, second) } else { nil }
    }
  }

  package struct Settings: Sendable {
    package var question: Question
    package var measure = StudyTable.logRatio
    package var covariates: [String] = []
    /// Of persons with several; nil where each has one.
    package var session: String?
    package var level = 0.95
    package var permutations = 10_000
    package var seed: UInt64 = 1
    /// Regions that are not counted among the tests, and why: sides and composites of others.
    package var outside: [String: String] = [:]
    /// Regions each by themselves, and false discoveries from `permuted`: for universes, which ask the same many times.
    var isPlain = false
    /// Regions that are asked together, named beforehand.
    package var sets: [(name: String, regions: [String])] = []

    package init(_ question: Question) { self.question = question }

    var plain: Settings {
      var other = self
      other.isPlain = true
      return other
    }
  }

  package struct Row: Sendable {
    package let region: String
    /// Persons that count; of each group where there are two.
    package let counts: [Int]
    /// Mean of the measure in each group or session; of all for an association.
    package let means: [Double]
    /// Difference of means, or slope, adjusted for the covariates.
    package let effect: Estimate
    package let limits: (low: Double, high: Double)
    package let t: Double
    package let freedom: Double
    package let probability: Double
    /// By permutation of residuals (Freedman and Lane 1983, doi:10.1080/07350015.1983.10509354), signs for sessions.
    package let permuted: Double
    /// The smallest that `permuted` can be with these persons.
    package let leastPermuted: Double
    /// With the variance that the regions tell together; nil for sets and outside the family.
    package internal(set) var pooled: Pooled?
    /// Benjamini and Hochberg's: over regions of the family from `pooled` (plain: from `permuted`), over sets from `permuted`.
    package internal(set) var discovery = Double.nan
    /// The same of either system alone, of the logarithm of its binding: numerator and denominator; empty for other measures than
    /// the log ratio.
    package internal(set) var systems: [(effect: Estimate, probability: Double)] = []
    /// Hedges' g, its paired form, or a partial correlation.
    package let size: Double
    package let sizeLimits: (low: Double, high: Double)
    package var notes: [String]
  }

  /// An effect with the variance that its region has together with the others (`PooledVariances`).
  package struct Pooled: Sendable {
    package let error: Double
    package let t: Double
    package let freedom: Double
    package let probability: Double
    package let limits: (low: Double, high: Double)
  }

  /// A person that counts, with what the question asks of them.
  package struct Subject: Sendable {
    package let participant: String
    /// 0 and 1 in two groups, the quantity of an association, 1 for sessions.
    package let interest: Double
    /// The measure in each region, or its change between sessions; NaN where there is none.
    package let values: [Double]
    /// Columns of the covariates.
    let held: [Double]
  }

  package let settings: Settings
  package let subjects: [Subject]
  /// Of each region.
  package let rows: [Row]
  /// Of all regions of the family together, and of each set that was named.
  package let sets: [Row]
  /// Whether effects differ between the regions of the family at all: p by permutation of persons; NaN with fewer than two regions.
  package let heterogeneity: Double
  package let findings: [Finding]
  /// The two that have effects of their own in every row; empty for other measures than the log ratio.
  package let systems: [String]
  /// What `size` is.
  package let sizeName: String

  package init(_ table: StudyTable, _ settings: Settings) throws(PETError) {
    self.settings = settings
    var findings = [table.leftOutFinding].compactMap { $0 }
    let (places, second) = try Self.places(table, session: settings.session, pair: settings.question.pair)
    let persons = places.map { table.person(table.visits[$0].participant) }
    let interest = try Self.interest(settings.question, persons)
    // Who is not asked about, as of a third group, decides nothing.
    let asked = persons.indices.filter { interest[$0].isFinite }
    let covariates = try settings.covariates.map { (name) throws(PETError) in
      try Covariate(name, of: asked.map { persons[$0] })
    }
    let usable = asked.filter { i in covariates.allSatisfy { $0.values(of: persons[i]) != nil } }
    for i in persons.indices where !usable.contains(i) {
      findings.append(
        Finding(
          .warning, .leftOut, field: persons[i].id,
          interest[i].isFinite ? "a covariate is not known" : Self.reason(settings.question, persons[i]),
          remedy: "the person does not count"))
    }
    for visit in table.visits where !places.contains(where: { table.visits[$0].participant == visit.participant }) {
      guard !findings.contains(where: { $0.field == visit.participant }) else { continue }
      findings.append(
        Finding(
          .warning, .leftOut, field: visit.participant, "there is no visit of the session asked for",
          remedy: "the person does not count"))
    }
    switch settings.question {
    case .groups, .sessions: sizeName = "hedges-g"
    case .association: sizeName = "partial-correlation"
    }
    let own = Measured(table, settings.measure, places, second, usable)
    let subjects = usable.indices.map { i in
      Subject(
        participant: persons[usable[i]].id, interest: interest[usable[i]], values: own.values[i],
        held: covariates.flatMap { $0.values(of: persons[usable[i]]) ?? [] })
    }
    self.subjects = subjects
    let family = table.regions.indices.filter { settings.outside[table.regions[$0]] == nil }
    let named = try settings.sets.map { (set) throws(PETError) in
      (set.name, try table.places(of: set))
    }
    let answers = RegionAnswers(subjects, own, settings, family: family)
    var rows = Parallel.map(table.regions.count, jobs: Parallel.cores) { region in
      answers.row(region, table.regions[region])
    }
    let discoveries = FalseDiscovery.adjusted(
      rows.indices.map { i in
        guard family.contains(i) else { return .nan }
        return settings.isPlain ? rows[i].permuted : rows[i].pooled?.probability ?? .nan
      })
    for (i, q) in discoveries.enumerated() { rows[i].discovery = q }
    let together = settings.isPlain ? [] : [("all", family)] + named
    var sets = together.map { name, members in answers.row(of: members, name) }
    for (i, q) in FalseDiscovery.adjusted(sets.map(\.permuted)).enumerated() { sets[i].discovery = q }
    systems =
      settings.measure == StudyTable.logRatio && !settings.isPlain
      ? [table.systems.numerator.rawValue, table.systems.denominator.rawValue] : []
    for system in systems {
      let alone = RegionAnswers(
        subjects, Measured(table, system, places, second, usable, isLogarithm: true), settings, family: family)
      for i in rows.indices { rows[i].systems.append(alone.effect(i)) }
      for (i, set) in together.enumerated() { sets[i].systems.append(alone.effect(of: set.1)) }
    }
    (self.rows, self.sets) = (rows, sets)
    heterogeneity = settings.isPlain ? .nan : answers.heterogeneity(family)
    self.findings = findings + answers.findings
  }

  /// The visits that count; for two sessions those of the first and of the second, person by person.
  static func places(
    _ table: StudyTable, session: String?, pair: (first: String, second: String)?
  ) throws(PETError) -> ([Int], [Int]?) {
    guard let pair else { return (try table.places(named: session), nil) }
    let (a, b) = (try table.places(named: pair.first), try table.places(named: pair.second))
    let both = a.compactMap { i in
      b.first { table.visits[$0].participant == table.visits[i].participant }.map { (i, $0) }
    }
    return (both.map(\.0), both.map(\.1))
  }

  /// The column of the question in the design; NaN for persons it does not hold.
  private static func interest(_ question: Question, _ persons: [Person]) throws(PETError) -> [Double] {
    func check(_ column: String) throws(PETError) {
      guard persons.allSatisfy({ $0.values[column] == nil }) else { return }
      throw PETError(
        .wrongInput, field: column, "nobody has a value of '\(column)'",
        remedy: NearestName.advice(for: column, among: Set(persons.flatMap(\.values.keys)).sorted()))
    }
    switch question {
    case .groups(let column, let first, let second):
      try check(column)
      let values = persons.map { $0.values[column] }
      for level in [first, second] where !values.contains(level) {
        throw PETError(
          .wrongInput, field: column, "nobody has '\(level)'",
          remedy: NearestName.advice(for: level, among: Set(values.compactMap { $0 }).sorted()))
      }
      return values.map { $0 == second ? 1 : $0 == first ? 0 : .nan }
    case .association(let column):
      try check(column)
      guard persons.contains(where: { $0.number(column) != nil }) else {
        throw PETError(
          .wrongInput, field: column, "it holds words, not numbers", remedy: "ask for two of its levels (--groups)")
      }
      return persons.map { $0.number(column) ?? .nan }
    case .sessions: return persons.map { _ in 1 }
    }
  }

  private static func reason(_ question: Question, _ person: Person) -> String {
    switch question {
    case .groups(let column, _, _), .association(let column):
      person.values[column].map { "\(column) is '\($0)'" } ?? "\(column) is not known"
    case .sessions: "a session is missing"
    }
  }

  /// The model of some subjects, the question's column last; nil where its columns cannot be told apart.
  ///
  /// Covariates stand in it less their means, so that a constant stays what it is.
  static func model(of subjects: [Subject], _ question: Question) -> LinearRegression? {
    var columns: [[Double]] = question.isPaired ? [] : [subjects.map { _ in 1 }]
    for j in (subjects.first?.held ?? []).indices {
      let column = subjects.map { $0.held[j] }
      let mean = Moments(column).mean
      columns.append(column.map { $0 - mean })
    }
    return LinearRegression(columns: columns + [subjects.map(\.interest)])
  }

  /// The standardised effect (Hedges 1981, doi:10.3102/10769986006002107) with its limits.
  ///
  /// Limits of g are those of the noncentrality of t (Steiger and Fouladi 1997), so that they hold with three persons a group as with
  /// hundreds; those of a partial correlation are Fisher's.
  ///
  /// - Parameter scale: variance of the effect over the residual variance.
  static func size(
    _ t: Double, scale: Double, _ freedom: Double, _ question: Question, level: Double
  ) -> (value: Double, limits: (low: Double, high: Double)) {
    // The correction has no meaning for one degree of freedom.
    guard freedom >= 2 else { return (.nan, (.nan, .nan)) }
    if case .association = question {
      let r = t / (t * t + freedom).squareRoot()
      return (r, Correlation.limits(r, count: freedom + 2, level: level))
    }
    let unit = scale.squareRoot()
    let limits = NoncentralT.limits(t, freedom: freedom, level: level)
    return ((1 - 3 / (4 * freedom - 1)) * t * unit, (limits.low * unit, limits.high * unit))
  }
}

extension Finding.Code {
  package static let leftOut = Finding.Code("left-out")
}
