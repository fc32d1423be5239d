import Foundation
import PETCore
import PETPipeline
import PETResults
import PETStudy
import PETTestSupport
import Testing

/// An output of scans that cannot be worked out, and what is told of it when it is touched.
struct VerificationTests {
  private static func study() throws -> SmallStudy {
    let study = try SmallStudy([("sub-1_trc-a", "raclopride"), ("sub-1_trc-b", "DASB")])
    try study.folder.write("p.yaml", SmallStudy.pipeline)
    _ = try study.batch(SmallStudy.pipeline, out: study.out).run(.all) { _ in }
    return study
  }

  private static func codes(_ output: String) throws -> [String] {
    try Verification(output, study: nil, derivatives: [], jobs: 1).findings.map { "\($0.code) \($0.file ?? $0.field)" }
  }

  private static let failed = ["failed sub-1_trc-a", "failed sub-1_trc-b"]

  /// Failures are on record, in the table and in the plan; nothing else is said of an output that is as it was written.
  @Test func asItWasWritten() throws {
    let study = try Self.study()
    let found = try Verification(study.out, study: nil, derivatives: [], jobs: 1)
    #expect(found.findings.map(\.code.word) == ["failed", "failed"] && found.hasStudy)
    // The page of a person has a record as well.
    #expect(try RunRecord.units(in: study.out) == ["sub-1_page", "sub-1_trc-a", "sub-1_trc-b"] && found.units == 3)
    let table = try TSVTable(path: study.out + "/failures.tsv")
    #expect(table.rows.map { $0[0] } == ["sub-1_trc-a", "sub-1_trc-b"] && table.rows.allSatisfy { $0[1] == "read" })
    let lines = try study.batch(out: study.out).plan.lines
    #expect(lines.prefix(2).allSatisfy { $0.state.word == "failed" } && lines.last?.state.word == "pending")
  }

  /// A link to the output finds the study that the output names from where it lies.
  @Test func throughALink() throws {
    let study = try Self.study()
    try AtomicFile.makeFolder(study.folder.file("deep/er"))
    let link = study.folder.file("deep/er/link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: study.out)
    #expect(try Verification(link, study: nil, derivatives: [], jobs: 1).hasStudy)
    try FileManager.default.moveItem(atPath: study.root, toPath: study.folder.file("elsewhere"))
    let found = try Verification(study.out, study: nil, derivatives: [], jobs: 1)
    #expect(!found.hasStudy && found.findings.contains { $0.code.word == "study-missing" })
    #expect(try Verification(study.out, study: study.folder.file("elsewhere"), derivatives: [], jobs: 1).hasStudy)
  }

  @Test func whatWasTouched() throws {
    let study = try Self.study()
    try study.folder.write("out/sub-1/pet/sub-1_trc-a_kinpar.tsv", "x")
    #expect(try Self.codes(study.out).contains("unknown-file sub-1/pet/sub-1_trc-a_kinpar.tsv"))
    try FileManager.default.removeItem(atPath: study.out + "/failures.tsv")
    #expect(try Self.codes(study.out).filter { $0 == "table-changed failures.tsv" }.count == 2)
    try study.folder.write("out/records/sub-1_trc-b.json", "{}")
    #expect(try Self.codes(study.out).contains { $0.hasPrefix("record-unreadable records/sub-1_trc-b.json") })
    try study.folder.write("out/pipeline.yaml", SmallStudy.pipeline + "\ncurves: {smooth: 4}\n")
    #expect(try Self.codes(study.out).contains("pipeline-changed pipeline.yaml"))
  }

  /// Results on record are there, changed or gone.
  @Test func resultsOnRecord() throws {
    let study = try Self.study()
    let paths = try ["a", "b", "c"].map { try study.folder.write("out/sub-1/pet/sub-1_trc-a_\($0).tsv", $0) }
    let old = try #require(try RunRecord.read("sub-1_trc-a", in: study.out))
    var record = RunRecord(
      unit: old.unit, kind: .scan, participant: "sub-1", session: nil, tracer: old.tracer, settings: old.settings)
    record.outputs = try paths.map {
      RunRecord.File(name: String($0.dropFirst(study.out.count + 1)), digest: try FileDigest(path: $0))
    }
    try record.write(in: study.out)
    #expect(try !Self.codes(study.out).contains { $0.hasPrefix("result") || $0.hasPrefix("unknown") })
    try study.folder.write("out/sub-1/pet/sub-1_trc-a_b.tsv", "B")
    try FileManager.default.removeItem(atPath: paths[2])
    let codes = try Self.codes(study.out).filter { $0.hasPrefix("result") }
    #expect(codes == ["result-changed sub-1/pet/sub-1_trc-a_b.tsv", "result-missing sub-1/pet/sub-1_trc-a_c.tsv"])
  }

  /// An output of version 0.1.0, whose digest of the pipeline is of its text: what that version made otherwise is no fault.
  @Test func anEarlierVersion() throws {
    let study = try Self.study()
    for unit in try RunRecord.units(in: study.out) {
      let path = RunRecord.path(of: unit, in: study.out)
      let text = try TextFile.read(path).text
      let old = text.replacing("\"Version\": \"\(Product.version)\"", with: "\"Version\": \"0.1.0\"")
      #expect(text != old)
      try old.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let about = study.out + "/dataset_description.json"
    let digest = try FileDigest(path: study.out + "/pipeline.yaml").sha256
    let stated = try #require(try JSONValue.readObject(path: about)[Sidecar.pipelineDigest]?.string)
    try TextFile.read(about).text.replacing(stated, with: "sha256:" + digest)
      .write(toFile: about, atomically: true, encoding: .utf8)
    try study.folder.write("out/group_kinpar.tsv", "another\n")
    let found = try Verification(study.out, study: nil, derivatives: [], jobs: 1)
    let faults = found.findings.filter { $0.level == .fault }.map(\.code.word)
    for code in ["pipeline-changed", "table-changed", "input-changed"] { #expect(!faults.contains(code), "\(faults)") }
    #expect(found.hasStudy && found.findings.contains { $0.code.word == "version" && $0.value == "0.1.0" })
    #expect(found.findings.contains { $0.code.word == "table-changed" && $0.level == .warning })
    try study.folder.write("out/pipeline.yaml", SmallStudy.pipeline + "\n# another\n")
    #expect(try Self.codes(study.out).contains("pipeline-changed pipeline.yaml"))
  }

  @Test func whatIsNoOutput() throws {
    let folder = try TemporaryFolder()
    func field() -> String? {
      #expect(throws: PETError.self) { try Verification(folder.path, study: nil, derivatives: [], jobs: 1) }?.field
    }
    _ = field()
    try folder.write("dataset_description.json", #"{"GeneratedBy": [{"Name": "other"}]}"#)
    #expect(field() == "GeneratedBy")
    try folder.write("dataset_description.json", #"{"GeneratedBy": [{"Name": "\#(Product.name)"}]}"#)
    #expect(field() == "records")
  }
}
