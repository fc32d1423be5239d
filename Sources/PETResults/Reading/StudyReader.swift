import Foundation
package import PETBinding
package import PETCore
import PETStudy
import PETTracers

/// Reads what a study has: the `group_balance.tsv` of an output, with `participants.tsv` and other tables of persons.
package enum StudyReader {
  /// Folder of an output for tables of what was asked of it: they stand on its page.
  package static let analyses = String(ResultFile.analyses.name.dropLast())

  /// - Parameters:
  ///   - place: an output folder, or its table.
  ///   - tables: of persons, with `participant_id`.
  ///   - session: whose rows count in tables that have a `session_id`.
  package static func read(
    _ place: String, persons tables: [String], session: String?, rule: CountingRule = CountingRule()
  ) throws(PETError) -> StudyTable {
    return try table(try TSVTable(path: table(of: place)), persons: try persons(tables, session: session), rule: rule)
  }

  /// The table of an output folder, or the table itself.
  package static func table(of place: String) -> String {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
    return exists && isFolder.boolValue ? "\(place)/\(ResultFile.balances.name)" : place
  }

  /// Columns of joined balances that a study is made of, besides those of the two systems.
  package static let columns: Set = [
    "participant_id", "session_id", "pair", "region", "ratio", StudyTable.logRatio, "centred-log-ratio", "status",
  ]

  /// The joined balances of all persons as a study.
  package static func table(_ table: TSVTable, persons: [Person], rule: CountingRule = CountingRule())
    throws(PETError) -> StudyTable
  {
    let (person, region) = (try table.required("participant_id"), try table.required("region"))
    let (pair, session) = (try table.required("pair"), table.column("session_id"))
    guard let systems = BalanceFile.systems(in: table.columns) else {
      throw PETError(
        .wrongInput, file: table.file, field: "header", "it is no table of balances",
        remedy: "give the \(ResultFile.balances.name) of an output")
    }
    let sides = [systems.numerator.rawValue, systems.denominator.rawValue]
    let pairs = Set(table.rows.map { $0[pair] }).sorted()
    guard pairs.count <= 1 else {
      throw PETError(
        .wrongInput, file: table.file, field: "pair", "several tracer pairs: \(pairs.joined(separator: ", "))",
        remedy: "ratios of different tracers are not pooled: give a table of one pair")
    }
    var visits: [StudyTable.Visit] = []
    var places: [StudyTable.Visit: Int] = [:]
    var regions: [String] = []
    var columns: [String: Int] = [:]
    for row in table.rows {
      let label = session.map { row[$0] }
      let visit = StudyTable.Visit(participant: row[person], session: label == "n/a" ? nil : label)
      if places[visit] == nil {
        places[visit] = visits.count
        visits.append(visit)
      }
      if columns[RegionName.key(row[region])] == nil {
        columns[RegionName.key(row[region])] = regions.count
        regions.append(row[region])
      }
    }
    let measures = sides + ["ratio", StudyTable.logRatio, "centred-log-ratio"].filter(table.columns.contains)
    let empty = [[Double]](repeating: [Double](repeating: .nan, count: regions.count), count: visits.count)
    var values = Dictionary(uniqueKeysWithValues: measures.map { ($0, empty) })
    let errorColumns = measures.map { table.column(BalanceFile.error(of: $0)) }
    var errors = Dictionary(
      uniqueKeysWithValues: zip(measures, errorColumns).filter { $0.1 != nil }.map { ($0.0, empty) })
    let statuses = try sides.map { (name) throws(PETError) in try table.required(BalanceFile.status(of: name)) }
    let own = try table.required("status")
    var seen: Set<[Int]> = []
    var leftOut: [String: Int] = [:]
    for (number, row) in table.rows.enumerated() {
      let label = session.map { row[$0] }
      let visit = StudyTable.Visit(participant: row[person], session: label == "n/a" ? nil : label)
      guard let place = places[visit], let column = columns[RegionName.key(row[region])] else { continue }
      guard seen.insert([place, column]).inserted else {
        throw PETError(
          .wrongInput, file: table.file, field: "line \(number + 2)",
          "'\(row[region])' of \([visit.participant, visit.session].compactMap { $0 }.joined(separator: " ")) stands twice",
          remedy: "give each person, session and region one row")
      }
      let reason = rule.reason(status: row[own], fits: statuses.map { row[$0] })
      if let reason { leftOut[reason, default: 0] += 1 }
      for (i, measure) in measures.enumerated() {
        guard i < 2 ? rule.takes(fit: row[statuses[i]], status: row[own]) : reason == nil,
          let cell = table.column(measure)
        else { continue }
        values[measure]?[place][column] = try table.number(number, cell)
        if let cell = errorColumns[i] { errors[measure]?[place][column] = try table.number(number, cell) }
      }
    }
    return StudyTable(
      systems: systems, pair: pairs.first ?? "n/a",
      visits: visits, regions: regions, persons: persons, values: values, errors: errors, leftOut: leftOut,
      rows: table.rows.count)
  }

  /// What several tables say of persons, joined by `participant_id`.
  package static func persons(_ tables: [String], session: String?) throws(PETError) -> [Person] {
    var values: [String: [String: String]] = [:]
    for path in tables {
      for row in try rows(path, session: session) {
        for (column, cell) in row.cells {
          if let other = values[row.id]?[column], other != cell {
            throw PETError(
              .wrongInput, file: path, field: row.place + "column '\(column)'",
              "'\(cell)' where another table says '\(other)' of \(row.id)", remedy: "correct the one that is wrong")
          }
          values[row.id, default: [:]][column] = cell
        }
        values[row.id, default: [:]]["participant_id"] = row.id
      }
    }
    return values.map { Person(id: $0.key, values: $0.value) }.sorted { $0.id < $1.id }
  }

  /// What one table says of each person, and where, for messages.
  private static func rows(_ path: String, session: String?) throws(PETError) -> [(
    id: String, place: String, cells: [(column: String, cell: String)]
  )] {
    let table = try TSVTable(path: path)
    if ScanTable.isOne(table.columns) {
      return try Participants(path: path).persons.map { person in
        (person.id, "", person.values.map { ($0.key, $0.value) })
      }
    }
    let (name, visit) = (try table.required("participant_id"), table.column("session_id"))
    // With and without the prefix, as people write it.
    let session = session.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 }
    var seen: Set<String> = []
    var rows: [(id: String, place: String, cells: [(column: String, cell: String)])] = []
    for (number, row) in table.rows.enumerated() {
      let id = row[name].hasPrefix("sub-") ? row[name] : "sub-" + row[name]
      if let visit, let session, row[visit] != session, "ses-" + row[visit] != session { continue }
      guard seen.insert(id).inserted else {
        throw PETError(
          .wrongInput, file: path, field: "line \(number + 2)", "\(id) stands twice",
          remedy: visit == nil ? "give each person one row" : "name the session that counts")
      }
      let cells = row.indices.filter { $0 != name && $0 != visit && row[$0] != "n/a" && !row[$0].isEmpty }
      rows.append((id, "line \(number + 2), ", cells.map { (table.columns[$0], row[$0]) }))
    }
    return rows
  }
}
