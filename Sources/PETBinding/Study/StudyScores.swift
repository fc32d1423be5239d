import PETCore

/// Where everybody stands among the others: (value - mean)/SD of a measure over the persons of a session, in some regions.
package struct StudyScores: Sendable {
  /// Fewer persons have no place among others.
  package static let fewestPersons = 4

  /// Places of the regions in the study.
  package let regions: [Int]
  /// Visit after visit, region after region; NaN where there is none.
  package let values: [[Double]]

  /// - Returns: nil where nobody can be told from others.
  package init?(_ study: StudyTable, measure: String = StudyTable.logRatio, regions: [Int]) {
    var values = study.visits.map { _ in [Double](repeating: .nan, count: regions.count) }
    for session in Set(study.visits.map(\.session)) {
      let places = study.places(session: session)
      for (column, region) in regions.enumerated() {
        let all = study.values(measure, region: region)
        let moments = Moments(places.map { all[$0] })
        guard moments.count >= Self.fewestPersons, moments.sd > 0 else { continue }
        for place in places { values[place][column] = (all[place] - moments.mean) / moments.sd }
      }
    }
    guard values.contains(where: { $0.contains(where: \.isFinite) }) else { return nil }
    (self.regions, self.values) = (regions, values)
  }
}
