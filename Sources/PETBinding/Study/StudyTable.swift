package import PETCore
package import PETTracers

/// What a study has of each person and session: one value of a measure for each region.
package struct StudyTable: Sendable {
  /// A person at one time.
  package struct Visit: Sendable, Hashable {
    package let participant: String
    /// Nil where the dataset has none.
    package let session: String?

    package init(participant: String, session: String?) {
      self.participant = participant
      self.session = session
    }
  }

  package let systems: BalanceSystems
  /// Label of the tracer pair.
  package let pair: String
  package let visits: [Visit]
  package let regions: [String]
  package let persons: [String: Person]
  /// Rows whose ratio does not count, by the status that says why.
  package let leftOut: [String: Int]
  /// Rows in all.
  package let rows: Int
  /// Measures by name; each holds one row of regions for each visit, NaN where there is none.
  private let values: [String: [[Double]]]
  /// Standard errors of measures that have them, likewise.
  private let errors: [String: [[Double]]]

  package init(
    systems: BalanceSystems, pair: String, visits: [Visit], regions: [String], persons: [Person],
    values: [String: [[Double]]], errors: [String: [[Double]]] = [:], leftOut: [String: Int] = [:], rows: Int = 0
  ) {
    self.leftOut = leftOut
    self.rows = rows
    self.systems = systems
    self.pair = pair
    self.visits = visits
    self.regions = regions
    self.persons = Dictionary(persons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.values = values
    self.errors = errors
  }

  package static let logRatio = "log-ratio"

  /// How many rows are left out, and why; nil when every row counts.
  package var leftOutFinding: Finding? { Self.finding(leftOut: leftOut, of: rows) }

  package static func finding(leftOut: [String: Int], of rows: Int) -> Finding? {
    guard !leftOut.isEmpty else { return nil }
    let sum = leftOut.values.reduce(0, +)
    let words = leftOut.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
    return Finding(
      .note, .rowsLeftOut, field: "status", value: "\(sum)",
      "\(sum) of \(rows) rows of regions are left out: \(words.joined(separator: ", "))",
      remedy: "only rows with status ok and converged fits count (--include-flagged: \(CountingRule.flaggedWords))")
  }

  package var measures: [String] { values.keys.sorted() }

  /// - Throws: when there is no such measure; the nearest is named.
  package func check(measure: String) throws(PETError) {
    guard !measures.contains(measure) else { return }
    throw PETError(
      .usage, field: "--measure", "there is no measure '\(measure)'",
      remedy: NearestName.advice(for: measure, among: measures))
  }

  /// A person by what is known of them; without a row in `participants.tsv` nothing is.
  package func person(_ id: String) -> Person { persons[id] ?? Person(id: id, values: [:]) }

  /// A measure over visits in one region.
  package func values(_ measure: String, region: Int) -> [Double] {
    values[measure]?.map { $0[region] } ?? visits.map { _ in .nan }
  }

  /// Standard errors of a measure over visits in one region; NaN where none is known.
  package func errors(_ measure: String, region: Int) -> [Double] {
    errors[measure]?.map { $0[region] } ?? visits.map { _ in .nan }
  }

  /// With some of the regions, in the order named; empty for all.
  package func keeping(_ names: [String]) throws(PETError) -> StudyTable {
    guard !names.isEmpty else { return self }
    var places: [Int] = []
    for name in names {
      guard let place = regions.firstIndex(where: { RegionName.key($0) == RegionName.key(name) }) else {
        throw PETError(
          .usage, field: "--regions", "there is no region '\(name)'",
          remedy: NearestName.advice(for: name, among: regions))
      }
      if !places.contains(place) { places.append(place) }
    }
    return keeping(places)
  }

  /// Places of the regions of a set, each once.
  package func places(of set: (name: String, regions: [String])) throws(PETError) -> [Int] {
    var places: [Int] = []
    for name in set.regions {
      guard let place = regions.firstIndex(where: { RegionName.key($0) == RegionName.key(name) }) else {
        throw PETError(
          .usage, field: "--set \(set.name)", "there is no region '\(name)'",
          remedy: NearestName.advice(for: name, among: regions))
      }
      if !places.contains(place) { places.append(place) }
    }
    return places
  }

  /// With the regions at some places, in that order.
  package func keeping(_ places: [Int]) -> StudyTable {
    func kept(_ all: [String: [[Double]]]) -> [String: [[Double]]] {
      all.mapValues { rows in rows.map { row in places.map { row[$0] } } }
    }
    return StudyTable(
      systems: systems, pair: pair, visits: visits, regions: places.map { regions[$0] },
      persons: Array(persons.values), values: kept(values), errors: kept(errors),
      leftOut: leftOut, rows: rows)
  }

  /// One session of everybody; the first visit where a person has several without a name.
  package func places(session: String?) -> [Int] {
    var seen: Set<String> = []
    return visits.indices.filter { visits[$0].session == session && seen.insert(visits[$0].participant).inserted }
  }

  /// One visit of everybody: the only session there is.
  ///
  /// - Throws: when persons have several and none is named.
  package func places(named session: String?) throws(PETError) -> [Int] {
    let known = Set(visits.map(\.session))
    if let session {
      let full = known.contains(session) || session.hasPrefix("ses-") ? session : "ses-" + session
      guard known.contains(full) else {
        throw PETError(
          .usage, field: "session", "there is no session '\(full)'",
          remedy: NearestName.advice(for: full, among: known.compactMap { $0 }.sorted()))
      }
      return places(session: full)
    }
    var seen: Set<String> = []
    for visit in visits where !seen.insert(visit.participant).inserted {
      throw PETError(
        .usage, field: "session", "\(visit.participant) has several sessions",
        remedy: "name one of: " + known.compactMap { $0 }.sorted().joined(separator: ", "))
    }
    return Array(visits.indices)
  }
}

extension Finding.Code {
  package static let rowsLeftOut = Finding.Code("rows-left-out")
}
