import Foundation
package import PETCore

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
    var isPaired: Bool { if case .sessions = self { true } else { false } }
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

    package init(_ question: Question) { self.question = question }
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
    /// Benjamini and Hochberg's over regions, from `permuted`.
    package var discovery = Double.nan
    /// Hedges' g, its paired form, or a partial correlation.
    package let size: Double
    package let sizeLimits: (low: Double, high: Double)
    package var notes: [String]
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
  package let rows: [Row]
  package let findings: [Finding]
  /// What `size` is.
  package let sizeName: String

  package init(_ table: StudyTable, _ settings: Settings) throws(PETError) {
    self.settings = settings
    var findings = [table.leftOutFinding].compactMap { $0 }
    let (places, second) = try Self.places(table, settings)
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
    let measured = table.regions.indices.map { table.values(settings.measure, region: $0) }
    let subjects = usable.map { i in
      Subject(
        participant: persons[i].id, interest: interest[i],
        values: measured.map { all in second.map { all[$0[i]] - all[places[i]] } ?? all[places[i]] },
        held: covariates.flatMap { $0.values(of: persons[i]) ?? [] })
    }
    self.subjects = subjects
    var rows = Parallel.map(table.regions.count, jobs: Parallel.cores) { region in
      let sides = second.map { second in [places, second].map { side in usable.map { measured[region][side[$0]] } } }
      return Self.row(table.regions[region], subjects, subjects.map { $0.values[region] }, settings, sides: sides ?? [])
    }
    for (i, q) in FalseDiscovery.adjusted(rows.map(\.permuted)).enumerated() { rows[i].discovery = q }
    self.rows = rows
    self.findings = findings
  }

  /// The visits that count; for sessions those of the first and of the second, person by person.
  private static func places(_ table: StudyTable, _ settings: Settings) throws(PETError) -> ([Int], [Int]?) {
    guard case .sessions(let first, let second) = settings.question else {
      return (try table.places(named: settings.session), nil)
    }
    let (a, b) = (try table.places(named: first), try table.places(named: second))
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

  private static func row(
    _ region: String, _ subjects: [Subject], _ values: [Double], _ settings: Settings, sides: [[Double]]
  ) -> Row {
    let used = subjects.indices.filter { values[$0].isFinite }
    let y = used.map { values[$0] }
    let x = used.map { subjects[$0].interest }
    let counts: [Int]
    var means: [Double]
    switch settings.question {
    case .groups:
      let groups = [0.0, 1].map { level in used.indices.filter { x[$0] == level } }
      counts = groups.map(\.count)
      means = groups.map { group in Moments(group.map { y[$0] }).mean }
    case .association:
      counts = [used.count]
      means = [Moments(y).mean]
    case .sessions:
      counts = [used.count]
      means = sides.map { side in Moments(used.map { side[$0] }).mean }
    }
    var notes: [String] = []
    if used.count < subjects.count { notes.append("no value in \(subjects.count - used.count) of \(subjects.count)") }
    func absent(_ why: String) -> Row {
      Row(
        region: region, counts: counts, means: means, effect: .missing, limits: (.nan, .nan), t: .nan, freedom: .nan,
        probability: .nan, permuted: .nan, size: .nan, sizeLimits: (.nan, .nan), notes: notes + [why])
    }
    if case .groups = settings.question, (counts.min() ?? 0) < 2 { return absent("fewer than two in a group") }
    guard let model = Self.model(of: used.map { subjects[$0] }, settings.question), model.freedom > 0 else {
      return absent("too few persons, or covariates that cannot be told apart")
    }
    let fit = model.fit(y)
    guard fit.variance > 0 else { return absent("no spread between persons") }
    let last = model.columns - 1
    let effect = Estimate(
      fit.coefficients[last], standardError: (fit.variance * model.inverseGram[last][last]).squareRoot())
    let freedom = Double(model.freedom)
    let t = effect.value / effect.standardError
    let permuted = Permutation(
      model, [y], isPaired: settings.question.isPaired, count: settings.permutations, seed: settings.seed
    ).probabilities[0]
    let (size, error) = Self.size(
      t, effect.value / fit.variance.squareRoot(), freedom, counts, settings.question)
    let normal = Quantile.twoSided(level: settings.level, degreesOfFreedom: .infinity)
    let sizeLimits: (Double, Double)
    if case .association = settings.question {
      sizeLimits = Correlation.limits(
        size, count: Double(used.count - (model.columns - 2)), level: settings.level)
    } else {
      sizeLimits = (size - normal * error, size + normal * error)
    }
    return Row(
      region: region, counts: counts, means: means, effect: effect,
      limits: effect.limits(quantile: Quantile.twoSided(level: settings.level, degreesOfFreedom: freedom)), t: t,
      freedom: freedom, probability: Distribution.twoSidedT(t, freedom), permuted: permuted, size: size,
      sizeLimits: sizeLimits, notes: notes)
  }

  /// The standardised effect and its large-sample error (Hedges 1981, doi:10.3102/10769986006002107).
  ///
  /// - Parameter standardised: effect over residual SD.
  private static func size(
    _ t: Double, _ standardised: Double, _ freedom: Double, _ counts: [Int], _ question: Question
  ) -> (Double, Double) {
    // The correction has no meaning for one degree of freedom.
    guard freedom >= 2 else { return (.nan, .nan) }
    let g = (1 - 3 / (4 * freedom - 1)) * standardised
    switch question {
    case .groups:
      let (first, second) = (Double(counts[0]), Double(counts[1]))
      return (g, (1 / first + 1 / second + g * g / (2 * (first + second))).squareRoot())
    case .sessions:
      let n = Double(counts[0])
      return (g, (1 / n + g * g / (2 * n)).squareRoot())
    case .association: return (t / (t * t + freedom).squareRoot(), .nan)
    }
  }
}

extension Finding.Code {
  package static let leftOut = Finding.Code("left-out")
}
