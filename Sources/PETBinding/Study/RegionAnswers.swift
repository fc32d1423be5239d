package import PETCore

/// A question answered for one measure: region by region, and for regions together.
struct RegionAnswers: Sendable {
  /// Ordinary least squares in one region, or of one set.
  struct Fit {
    let used: [Int]
    let model: LinearRegression
    let fit: LinearRegression.Fit
    /// Of each person; NaN for those without a value.
    let residuals: [Double]
    /// What known errors put into the residual variance; NaN where none are known.
    let known: Double

    /// Variance of the effect over the residual variance.
    var scale: Double { model.inverseGram[model.columns - 1][model.columns - 1] }
    var freedom: Double { Double(model.freedom) }
    var effect: Estimate {
      Estimate(fit.coefficients[model.columns - 1], standardError: (fit.variance * scale).squareRoot())
    }
  }

  /// What is said of a region besides its fit.
  struct About {
    var counts: [Int] = []
    var means: [Double] = []
    var notes: [String] = []
  }

  typealias Answer = (fit: Fit?, about: About)

  private let subjects: [StudyContrast.Subject]
  private let measured: Measured
  private let settings: StudyContrast.Settings
  private let answers: [Answer]
  /// Variances of the family, by region; nil where they are not told together.
  private let pooled: [Int: PooledVariances.Pooled]
  private(set) var findings: [Finding] = []

  init(_ subjects: [StudyContrast.Subject], _ measured: Measured, _ settings: StudyContrast.Settings, family: [Int]) {
    self.subjects = subjects
    self.measured = measured
    self.settings = settings
    let regions = (measured.values.first ?? []).indices
    let answers = regions.map { region in
      Self.answer(
        subjects, measured.values.map { $0[region] }, measured.variances.map { $0[region] }, settings.question,
        sides: measured.sides.map { $0[region] })
    }
    self.answers = answers
    guard !settings.isPlain else {
      pooled = [:]
      return
    }
    let members = family.filter { answers[$0].fit != nil }
    let together = PooledVariances(
      members.compactMap { answers[$0].fit }.map { own in
        PooledVariances.Region(
          variance: own.fit.variance, freedom: own.freedom, known: own.known, residuals: own.residuals)
      })
    pooled = Dictionary(zip(members, together.regions), uniquingKeysWith: { first, _ in first })
    if members.count < PooledVariances.fewest {
      if !members.isEmpty {
        findings.append(
          Finding(
            .note, .variancesApart, field: "q", value: "\(members.count)",
            "with fewer than \(PooledVariances.fewest) regions each has its own variance: p-pooled is p"))
      }
    } else if together.lacksErrors {
      findings.append(
        Finding(
          .note, .variancesAlike, field: "q",
          "errors of '\(settings.measure)' are not known: variances are drawn to one of all regions"))
    }
  }

  // MARK: - Rows

  func row(_ region: Int, _ name: String) -> StudyContrast.Row {
    var row = row(name, answers[region], measured.values.map { $0[region] })
    guard let fit = answers[region].fit else { return row }
    let own = pooled[region]
    // Its variance is pooled with nothing, and nothing is counted of it.
    if let why = settings.outside[name] {
      row.notes.append("no test of its own: \(why)")
      return row
    }
    if own?.isApart == true { row.notes.append("spread of its own: its variance is not pooled") }
    row.pooled = Self.pooled(fit, own, level: settings.level)
    return row
  }

  /// The mean of some regions, with equal weights.
  func row(of members: [Int], _ name: String) -> StudyContrast.Row {
    var (values, answer) = together(members)
    // Values are less the means of their regions: only differences are told.
    answer.about.means = answer.about.means.map { _ in .nan }
    answer.about.notes.append("mean of \(members.count) regions")
    return row(name, answer, values)
  }

  /// What a region is left with, and of whom.
  func spread(_ region: Int) -> Answer { answers[region] }

  func spread(of members: [Int]) -> Answer { together(members).answer }

  func effect(_ region: Int) -> (effect: Estimate, probability: Double) {
    guard let fit = answers[region].fit else { return (.missing, .nan) }
    let pooled = Self.pooled(fit, pooled[region], level: settings.level)
    return (Estimate(fit.effect.value, standardError: pooled.error), pooled.probability)
  }

  func effect(of members: [Int]) -> (effect: Estimate, probability: Double) {
    guard let fit = together(members).answer.fit else { return (.missing, .nan) }
    return (fit.effect, Distribution.twoSidedT(fit.effect.value / fit.effect.standardError, fit.freedom))
  }

  /// Whether effects differ between regions: the sum of t² of values less each person's mean, by permutation of persons.
  ///
  /// Who has no value in a region counts there as the mean of everybody.
  func heterogeneity(_ family: [Int]) -> Double {
    let members = family.filter { answers[$0].fit != nil }
    let centred = measured.centred(members, isPaired: settings.question.isPaired)
    let used = subjects.indices.filter { i in centred[i].contains(where: \.isFinite) }
    guard members.count > 1,
      let model = StudyContrast.model(of: used.map { subjects[$0] }, settings.question), model.freedom > 0
    else { return .nan }
    let responses = members.indices.map { region in
      used.map { i -> Double in
        let own = Moments(centred[i]).mean
        return centred[i][region].isFinite ? centred[i][region] - own : 0
      }
    }
    return Permutation(
      model, responses, isPaired: settings.question.isPaired, count: settings.permutations, seed: settings.seed
    ).combined
  }

