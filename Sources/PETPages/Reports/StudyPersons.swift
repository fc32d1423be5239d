import PETCore

/// What is known of the persons of a study besides their scans: columns that everybody can be coloured and grouped by.
package struct StudyPersons: Sendable {
  package struct Column: Sendable {
    package let name: String
    /// By participant; nobody of whom nothing is known.
    package let values: [String: String]

    package init(name: String, values: [String: String]) { (self.name, self.values) = (name, values) }
  }

  package let columns: [Column]

  package init(_ columns: [Column]) { self.columns = columns }

  /// Columns that say of persons what others share, or a number: no names and no remarks.
  package func telling(_ participants: Set<String>) -> [Column] {
    columns.filter { column in
      let own = participants.compactMap { column.values[$0] }
      let different = Set(own).count
      return different > 1 && (different < own.count || own.allSatisfy { Double($0)?.isFinite == true })
    }
  }
}
