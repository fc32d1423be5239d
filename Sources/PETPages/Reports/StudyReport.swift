import PETBinding
import PETCore
package import PETResults
import PETTracers

/// What the page of a study shows: the joined tables of an output, and what was asked of them.
package struct StudyReport: Sendable {
  /// One visit of a person.
  package struct Visit: Sendable {
    package let participant: String
    package let session: String?
    /// The visit's page, seen from the study's; nil when there is none.
    package let page: String?
    package var scans: [String] = []
    package var failures: [String] = []

    package init(participant: String, session: String?, page: String?) {
      self.participant = participant
      self.session = session
      self.page = page
    }
  }

  package let visits: [Visit]
  /// Nil when there is none.
  package let balances: StudyBalances?
  package let failures: [Failure]
  package let analyses: [AnalysisReport]
  /// Files among the analyses that are not shown, and why.
  package let passedOver: [(file: String, reason: String)]
  /// Whether two systems are read, so that persons should have a balance.
  package let isPairExpected: Bool
  package let level: Double
  package let provenance: Provenance
  /// Of a study of one system.
  package var outcome: StudyOutcome?
  /// What says how good everybody's scans are.
  package var quality = StudyQuality([])
  /// What is known of persons besides.
  package var persons = StudyPersons([])
  /// Of the dataset; nil where the output does not say it.
  package var name: String?
  /// A person's head that values of regions are painted on; nil where there is none.
  package var brain: BrainSlices?
  /// Log ratio at which colours end; nil for a round one that holds all.
  package var colourEnd: Double?
  /// Regions that stand for the reference of any fit.
  package var references: [String] = []
  /// Regions that nobody has a value in and that are left to the tables.
  package let leftOut: Int
  private let pages: [StudyTable.Visit: String]
  private let firstPages: [String: String]

  package init(
    visits: [Visit], balances: StudyBalances?, failures: [Failure], analyses: [AnalysisReport],
    passedOver: [(file: String, reason: String)], isPairExpected: Bool, level: Double, provenance: Provenance
  ) {
    self.visits = visits
    let own = visits.map { (StudyTable.Visit(participant: $0.participant, session: $0.session), $0.page) }
    pages = Dictionary(own, uniquingKeysWith: { first, _ in first }).compactMapValues(\.self)
    firstPages = Dictionary(own.map { ($0.0.participant, $0.1) }, uniquingKeysWith: { first, _ in first })
      .compactMapValues(\.self)
    let shown = balances.map { own in
      let measures = own.study.measures
      return PageRegions(
        own.study.regions.indices.map { region in
          measures.contains { own.study.values($0, region: region).contains(where: \.isFinite) }
        })
    }
    leftOut = shown?.leftOut ?? 0
    self.balances = leftOut == 0 ? balances : balances.flatMap { own in shown.map { own.keeping($0.places) } }
    self.failures = failures
    self.analyses = analyses
    self.passedOver = passedOver
    self.isPairExpected = isPairExpected
    self.level = level
    self.provenance = provenance
  }

  var study: StudyTable? { balances?.study }

  /// Contrasts among the analyses, those of groups first.
  var contrasts: [AnalysisReport] {
    let all = analyses.filter { $0.contrast != nil }
    return all.filter { $0.contrast?.areGroups == true } + all.filter { $0.contrast?.areGroups == false }
  }

  /// A value far from those of the others in its region and session.
  struct Outlier {
    let visit: StudyTable.Visit
    /// Of the study: the log ratio, or what a system is told by.
    let measure: String
    /// In words.
    let title: String
    let region: String
    let value: Double
    let z: Double
  }

  /// What everybody is told by: the log ratio of two systems, or the outcome of one.
  var told: (study: StudyTable, measure: String, title: String)? {
    study.map { ($0, StudyTable.logRatio, "log ratio") } ?? outcome.map { ($0.study, $0.measure, $0.measure) }
  }

  /// Of the log ratio and of either system, for what both have in common leaves the ratio as it is; in regions that are targets.
  var outliers: [Outlier] {
    guard let (study, measure, title) = told else { return [] }
    let systems = balances == nil ? [] : [study.systems.numerator.rawValue, study.systems.denominator.rawValue]
    // A set has no order, and outliers of one size keep that of their sessions.
    let sessions = Set(study.visits.map(\.session)).sorted { ($0 ?? "") < ($1 ?? "") }
    let regions = study.regions.indices.filter { StudyFamily.isTarget(study.regions[$0]) }
    return ([(measure, title)] + systems.map { ($0, $0) }).flatMap { measure, title in
      regions.flatMap { region in
        let all = study.values(measure, region: region)
        return sessions.flatMap { session in
          let places = study.places(session: session)
          return Outliers.places(in: places.map { all[$0] }).map { own in
            Outlier(
              visit: study.visits[places[own.place]], measure: measure, title: title, region: study.regions[region],
              value: all[places[own.place]], z: own.z)
          }
        }
      }
    }.sorted { abs($0.z) > abs($1.z) }
  }

  /// The page of a visit, or of the person's first.
  func page(of visit: StudyTable.Visit) -> String? { pages[visit] ?? firstPages[visit.participant] }
}
