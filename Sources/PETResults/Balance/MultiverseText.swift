package import PETBinding
package import PETCore
package import PETTracers

/// The universes of a study as tables.
package struct MultiverseText: Sendable {
  /// A pair's balance in one universe; nil where it failed.
  package struct Entry: Sendable {
    package let universe: Int
    package let participant: String
    package let session: String?
    package let balance: BalanceTable?

    package init(universe: Int, participant: String, session: String?, balance: BalanceTable?) {
      self.universe = universe
      self.participant = participant
      self.session = session
      self.balance = balance
    }
  }

  private let choices: [String]
  /// Values of the choices, universe after universe.
  private let values: [[String]]
  private let entries: [Entry]
  private let systems: BalanceSystems
  private let rule: CountingRule
  private let regions: [String]
  private let visits: [StudyTable.Visit]

  package init(
    choices: [String], values: [[String]], entries: [Entry], systems: BalanceSystems,
    rule: CountingRule = CountingRule()
  ) {
    self.rule = rule
    self.choices = choices
    self.values = values
    self.entries = entries
    self.systems = systems
    var regions: [String] = []
    var keys: Set<String> = []
    var visits: [StudyTable.Visit] = []
    for entry in entries {
      let visit = StudyTable.Visit(participant: entry.participant, session: entry.session)
      if !visits.contains(visit) { visits.append(visit) }
      for row in entry.balance?.rows ?? [] where keys.insert(RegionName.key(row.region)).inserted {
        regions.append(row.region)
      }
    }
    self.regions = regions
    self.visits = visits
  }

  /// The universes and what they choose.
  package var universes: String {
    var text = TSVText(columns: ["universe"] + choices)
    for (i, own) in values.enumerated() { text.add(["\(i + 1)"] + own) }
    return text.text
  }

  /// One row for each universe, person and region.
  package var tsv: String {
    let (a, b) = (systems.numerator.rawValue, systems.denominator.rawValue)
    var text = TSVText(
      columns: ["universe"] + choices + ["participant_id", "session_id", "region", a, "\(a)-se", "\(a)-status", b]
        + ["\(b)-se", "\(b)-status", "ratio", "log-ratio", "log-ratio-se", "status"])
    for entry in entries {
      for row in entry.balance?.rows ?? [] {
        func side(_ row: BindingTable.Row?) -> [String] {
          [row?.estimate.value, row?.estimate.standardError].map { NumberText.exact($0 ?? .nan) } + [
            row?.ending.status ?? "n/a"
          ]
        }
        text.add(
          ["\(entry.universe)"] + values[entry.universe - 1] + [entry.participant, entry.session ?? "n/a", row.region]
            + side(row.numerator) + side(row.denominator)
            + [row.ratio, row.logRatio.value, row.logRatio.standardError].map(NumberText.exact) + [row.status.rawValue])
      }
    }
    return text.text
  }

  /// What each universe has of every person, as a study.
  private func study(_ universe: Int, persons: [Person], pair: String) -> StudyTable {
    let own = entries.filter { $0.universe == universe }
    let places = Dictionary(regions.enumerated().map { (RegionName.key($1), $0) }, uniquingKeysWith: { a, _ in a })
    let names = [systems.numerator.rawValue, systems.denominator.rawValue, StudyTable.logRatio]
    let empty = [[Double]](repeating: [Double](repeating: .nan, count: regions.count), count: visits.count)
    var values = Dictionary(uniqueKeysWithValues: names.map { ($0, empty) })
    for entry in own {
      let visit = StudyTable.Visit(participant: entry.participant, session: entry.session)
      guard let place = visits.firstIndex(of: visit) else { continue }
      for row in entry.balance?.rows ?? [] {
        guard let region = places[RegionName.key(row.region)] else { continue }
        for (name, side) in zip(names, [row.numerator, row.denominator]) {
          guard let side, rule.takes(fit: side.ending.status, status: row.status.rawValue) else { continue }
          values[name]?[place][region] = side.estimate.value
        }
        if row.status.counts(includingFlagged: rule.includesFlagged) {
          values[names[2]]?[place][region] = row.logRatio.value
        }
      }
    }
    return StudyTable(
      systems: systems, pair: pair, visits: visits, regions: regions, persons: persons, values: values)
  }

  /// How many rows do not count, over all universes, and why.
  package var leftOutFinding: Finding? {
    let rows = entries.flatMap { $0.balance?.rows ?? [] }
    var leftOut: [String: Int] = [:]
    for row in rows where !row.status.counts(includingFlagged: rule.includesFlagged) {
      leftOut[row.status.rawValue, default: 0] += 1
    }
    return StudyTable.finding(leftOut: leftOut, of: rows.count)
  }

  /// One row for each measure and region: how far the choices move it, and which moves it most.
  package var spread: String {
    let studies = values.indices.map { study($0 + 1, persons: [], pair: "") }
    let measures = [systems.numerator.rawValue, systems.denominator.rawValue, StudyTable.logRatio]
    let rows = measures.flatMap { measure in
      regions.indices.map { region in
        let own = UniverseSpread(studies.map { $0.values(measure, region: region) }, choices: values)
        return SpreadRow(
          region: regions[region], measure: measure, universes: own.universes, told: own.told, visits: own.persons,
          median: own.median, least: own.least, most: own.most, sd: own.sd,
          mostMoving: own.mostMoving.map { choices[$0] } ?? "n/a", shares: own.shares)
      }
    }
    return TSVText(SpreadRow.columns(choices: choices), rows).text
  }

  /// One question in every universe: rows of universes, and of regions over them.
  package func contrasts(_ settings: StudyContrast.Settings, persons: [Person]) throws(PETError)
    -> (universes: String, regions: String, rows: [UniverseContrastRow])
  {
    let contrast = try UniverseContrast(
      values.indices.map { study($0 + 1, persons: persons, pair: "") }, settings)
    var all = TSVText(
      columns: ["universe"] + choices + ["region", "effect", "effect-se", "p-permutation", "q", "p-joint", "note"])
    for (universe, own) in contrast.universes.enumerated() {
      for (region, row) in own.rows.enumerated() {
        all.add(
          ["\(universe + 1)"] + values[universe] + [row.region]
            + [
              row.effect.value, row.effect.standardError, row.permuted, row.discovery,
              contrast.rows[region].joint[universe],
            ].map(NumberText.exact) + [row.notes.joined(separator: "; ")])
      }
    }
    let rows = contrast.rows.enumerated().map { region, row in
      summary(row, contrast.universes.map { $0.rows[region] })
    }
    return (all.text, TSVText(UniverseContrastRow.columns, rows).text, rows)
  }

  /// A region over universes.
  private func summary(_ row: UniverseContrast.Row, _ universes: [StudyContrast.Row]) -> UniverseContrastRow {
    let told = universes.filter { $0.effect.value.isFinite }
    let effects = told.map(\.effect.value).sorted()
    func share(_ holds: (StudyContrast.Row) -> Bool) -> Double {
      told.isEmpty ? .nan : Double(told.count(where: holds)) / Double(universes.count)
    }
    var result = UniverseContrastRow()
    result.region = row.region
    (result.universes, result.told, result.persons) = (row.universes, row.told, row.persons)
    let median = effects.isEmpty ? .nan : Order.quantile(effects, 0.5)
    (result.median, result.least, result.most) = (median, effects.first ?? .nan, effects.last ?? .nan)
    result.sameSign = share { $0.effect.value * median > 0 }
    result.belowProbability = share { $0.permuted < 0.05 }
    result.belowDiscovery = share { $0.discovery < 0.05 }
    let spread = UniverseSpread(universes.map { [$0.effect.value] }, choices: values)
    result.mostMoving = spread.mostMoving.map { choices[$0] } ?? "n/a"
    (result.pooled, result.error) = (row.pooled.effect.value, row.pooled.effect.standardError)
    (result.low, result.high) = row.pooled.limits
    (result.permuted, result.discovery) = (row.pooled.permuted, row.pooled.discovery)
    (result.any, result.anyDiscovery, result.every) = (row.any, row.anyDiscovery, row.every)
    result.found = row.found
    result.notes = row.pooled.notes
    return result
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func about(_ text: String) -> JSONValue { .object([("Description", .string(text))]) }
    return .object(
      [
        ("Description", .string("One analysis with lists of choices, in every combination. " + Product.claim)),
        ("Choices", .array(choices.map(JSONValue.string))), ("Universes", .number(Double(values.count))),
      ] + details + [
        ("told", about("universes in which anybody has a value (both fits converged; for log-ratio status ok)")),
        (
          "visits",
          about(
            "persons and sessions with a value in every such universe; median, least, most and sd are of their mean")
        ),
        ("most-moving", about("the choice whose main effect has the largest share of the variance between universes")),
        (
          "share-*",
          about(
            "that share (η²): sum of squares between the choice's values, in the universes whose models use it, over the "
              + "total; what is left is interactions")
        ),
        ("GeneratedBy", Product.generatedBy),
      ])
  }

  /// Beside the table of a question over universes.
  package func sidecar(asking settings: StudyContrast.Settings) -> JSONValue {
    .object(
      [
        (
          "Description",
          .string("One question in every combination of choices, and what they say together. " + Product.claim)
        ),
        (Sidecar.question, .string(settings.question.words)), (Sidecar.measure, .string(settings.measure)),
        (Sidecar.covariates, .array(settings.covariates.map(JSONValue.string))),
        ("Universes", .number(Double(values.count))), (Sidecar.confidenceLevel, .number(settings.level)),
        ("Permutations", .number(Double(settings.permutations))), ("Seed", .number(Double(settings.seed))),
      ]
        + UniverseContrastRow.meanings.map { ($0.name, .object([("Description", .string($0.value))])) } + [
          ("GeneratedBy", Product.generatedBy)
        ])
  }
}
