import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETStudy
import Testing

@testable import PETPages

/// The page of a person, its methods (`Methods`) and its figures.
struct PersonPageTests {
  private static func report(_ change: (inout PersonReport) throws -> Void = { _ in }) throws -> PersonReport {
    var report = PersonReport(
      stem: "sub-1_ses-a", participant: "sub-1", session: "ses-a", provenance: SmallReports.provenance)
    let reference = ScanReport.Reference(name: "cerebellum", labels: ["Left-Cerebellum", "Right-Cerebellum"])
    let about = ScanReport.About(facts: [], settings: ["Frames were weighted by counts"])
    for unit in ["sub-1_trc-RAC", "sub-1_trc-DASB"] {
      report.scans.append(
        try SmallReports.scan(
          [("Left-Putamen", [1, .nan, 123456.7]), ("<script>", [1, 2, 3])], unit: unit, reference: reference,
          estimates:
            "Left-Putamen\t2.5\t0.1\t2.3\t2.7\tatBound\tR1\tn/a\n<script>\t1\t0.1\t1\t1\tconverged\tn/a\tn/a\n",
          about: about))
    }
    report.scans[1].isSecond = true
    try change(&report)
    return report
  }

  /// What holds for both scans is said once, and a paper that is cited twice has one number.
  @Test func methodsCiteEachPaperOnce() throws {
    let methods = Methods(
      try Self.report { $0.balance = try SmallReports.balance([], level: 0.9) })
    #expect(methods.references.count == 2 && methods.references[0].contains("doi:10.1006/nimg.1996.0066"))
    #expect(methods.sentences.count { $0.contains("[1]") } == 2 && methods.sentences.count { $0.contains("[2]") } == 1)
    #expect(methods.sentences.filter { $0 == "Frames were weighted by counts." }.count == 1)
    #expect(methods.sentences.contains { $0.contains("cerebellum (Left-Cerebellum, Right-Cerebellum)") })
    #expect(
      methods.sentences.contains { $0.contains("90 % confidence set") } && methods.sentences.last == Product.claim)
    let alone = Methods(PersonReport(stem: "a", participant: "a", session: nil, provenance: SmallReports.provenance))
    #expect(alone.references.isEmpty && alone.sentences.count == 2)
  }

  /// Names come from files: none of them is markup, and nothing is asked of another place.
  @Test func thePageHoldsNothingThatRuns() throws {
    let page = try PersonPage(
      Self.report { report in
        let error = PETError(.wrongInput, file: "<img src=x>", field: "f", "</script><script>alert(1)", remedy: "r")
        report.failures = [Failure(unit: "u", stage: "s", error: error, names: PortableNames(output: "/out"))]
      }
    ).html
    #expect(!page.contains("<img src=x>") && !page.contains("alert(1)</") && !page.contains("<script>alert"))
    #expect(page.contains("&lt;script&gt;"))
    #expect(!page.contains("src=\"http") && !page.contains("<link"))
  }

  /// A figure has a name of its own, and every curve is there; the second scan has the second colour.
  @Test func figuresHaveTheirNames() throws {
    let figures = PersonPage(try Self.report { $0.balance = try SmallReports.balance([]) }).figures
    let names = figures.map(\.name)
    #expect(Set(names).count == names.count && names.first == "balance")
    #expect(names.contains("sub-1-trc-RAC-curve-Left-Putamen") && names.contains("sub-1-trc-DASB-frames"), "\(names)")
    #expect(names.allSatisfy { !$0.contains("<") && !$0.contains("/") })
    for (name, drawing) in figures where name.contains("DASB") { #expect(drawing.style == "second") }
    #expect(figures.allSatisfy { XMLReader($0.drawing.file).isWhole })
  }

  /// What the script of the page is given: five digits, and null where there is no value.
  @Test func curvesOfTheScript() throws {
    var report = try Self.report()
    report.scans[0].fitted = .init(weights: [1, 0, 2], predicted: [[1.234567, 2, .infinity], [0, 0, 0]], plot: nil)
    let page = PersonPage(report).html
    // Middles of 0-60, 60-180 and 300-600 s, in min.
    #expect(page.contains("\"times\":[0.5,2,7.5],\"weights\":[1,0,2]"))
    #expect(page.contains("\"regions\":[[[1,null,123460],[1.2346,2,null]],[[1,2,3],[0,0,0]]]"))
    #expect(page.contains("\"weights\":[],\"regions\":[[[1,null,123460],[]],[[1,2,3],[]]]"))
  }

  @Test func aPersonWithoutResultsHasAPage() {
    let empty = PersonReport(stem: "sub-1", participant: "sub-1", session: nil, provenance: SmallReports.provenance)
    let page = PersonPage(empty)
    #expect(page.figures.isEmpty && page.html.contains("no scan has results"))
  }
}