  /// Everybody's mean of some regions, and what is said of it.
  private func together(_ members: [Int]) -> (values: [Double], answer: Answer) {
    let values = measured.centred(members, isPaired: settings.question.isPaired).map { Moments($0).mean }
    return (values, Self.answer(subjects, values, values.map { _ in .nan }, settings.question, sides: []))
  }

  private func row(_ name: String, _ answer: Answer, _ values: [Double]) -> StudyContrast.Row {
    let about = answer.about
    guard let own = answer.fit else {
      return StudyContrast.Row(
        region: name, counts: about.counts, means: about.means, effect: .missing, limits: (.nan, .nan), t: .nan,
        freedom: .nan, probability: .nan, permuted: .nan, leastPermuted: .nan, size: .nan, sizeLimits: (.nan, .nan),
        notes: about.notes)
    }
    let (model, effect) = (own.model, own.effect)
    let t = effect.value / effect.standardError
    let test = Permutation(
      model, [own.used.map { values[$0] }], isPaired: settings.question.isPaired, count: settings.permutations,
      seed: settings.seed)
    let size = StudyContrast.size(
      t, scale: own.scale, own.freedom, settings.question, level: settings.level)
    return StudyContrast.Row(
      region: name, counts: about.counts, means: about.means, effect: effect,
      limits: effect.limits(quantile: Quantile.twoSided(level: settings.level, degreesOfFreedom: own.freedom)), t: t,
      freedom: own.freedom, probability: Distribution.twoSidedT(t, own.freedom), permuted: test.probabilities[0],
      leastPermuted: test.least[0], size: size.value, sizeLimits: size.limits, notes: about.notes)
  }

  private static func pooled(_ fit: Fit, _ own: PooledVariances.Pooled?, level: Double) -> StudyContrast.Pooled {
    let variance = own?.variance ?? fit.fit.variance
    let freedom = own?.freedom ?? fit.freedom
    let effect = Estimate(fit.effect.value, standardError: (variance * fit.scale).squareRoot())
    let t = effect.value / effect.standardError
    return StudyContrast.Pooled(
      error: effect.standardError, t: t, freedom: freedom, probability: Distribution.twoSidedT(t, freedom),
      limits: effect.limits(quantile: Quantile.twoSided(level: level, degreesOfFreedom: freedom)))
  }

  // MARK: - Least squares

  /// - Parameters:
  ///   - values: of each subject; NaN for none.
  ///   - variances: squared errors of the values.
  ///   - sides: values in either session.
  private static func answer(
    _ subjects: [StudyContrast.Subject], _ values: [Double], _ variances: [Double],
    _ question: StudyContrast.Question, sides: [[Double]]
  ) -> Answer {
    let used = subjects.indices.filter { values[$0].isFinite }
    let y = used.map { values[$0] }
    let x = used.map { subjects[$0].interest }
    var about = About()
    switch question {
    case .groups:
      let groups = [0.0, 1].map { level in used.indices.filter { x[$0] == level } }
      about.counts = groups.map(\.count)
      about.means = groups.map { group in Moments(group.map { y[$0] }).mean }
    case .association:
      about.counts = [used.count]
      about.means = [Moments(y).mean]
    case .sessions:
      about.counts = [used.count]
      about.means = sides.isEmpty ? [.nan, .nan] : sides.map { side in Moments(used.map { side[$0] }).mean }
    }
    if used.count < subjects.count {
      about.notes.append("no value in \(subjects.count - used.count) of \(subjects.count)")
    }
    func absent(_ why: String) -> Answer {
      about.notes.append(why)
      return (nil, about)
    }
    if case .groups = question, (about.counts.min() ?? 0) < 2 { return absent("fewer than two in a group") }
    guard let model = StudyContrast.model(of: used.map { subjects[$0] }, question), model.freedom > 0 else {
      return absent("too few persons, or covariates that cannot be told apart")
    }
    let fit = model.fit(y)
    guard fit.variance > 0 else { return absent("no spread between persons") }
    var residuals = subjects.map { _ in Double.nan }
    for (i, residual) in zip(used, fit.residuals) { residuals[i] = residual }
    // Who has no error counts with the mean of the others.
    let known = Moments(used.map { variances[$0] })
    let sum = zip(used, model.leverages).reduce(0) { sum, own in
      let variance = variances[own.0].isFinite ? variances[own.0] : known.mean
      return sum + (1 - own.1) * variance
    }
    return (
      Fit(
        used: used, model: model, fit: fit, residuals: residuals, known: sum / Double(model.freedom)), about
    )
  }
}

extension Finding.Code {
  package static let variancesApart = Finding.Code("variances-apart")
  package static let variancesAlike = Finding.Code("variances-alike")
}
