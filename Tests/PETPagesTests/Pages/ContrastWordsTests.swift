import PETBinding
import PETCore
import PETResults
import PETTestSupport
import Testing

@testable import PETPages

/// What a contrast says on the first screen (`ContrastWords`).
struct ContrastWordsTests {
  private static let header =
    "region\tkind\tmeasure\tn-a\tn-b\teffect\teffect-low\teffect-high\teffect-ratio\teffect-ratio-low\teffect-ratio-high"
    + "\tt\tp\tq\theterogeneity-p\n"

  private static func analysis(_ rows: String) throws -> AnalysisReport {
    let folder = try TemporaryFolder()
    let table = try #require(try AnalysisTable(path: try folder.write("a.tsv", header + rows)))
    let sidecar = JSONValue.object([("Question", .string("group: b less a")), ("Measure", .string("log-ratio"))])
    return AnalysisReport(file: "analyses/a.tsv", table: table, sidecar: sidecar)
  }

  @Test func whatIsSaidFirst() throws {
    let all = "all\tall\tlog-ratio\t5\t6\t0.1\t-0.1\t0.3\t1.105\t0.905\t1.35\t1\t0.3\tn/a\tn/a\n"
    let difference = "n/a\tdifference\tlog-ratio\t5\t6\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a\t9.999e-05\n"
    let regions = [("Pons", 0.5), ("Putamen", 0.0301)].map {
      "\($0)\tregion\tlog-ratio\t5\t6\t0.7\t0.4\t1\t2.01\t1.49\t2.72\t3\t0.01\t\($1)\tn/a\n"
    }.joined()
    let said = try #require(ContrastWords.sentence(try Self.analysis(all + difference + regions)))
    #expect(said.hasPrefix("group: b less a, log-ratio, 5 and 6 persons: all regions together \u{00d7} 1.1"), "\(said)")
    #expect(said.contains("q below 0.05 in 1 of 2 regions, the smallest in Putamen: \u{00d7} 2.0"), "\(said)")
    #expect(said.contains("q 0.030") && said.hasSuffix("do regions differ in it: p below 0.001."), "\(said)")
  }
}
