import PETBinding
import PETCore
import PETResults

extension StudyReport {
  typealias Doubt = (visit: Visit, reasons: [String])

  /// Visits that somebody should look at, and why, those with most to see first.
  var doubts: [Doubt] {
    let far = Dictionary(grouping: outliers, by: \.visit)
    let odd = quality.outliers
    let common = Set(commonlyFlagged.map(\.region))
    return visits.compactMap { visit in
      var reasons = visit.failures.map { "failed: \($0)" }
      let flagged = balances?.counts[visit.key]?.flaggedRegions.filter { !common.contains($0) } ?? []
      if !flagged.isEmpty {
        let rest = flagged.count > 4 ? " and \(flagged.count - 4) more" : ""
        reasons.append("flagged: " + flagged.prefix(4).joined(separator: ", ") + rest)
      }
      if let own = odd[visit.key] {
        reasons.append("quality far from that of the others: " + own.joined(separator: ", "))
      }
      if let own = far[visit.key] {
        let most = own.prefix(3).map {
          "\($0.title) of \($0.region) (modified z \(PageNumber.text($0.z, decimals: 1)))"
        }
        let rest = own.count > most.count ? " and \(own.count - most.count) more" : ""
        reasons.append("far from the others: " + most.joined(separator: ", ") + rest)
      }
      return reasons.isEmpty ? nil : (visit, reasons)
    }.sorted { a, b in
      (a.visit.failures.isEmpty ? 1 : 0, -a.reasons.count) < (b.visit.failures.isEmpty ? 1 : 0, -b.reasons.count)
    }
  }

  /// Regions that are flagged in more than half of the visits, and in how many: the study's flags, not a person's.
  var commonlyFlagged: [(region: String, count: Int)] {
    guard let balances = balances, balances.counts.count > 1 else { return [] }
    var counts: [String: Int] = [:]
    for region in balances.counts.values.flatMap(\.flaggedRegions) { counts[region, default: 0] += 1 }
    return balances.study.regions.compactMap { region in
      counts[region].flatMap { 2 * $0 > balances.counts.count ? (region, $0) : nil }
    }
  }
}

extension StudyReport.Visit {
  var key: StudyTable.Visit { StudyTable.Visit(participant: participant, session: session) }
}
