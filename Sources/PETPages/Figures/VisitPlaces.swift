import PETBinding

/// Where everybody stands in the table of persons of a study's page, so that a mark of a figure is told whose it is.
struct VisitPlaces {
  private let places: [String: Int]

  init(_ visits: [StudyTable.Visit]) {
    let all = visits.enumerated()
    // A person without a session is the first visit.
    places = Dictionary(
      all.map { (Self.name($1), $0) } + all.map { ($1.participant, $0) }, uniquingKeysWith: { first, _ in first })
  }

  static func name(_ visit: StudyTable.Visit) -> String {
    [visit.participant, visit.session].compactMap(\.self).joined(separator: " ")
  }

  /// Of marks in their order; nil where somebody has none.
  func of(_ names: [String]) -> [Int]? {
    let own = names.compactMap { places[$0] }
    return own.count == names.count ? own : nil
  }

  func of(_ visits: [StudyTable.Visit]) -> [Int]? { of(visits.map(Self.name)) }
}
