package import PETCore

/// A table of `study`, `power`, `norms`, `occupancy`, `change`, `reliability` or `multiverse`, told by its columns.
package struct AnalysisTable: Sendable {
  package enum Rows: Sendable {
    case contrast([ContrastRow])
    case lassen([LassenRow])
    case occupancy
    case reliability([ReliabilityRow])
    case multiverse([SpreadRow])
    case universes([UniverseContrastRow])
    case deviations
    case change
    case power
  }

  package let rows: Rows
  /// What is shown of it: every column, whatever it is.
  package let columns: [String]
  package let cells: [[String]]

  /// What it is called for programs.
  package var kind: String {
    switch rows {
    case .contrast: "contrast"
    case .lassen: "lassen"
    case .occupancy: "occupancy"
    case .reliability: "reliability"
    case .multiverse: "multiverse"
    case .universes: "multiverse-contrast"
    case .deviations: "deviations"
    case .change: "change"
    case .power: "power"
    }
  }

  /// Nil for a table that is none of these.
  package init?(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    guard let rows = try Self.rows(of: table) else { return nil }
    self.rows = rows
    columns = table.columns
    cells = table.rows
  }

  private init(_ rows: Rows, _ columns: [String], _ cells: [[String]]) {
    (self.rows, self.columns, self.cells) = (rows, columns, cells)
  }

  /// The rows of everybody who has some, of a table that tells of persons one by one.
  package var byParticipant: [String: AnalysisTable] {
    guard let person = columns.firstIndex(of: "participant_id") else { return [:] }
    let own = Dictionary(grouping: cells.indices, by: { cells[$0][person] })
    return own.mapValues { places in
      let rows: Rows = if case .lassen(let all) = self.rows { .lassen(places.map { all[$0] }) } else { self.rows }
      return AnalysisTable(rows, columns, places.map { cells[$0] })
    }
  }

  private static func rows(of table: TSVTable) throws(PETError) -> Rows? {
    let columns = Set(table.columns)
    if columns.isSuperset(of: ContrastRow.marks) { return .contrast(try ContrastRow.rows(of: table)) }
    if columns.isSuperset(of: LassenRow.marks) {
      return .lassen(try table.rows(LassenRow.columns, empty: LassenRow()))
    }
    if columns.isSuperset(of: OccupancyRow.marks) { return .occupancy }
    if columns.isSuperset(of: ReliabilityRow.marks) {
      return .reliability(try table.rows(ReliabilityRow.columns, empty: ReliabilityRow()))
    }
    if columns.isSuperset(of: SpreadRow.marks) {
      return .multiverse(try table.rows(SpreadRow.columns(choices: []), empty: SpreadRow()))
    }
    if columns.isSuperset(of: UniverseContrastRow.marks) {
      return .universes(try table.rows(UniverseContrastRow.columns, empty: UniverseContrastRow()))
    }
    if columns.isSuperset(of: PowerRow.marks) { return .power }
    if columns.isSuperset(of: ChangeRow.marks) { return .change }
    return columns.isSuperset(of: DeviationRow.marks) ? .deviations : nil
  }
}
