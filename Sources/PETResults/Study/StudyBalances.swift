package import PETBinding
package import PETCore

/// The joined balances of an output as a study, with what they have of each visit and region.
package struct StudyBalances: Sendable {
  package private(set) var study: StudyTable
  package let counts: [StudyTable.Visit: VisitCounts]
  package private(set) var summary: [SummaryRow]
  let couplings: [StudySummary.Coupling]

  /// - Parameters:
  ///   - table: `group_balance.tsv`, or of its columns those that a study is made of.
  ///   - level: of limits over persons.
  package init(_ table: TSVTable, level: Double) throws(PETError) {
    study = try StudyReader.table(table, persons: [])
    counts = try VisitCounts.all(table)
    let own = StudySummary(study, level: level)
    summary = SummaryRow.rows(own, pair: study.pair)
    couplings = own.couplings
  }

  /// With the regions at some places.
  package func keeping(_ places: [Int]) -> StudyBalances {
    var result = self
    result.study = study.keeping(places)
    let names = Set(result.study.regions.map(RegionName.key))
    result.summary = summary.filter { names.contains(RegionName.key($0.region)) }
    return result
  }
}
