import Foundation
import PETBinding
import PETCore
import PETStudy
import PETTestSupport
import Testing

@testable import PETPages
@testable import PETResults

/// The values of a study's page for programs.
struct StudyTwinTests {
  private static let header =
    "participant_id\tsession_id\tpair\tregion\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se"
    + "\tserotonin-status\tratio\tlog-ratio\tstatus\n"

  /// Log ratios 0.1 to 0.9 and one of 9, in as many sessions as are asked for.
  private static func report(sessions: Int = 1, analyses: [AnalysisReport] = []) throws -> StudyReport {
    let rows = (1...sessions).flatMap { session in
      (1...10).map { person in
        let value = person == 10 ? 9 : Double(person) / 10
        return
          "sub-\(person)\tses-\(session)\tx\tPons\t2\t0.1\tconverged\t1\t0.1\tconverged\t\(exp(value))\t\(value)\tok\n"
      }
    }
    let balances = try StudyBalances(try TSVTable(text: header + rows.joined(), file: "a"), level: 0.95)
    let error = PETError(.wrongInput, file: "/out/a.tsv", field: "f", "p", remedy: "r")
    return StudyReport(
      visits: [.init(participant: "sub-1", session: nil, page: nil)], balances: balances,
      failures: [Failure(unit: "sub-2", stage: "read", error: error, names: PortableNames(output: "/out"))],
      analyses: analyses, passedOver: [], isPairExpected: true, level: 0.95, provenance: SmallReports.provenance)
  }

  /// The modified z by hand: of 0.1 … 0.9 and 9 the median is 0.55 and that of the deviations 0.25.
  @Test func whatIsFarFromTheOthers() throws {
    let told = try #require(try Self.report().json["Outliers"]?.list)
    #expect(told.count == 1 && told[0]["Participant"]?.string == "sub-10" && told[0]["Value"]?.double == 9)
    #expect(told[0]["Measure"]?.string == StudyTable.logRatio)
    // 0.6745 (9 - 0.55)/0.25, to the four digits of the constant.
    #expect(abs((told[0]["ModifiedZ"]?.double ?? 0) - 0.6745 * 8.45 / 0.25) < 1e-9)
  }

  /// The same study makes the same page: outliers of one size come in the order of their sessions.
  @Test func theOrderOfOutliersIsOne() throws {
    let sessions = try Self.report(sessions: 8).json["Outliers"]?.list?.compactMap { $0["Session"]?.string }
    #expect(sessions == (1...8).map { "ses-\($0)" })
  }

  @Test func visitsFailuresAndLogRatios() throws {
    let json = try Self.report().json
    let visit = try #require(json["Visits"]?.list?.first)
    #expect(visit["Session"]?.string == "n/a" && visit["Page"] == .null)
    #expect(json["Failures"]?.list?.first?["Problem"]?.string == "a.tsv: f: p; r")
    #expect(json["LogRatios"]?["Pons"] == .array((1...9).map { .number(Double($0) / 10) } + [9]))
    #expect(json["Regions"]?.list?.first?["n"]?.double == 10)
  }

  /// Cells that are numbers are numbers; words stay words, and what is missing is null.
  @Test func cellsOfAnalyses() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "a.tsv", "region\tmeasure\tuniverses\tleast\tmost\tmore\nPons\tlog-ratio\t4\t-1e-5\tn/a\t1-2\n")
    let table = try #require(try AnalysisTable(path: path))
    let json = try Self.report(analyses: [AnalysisReport(file: "analyses/a.tsv", table: table, sidecar: nil)]).json
    let own = try #require(json["Analyses"]?.list?.first)
    #expect(own["Kind"]?.string == "multiverse" && own["Changed"]?.string == "n/a")
    let row = try #require(own["Rows"]?.list?.first)
    #expect(row["universes"]?.double == 4 && row["least"]?.double == -1e-5 && row["most"] == .null)
    #expect(row["more"]?.string == "1-2" && row["region"]?.string == "Pons")
  }

  @Test func aStudyOfNobody() {
    let report = StudyReport(
      visits: [], balances: nil, failures: [], analyses: [], passedOver: [], isPairExpected: true, level: 0.95,
      provenance: SmallReports.provenance)
    #expect(report.json["Regions"] == .array([]) && report.json["LogRatios"] == .object([]))
    #expect(report.json["Outliers"]?.list?.isEmpty == true)
  }
}
