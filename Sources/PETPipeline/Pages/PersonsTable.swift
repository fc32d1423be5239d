import Foundation
import PETCore
import PETPages
import PETResults
import PETStudy

/// What the study's `participants.tsv` says of everybody who has results, kept with them: the study's page groups by it.
enum PersonsTable {
  /// - Parameter path: of the study's table; one that is not there, or damaged, says nothing.
  /// - Returns: nil where nothing is said of anybody.
  static func text(_ path: String, of records: [RunRecord]) throws(PETError) -> String? {
    let known = try readable { () throws(PETError) in try Participants(path: path) }
    guard let known, !known.columns.isEmpty else { return nil }
    var text = TSVText(columns: ["participant_id"] + known.columns)
    var isSaid = false
    // A page may stand for some time longer than what it is of.
    let results = records.filter { $0.kind != .page && $0.isDone }
    for id in Set(results.map(\.participant)).sorted(by: NaturalOrder.precedes) {
      let person = known.person(id)
      isSaid = isSaid || !person.values.isEmpty
      text.add([id] + known.columns.map { person.values[$0] ?? "n/a" })
    }
    return isSaid ? text.text : nil
  }

  /// What an output has of it.
  static func read(_ output: String) throws(PETError) -> StudyPersons {
    let path = "\(output)/\(ResultFile.people.name)"
    let known = try readable { () throws(PETError) in try Participants(path: path) }
    guard let known else { return StudyPersons([]) }
    let persons = known.persons
    return StudyPersons(
      known.columns.map { column in
        let own = persons.compactMap { person in person.values[column].map { (person.id, $0) } }
        return StudyPersons.Column(name: column, values: Dictionary(own, uniquingKeysWith: { first, _ in first }))
      })
  }
}
