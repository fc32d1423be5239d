package import PETBinding
package import PETCore
import PETKinetics
import PETTracers

/// Reads one parameter of one tracer from the joined table of estimates, as a study has it.
package enum OutcomeReader {
  private struct Row: Sendable {
    var participant = ""
    var session = "n/a"
    var tracer = ""
    var region = ""
    var value = Double.nan
    var status = "n/a"
  }

  private static func described(_ measure: String) -> [TableColumn<Row>] {
    [
      .init("participant_id", .text(\.participant)), .init("session_id", .text(\.session)),
      .init("tracer", .text(\.tracer)), .init("region", .text(\.region)), .init(measure, .number(\.value)),
      .init("status", .text(\.status)),
    ]
  }

  /// Columns of the joined table that it reads.
  package static func columns(_ measure: String) -> [String] { described(measure).map(\.name) }

  /// - Parameter measure: a symbol; estimates of fits that did not converge do not count.
  /// - Returns: nil where the table has nothing of it.
  package static func study(_ table: TSVTable, tracer: String, measure: String) throws(PETError) -> StudyTable? {
    guard table.columns.contains(measure) else { return nil }
    let columns = described(measure)
    let rows = try table.rows(columns, empty: Row(), requiring: columns.map(\.name)).filter { $0.tracer == tracer }
    guard !rows.isEmpty else { return nil }
    var (visits, regions): ([StudyTable.Visit], [String]) = ([], [])
    var (visitPlaces, regionPlaces): ([StudyTable.Visit: Int], [String: Int]) = ([:], [:])
    let places = rows.map { row -> (visit: Int, region: Int) in
      let visit = StudyTable.Visit(
        participant: row.participant, session: row.session == "n/a" ? nil : row.session)
      if visitPlaces[visit] == nil {
        visitPlaces[visit] = visits.count
        visits.append(visit)
      }
      if regionPlaces[row.region] == nil {
        regionPlaces[row.region] = regions.count
        regions.append(row.region)
      }
      return (visitPlaces[visit] ?? 0, regionPlaces[row.region] ?? 0)
    }
    var values = [[Double]](repeating: [Double](repeating: .nan, count: regions.count), count: visits.count)
    for (row, place) in zip(rows, places) where row.status == FitStatus.converged.rawValue {
      values[place.visit][place.region] = row.value
    }
    return StudyTable(
      systems: BalanceSystems(), pair: tracer, visits: visits, regions: regions, persons: [],
      values: [measure: values])
  }
}
