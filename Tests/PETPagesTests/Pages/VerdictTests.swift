import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETResults
import PETTestSupport
import PETTracers
import Testing

@testable import PETPages

/// What is said first of a person (`Verdict`), and what to do about it (`Advice`).
struct VerdictTests {
  private static func flags(_ rows: [String], findings: [Finding] = []) throws -> [String] {
    try VerdictTests().verdict(rows, findings: findings).flags.map(\.words)
  }

  private func verdict(_ rows: [String], findings: [Finding]) throws -> Verdict {
    let folder = try TemporaryFolder()
    let header =
      "region\tdopamine\tdopamine-se\tdopamine-status\tserotonin\tserotonin-se\tserotonin-status\tratio\tstatus\tnote\n"
    let path = try folder.write("b.tsv", header + rows.map { $0 + "\n" }.joined())
    var report = PersonReport(
      stem: "sub-1", participant: "sub-1", session: nil, provenance: SmallReports.provenance)
    report.balance = BalanceReport(file: try BalanceFile(path: path), level: 0.95, norms: [:], days: nil)
    var scan = try SmallReports.scan([])
    scan.findings = findings
    report.scans = [scan]
    return Verdict(report)
  }

  /// What every row says is a flag with its remedy, but not how rows were made, nor what a scan's own finding says.
  @Test func flags() throws {
    func row(_ name: String, _ notes: String, _ status: String = "ok") -> String {
      "\(name)\t2\t0.1\tconverged\t1\t0.1\tconverged\t2\t\(status)\t\(notes)"
    }
    let unmatched = "resolution unknown: not matched"
    #expect(
      try Self.flags([row("A", unmatched), row("B", unmatched)]) == [
        "every region: \(unmatched); give each scanner's fwhm in the pipeline"
      ])
    let made = "corrected for partial volume (GTM)"
    #expect(try Self.flags([row("A", made), row("B", made)]).isEmpty)
    let finding = Finding(.warning, .leftRight, file: "f", field: "x", "sides", remedy: "look")
    let doubt = "data of the dopamine scan doubtful: \(Finding.Code.leftRight.word)"
    let told = try Self.flags(
      [row("A", doubt, "dataDoubtful"), row("B", doubt, "dataDoubtful")], findings: [finding])
    #expect(told.count == 2 && told.allSatisfy { !$0.hasPrefix("every region") }, "\(told)")
    #expect(told[0].hasPrefix("the data of a scan are in doubt: A, B; see what was noticed in the scan"))
  }

  /// Where all data are in doubt, or there is no ratio, nothing is to be read; a caveat of the tracer leaves a person complete.
  @Test func whatIsToBeRead() throws {
    func verdict(_ statuses: [(status: String, ratio: String)], findings: [Finding] = []) throws -> Verdict {
      try self.verdict(
        statuses.enumerated().map { "R\($0)\t2\t0.1\tconverged\t1\t0.1\tconverged\t\($1.ratio)\t\($1.status)\tn/a" },
        findings: findings)
    }
    let doubtful = (status: "dataDoubtful", ratio: "2")
    let ok = (status: "ok", ratio: "2")
    let none = (status: "denominatorIndistinct", ratio: "n/a")
    let all = try verdict([doubtful, doubtful])
    #expect(
      all.level == .bad && all.line.hasPrefix("Not to be read as it is: a ratio in 2 of 2 regions; in 2 the data"))
    #expect(try verdict([doubtful, ok]).level == .look && verdict([none, none]).level == .bad)
    #expect(try verdict([ok, none, none, none, none]).line.hasPrefix("Few ratios: a ratio in 1 of 5"))
    let misuse = Finding(
      .warning, .tracerMisuse, file: "f", field: "2 regions", "outside of striatum", remedy: "see it")
    let complete = try verdict([ok, ok], findings: [misuse])
    #expect(complete.level == .good && complete.flags.map(\.level) == [.note], "\(complete.flags)")
  }

  @Test func everyStatusHasAdvice() {
    for status in BalanceStatus.allCases where status != .ok { #expect(!Advice.on(status).isEmpty, "\(status)") }
    for status in FitStatus.allCases where status != .converged { #expect(!Advice.on(status).isEmpty, "\(status)") }
  }
}
