package import PETCore
package import PETTracers

/// Which two scans make a pair, as the user says: one row for each pair.
///
/// Columns: `participant_id` and one for each system; a cell holds a session, a scan's name, or its file.
package struct PairingTable: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package let participant: String
    package let numerator: String
    package let denominator: String
  }

  package let file: String
  package let rows: [Row]

  package init(path: String, systems: BalanceSystems) throws(PETError) {
    let table = try TSVTable(path: path)
    let person = try table.required("participant_id")
    let a = try table.required(systems.numerator.rawValue)
    let b = try table.required(systems.denominator.rawValue)
    file = path.split(separator: "/").last.map(String.init) ?? path
    rows = table.rows.map { row in
      Row(
        participant: row[person].hasPrefix("sub-") ? row[person] : "sub-" + row[person], numerator: row[a],
        denominator: row[b])
    }
  }
}
