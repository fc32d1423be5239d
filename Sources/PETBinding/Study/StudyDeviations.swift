package import PETCore

/// How far every person is from a reference group, region by region, adjusted for covariates such as age and sex.
///
/// Members of the group are held against the others: each is left out of the norm that it is measured by.
package struct StudyDeviations: Sendable {
  package struct Row: Sendable {
    package let visit: StudyTable.Visit
    package let measure: String
    package let region: String
    package let value: Double
    /// Nil where there is no norm, or the person's covariates are not known.
    package let deviation: NormTable.Deviation?
    package let isMember: Bool
    /// Why there is no number, or what its z is not.
    package let note: String
  }

  package let norms: NormTable
  package let rows: [Row]
  package let findings: [Finding]
  /// Persons of the reference group.
  package let members: Int

  /// The smallest norm that a z rests on where it is no z; nil where all are large enough.
  package var smallNorm: Finding? {
    let small = rows.compactMap(\.deviation).filter { $0.caution != nil }
    guard let least = small.min(by: { $0.freedom < $1.freedom }), let caution = least.caution else { return nil }
    return Finding(
      .warning, .fewReferences, field: "z", value: least.count.map(String.init) ?? "n/a", caution,
      remedy: "judge by t and p; a norm of \(NormTable.fewestForZ) persons or more has a z worth the name")
  }

  /// Fewer persons than this beyond the coefficients make no norm.
  package static let leastFreedom = 3

  /// Against a group of the study.
  ///
  /// - Parameters:
  ///   - level: of `column` that the reference group has.
  ///   - session: of persons with several.
  package init(
    _ table: StudyTable, column: String, level: String, session: String?, covariates names: [String],
    measures: [String]
  ) throws(PETError) {
    let places = try table.places(named: session)
    let persons = places.map { table.person(table.visits[$0].participant) }
    let group = persons.indices.filter { persons[$0].values[column] == level }
    guard !group.isEmpty else {
      let seen = Set(persons.compactMap { $0.values[column] }).sorted()
      throw PETError(
        .wrongInput, field: column, "nobody of the study has '\(level)'",
        remedy: seen.isEmpty ? "check the column of participants.tsv" : NearestName.advice(for: level, among: seen))
    }
    let covariates = try names.map { (name) throws(PETError) in
      try Covariate(name, of: group.map { persons[$0] })
    }
    var findings = [table.leftOutFinding].compactMap { $0 }
    func design(_ person: Person) -> [Double]? {
      NormTable(covariates: covariates, norms: []).design(of: person)
    }
    let designs = persons.map(design)
    let members = group.filter { designs[$0] != nil }
    for i in group where designs[i] == nil {
      findings.append(
        Finding(
          .warning, .leftOut, field: persons[i].id, "a covariate is not known",
          remedy: "the person is not in the norm"))
    }
    func norm(_ measure: String, _ region: Int, without place: Int?) -> NormTable.Norm? {
      let values = table.values(measure, region: region)
      let used = members.filter { $0 != place && values[places[$0]].isFinite }
      let rows = used.compactMap { designs[$0] }
      let columns = (rows.first ?? []).indices.map { j in rows.map { $0[j] } }
      guard let model = LinearRegression(columns: columns), model.freedom >= Self.leastFreedom else { return nil }
      let fit = model.fit(used.map { values[places[$0]] })
      return NormTable.Norm(
        measure: measure, region: table.regions[region], count: used.count, freedom: Double(model.freedom),
        sd: fit.variance.squareRoot(), coefficients: fit.coefficients, inverseGram: model.inverseGram)
    }
    var norms: [NormTable.Norm] = []
    var rows: [Row] = []
    for measure in measures {
      for region in table.regions.indices {
        let values = table.values(measure, region: region)
        let own = norm(measure, region, without: nil)
        if let own { norms.append(own) }
        let whole = NormTable(covariates: covariates, norms: own.map { [$0] } ?? [])
        for (i, place) in places.enumerated() {
          let isMember = members.contains(i)
          let against =
            isMember
            ? NormTable(covariates: covariates, norms: norm(measure, region, without: i).map { [$0] } ?? []) : whole
          rows.append(
            Self.row(
              table.visits[place], measure, table.regions[region], values[place], persons[i], against,
              isMember: isMember))
        }
      }
    }
    self.norms = NormTable(covariates: covariates, norms: norms, pair: table.pair)
    self.rows = rows
    self.members = members.count
    self.findings = findings
  }

  /// Against a table of norms of other people; nobody of the study is a member.
  package init(_ table: StudyTable, norms: NormTable, session: String?, measures: [String]) throws(PETError) {
    if let pair = norms.pair, pair != table.pair {
      throw PETError(
        .wrongInput, field: "--norms", "they are of \(pair), the study is of \(table.pair)",
        remedy: "give norms of the same tracers, models, scanner and pipeline")
    }
    let wanted = measures.filter { measure in norms.norms.contains { $0.measure == measure } }
    guard !wanted.isEmpty else {
      throw PETError(
        .wrongInput, field: "--norms", "they hold none of \(measures.joined(separator: ", "))",
        remedy: "they hold: " + Set(norms.norms.map(\.measure)).sorted().joined(separator: ", "))
    }
    self.norms = norms
    findings =
      norms.pair == nil
      ? [
        Finding(
          .warning, .normsUnknown, field: "--norms", "the table does not say its tracers",
          remedy: "only norms of the same tracers, models, scanner and pipeline tell anything")
      ] : []
    members = 0
    let places = try session == nil ? Array(table.visits.indices) : table.places(named: session)
    rows = wanted.flatMap { measure in
      table.regions.indices.flatMap { region in
        let values = table.values(measure, region: region)
        return places.map { place in
          Self.row(
            table.visits[place], measure, table.regions[region], values[place],
            table.person(table.visits[place].participant), norms, isMember: false)
        }
      }
    }
  }

  private static func row(
    _ visit: StudyTable.Visit, _ measure: String, _ region: String, _ value: Double, _ person: Person,
    _ norms: NormTable, isMember: Bool
  ) -> Row {
    let deviation = norms.deviation(of: value, measure: measure, region: region, person: person)
    let note =
      value.isNaN
      ? "no value"
      : norms.norm(measure, region) == nil
        ? "no norm: too few persons"
        : norms.design(of: person) == nil ? "a covariate is not known" : deviation?.caution ?? ""
    return Row(
      visit: visit, measure: measure, region: region, value: value, deviation: deviation, isMember: isMember, note: note
    )
  }
}

extension Finding.Code {
  package static let fewReferences = Finding.Code("few-references")
  package static let normsUnknown = Finding.Code("norms-unknown")
}
