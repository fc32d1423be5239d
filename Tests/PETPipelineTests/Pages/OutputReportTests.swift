import PETCore
import PETPages
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// Pages made again from what an output holds, and what they are not made from.
struct OutputReportTests {
  private static func description(_ name: String = Product.name) -> String {
    JSONValue.object([("Name", "x"), ("GeneratedBy", .array([["Name": .string(name)]]))]).text
  }

  private static func output(_ more: String = "report: {html: true}\n") throws -> SmallOutput {
    let output = try SmallOutput(more)
    try output.folder.write("dataset_description.json", description())
    try output.folder.write("pipeline.yaml", output.definition.text)
    return output
  }

  @Test func whatIsNoOutputOfOursIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: PETError.self) { try OutputReport(folder.path) }
    try folder.write("dataset_description.json", Self.description("fMRIPrep"))
    let error = #expect(throws: PETError.self) { try OutputReport(folder.path) }
    #expect(error?.field == "GeneratedBy")
  }

  @Test func resultsOfThisPipelineAndVersionAreNeeded() throws {
    let empty = try Self.output()
    #expect(#expect(throws: PETError.self) { try OutputReport(empty.folder.path) }?.code == .missingInput)
    // A record of another digest is of another pipeline.
    let other = RunRecord(
      unit: "sub-1_trc-RAC", kind: .scan, participant: "sub-1", session: nil, tracer: "raclopride",
      settings: .init(pipeline: "small", pipelineDigest: "0", values: nil))
    try other.write(in: empty.folder.path)
    #expect(#expect(throws: PETError.self) { try OutputReport(empty.folder.path) }?.code == .missingInput)
    let own = empty.settings.of(.scan, tracer: "raclopride")
    let earlier = RunRecord(
      unit: "sub-1_trc-RAC", kind: .scan, participant: "sub-1", session: nil, tracer: "raclopride",
      settings: .init(version: "0.0.9", pipeline: own.pipeline, pipelineDigest: own.pipelineDigest, values: own.values))
    try earlier.write(in: empty.folder.path)
    #expect(#expect(throws: PETError.self) { try OutputReport(empty.folder.path) }?.field == "Version")
  }

  @Test func aPipelineWithoutPagesHasNone() throws {
    let output = try Self.output("report: {html: false}\n")
    try output.write("sub-1_trc-RAC", .scan, tracer: "raclopride", [])
    let error = #expect(throws: PETError.self) { try OutputReport(output.folder.path) }
    #expect(error?.code == .usage && error?.field == "report.html")
  }

  /// A pair whose table was touched has no page, and is told of by name; no path of this machine is in the table.
  @Test func whatWasTouchedIsNotShown() throws {
    let output = try Self.output()
    let pair = "sub-1_desc-raclopridedasb"
    try output.write(
      pair, .pair, tracer: "raclopridedasb", [("sub-1/\(pair)_balance.tsv", SmallOutput.balance(["Pons"]))])
    try output.folder.write("sub-1/\(pair)_balance.tsv", SmallOutput.balance(["Putamen"]))
    try output.folder.write("failures.tsv", Failure.columns.joined(separator: "\t") + "\n")
    let (made, failures) = try OutputReport(output.folder.path).update(jobs: 1, force: false)
    #expect(made == 0 && failures.contains { $0.contains("balance.tsv is not as it was written") }, "\(failures)")
    let told = try #require(try FailureTable.read(output.folder.path))
    #expect(told.map(\.unit).contains(pair) && !told.contains { $0.problem.contains(output.folder.path) })
  }

  /// Analyses beside the results are shown; what is none of ours is told, and does not stop the page.
  @Test func analysesAreFoundByTheirColumns() throws {
    let output = try SmallOutput("report: {html: true}\n")
    try output.folder.write("analyses/b.tsv", "region\tmeasure\tuniverses\tleast\tmost\nA\tlog-ratio\t4\t0.1\t0.2\n")
    try output.folder.write(
      "analyses/b.json",
      "{\"SourceDigests\": [{\"File\": \"t.tsv\", \"Bytes\": 1, \"SHA256\": \"\(FileDigest(of: "a").sha256)\"}]}")
    try output.folder.write("analyses/deep/c.tsv", "region\tvalue\nA\t1\n")
    try output.folder.write("analyses/d.tsv", "region\tmeasure\tuniverses\tleast\tmost\nA\tlog-ratio\t4\tlow\t0.2\n")
    try output.folder.write("analyses/.hidden.tsv", "x\n")
    let record = try output.write("sub-1_trc-RAC", .scan, tracer: "raclopride", [], failure: "no frames")
    let analyses = AnalysesReader(output: output.folder.path) { ["t.tsv": FileDigest(of: "b")] }
    let reader = StudyPageReader(
      output: output.folder.path, definition: output.definition, records: [record], jobs: 1, fits: nil,
      analyses: try analyses.read())
    let report = try reader.read(nil, failures: [])
    #expect(report.analyses.map(\.file) == ["analyses/b.tsv"] && report.analyses[0].changed == "t.tsv")
    #expect(report.passedOver.map(\.file).sorted() == ["analyses/d.tsv", "analyses/deep/c.tsv"])
    #expect(report.passedOver.contains { $0.reason.contains("line 2, column 'least'") })
    #expect(report.visits.count == 1 && report.visits[0].page == nil && report.isPairExpected)
    #expect(report.visits[0].failures == ["sub-1_trc-RAC: no frames"])
  }
}
