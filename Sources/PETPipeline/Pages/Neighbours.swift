import PETBinding
import PETCore
import PETPages
import PETResults

/// What the page of everybody says of the rest of the study.
struct Neighbours: Sendable {
  /// First page of each person, in the order in which people count, and where each is in it.
  private let first: [PagePlan]
  private let order: [String: Int]
  private var places: [StudyTable.Visit: [String: StudyPlace]] = [:]
  private let analyses: [String: [AnalysisReport]]

  /// - Parameters:
  ///   - study: where everybody stands; nil of a study without balances.
  ///   - analyses: of the output.
  init(
    _ pages: [PagePlan], _ study: StudyTable?, _ definition: PipelineDefinition, analyses: [AnalysisReport]
  ) {
    self.analyses = Dictionary(grouping: analyses.flatMap { Array($0.byParticipant) }, by: \.key).mapValues {
      $0.map(\.value)
    }
    var seen: Set<String> = []
    first = pages.filter { seen.insert($0.participant).inserted }
      .sorted { NaturalOrder.precedes($0.participant, $1.participant) }
    order = Dictionary(first.enumerated().map { ($1.participant, $0) }, uniquingKeysWith: { a, _ in a })
    guard let study else { return }
    let wanted = Set((definition.primary ?? PipelineDefinition.usualPrimary).map(RegionName.key))
    for (region, name) in study.regions.enumerated() where wanted.contains(RegionName.key(name)) {
      let values = study.values(StudyTable.logRatio, region: region)
      for session in Set(study.visits.map(\.session)) {
        let own = study.places(session: session)
        for (place, told) in zip(own, StudyPlace.all(own.map { values[$0] })) {
          places[study.visits[place], default: [:]][RegionName.key(name)] = told
        }
      }
    }
  }

  func of(_ page: PagePlan) -> StudyContext {
    func link(_ place: Int) -> StudyContext.Link? {
      guard first.indices.contains(place) else { return nil }
      let other = first[place]
      return StudyContext.Link(name: other.participant, href: "../\(other.participant)/\(other.stem).html")
    }
    var result = StudyContext()
    if let place = order[page.participant] { (result.previous, result.next) = (link(place - 1), link(place + 1)) }
    let visit = StudyTable.Visit(participant: page.participant, session: page.pair?.visit ?? page.session)
    result.places = places[visit] ?? [:]
    result.analyses = analyses[page.participant] ?? []
    return result
  }
}
