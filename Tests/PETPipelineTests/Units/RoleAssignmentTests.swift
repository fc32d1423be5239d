import Foundation
import PETCore
import PETPipeline
import PETTestSupport
import Testing

/// Which scans a pipeline takes, which it leaves, and that each is told of.
struct RoleAssignmentTests {
  private static func findings(_ study: SmallStudy, _ pipeline: String = SmallStudy.pipeline) throws -> [String:
    [String]]
  {
    Dictionary(grouping: try study.batch(pipeline).planFindings, by: \.code.word).mapValues { $0.map(\.field).sorted() }
  }

  @Test func byAnySpelling() throws {
    let study = try SmallStudy([
      ("sub-1_trc-RAC", "[11C]raclopride"), ("sub-1_trc-x", "11C-DASB"), ("sub-2_trc-DASB", "11C-DASB"),
    ])
    let lines = try study.batch().plan.lines
    #expect(lines.map(\.unit).prefix(3) == ["sub-1_trc-RAC", "sub-1_trc-x", "sub-2_trc-DASB"])
    #expect(
      lines.map(\.tracer).prefix(3) == ["raclopride", "dasb", "dasb"] && lines.map(\.index) == Array(1...lines.count))
    #expect(lines.allSatisfy { $0.state.word == "pending" || $0.kind == "pair" })
  }

  /// A name against its sidecar, or against its folder, cannot both be right.
  @Test func contradictions() throws {
    let study = try SmallStudy(
      [("sub-1_trc-RAC", "raclopride"), ("sub-1_trc-DASB", "raclopride")],
      files: ["sub-2/pet/sub-1_trc-RAC_pet.json": #"{"TracerName": "raclopride"}"#])
    #expect(try study.batch().plan.lines.map(\.unit) == ["sub-1_trc-RAC"])
    // The copy in the wrong folder does not take the name of the scan itself.
    #expect(try Self.findings(study)["refused"] == ["sub-1_trc-DASB", "sub-2_sub-1_trc-RAC"])
  }

  /// A tracer that nobody knows is a failure where nothing else is read, else a finding; a known one is a note.
  @Test func scansThatAreNotTaken() throws {
    let study = try SmallStudy(
      [
        ("sub-1_trc-a", "raclopride"), ("sub-1_trc-b", "raclopridee"), ("sub-2_trc-b", "unknown"),
        ("sub-3_trc-c", "FE-PE2I"),
      ], files: ["sub-1/pet/scan.nii": "", "sub-4/pet/scan.nii": ""])
    let found = try Self.findings(study)
    #expect(found["refused"] == ["scan", "sub-2_trc-b"] && found["unknown-tracer"] == ["TracerName"])
    #expect(found["other-tracer"] == ["TracerName"] && found["no-scan-name"] == ["name"])
  }

  @Test func filters() throws {
    let study = try SmallStudy([("sub-1_trc-a_rec-x", "raclopride"), ("sub-1_trc-b_rec-y", "DASB")])
    func pipeline(_ rec: String) -> String {
      SmallStudy.pipeline.replacingOccurrences(of: "tracer: dasb", with: "tracer: dasb, rec: \(rec)")
    }
    #expect(try study.batch(pipeline("y")).plan.lines.map(\.unit).count == 3)
    let error = #expect(throws: PETError.self) { try study.batch(pipeline("z")) }
    #expect(error?.problem == "no scan of [11C]DASB has rec-z; there are sub-1_trc-b_rec-y")
    var options = BatchRun.Options()
    options.tracers = ["DASB"]
    #expect(try study.batch(SmallStudy.pipeline, options).plan.lines.map(\.unit) == ["sub-1_trc-b_rec-y"])
  }

  @Test func linesOfAPlanWrittenBefore() throws {
    let study = try SmallStudy([("sub-1_trc-a", "raclopride"), ("sub-1_trc-b", "DASB")])
    let path = try study.folder.write("plan.tsv", try study.batch().plan.tsv)
    #expect(try (1...2).map { try WorkPlan.unit($0, inPlan: path) } == ["sub-1_trc-a", "sub-1_trc-b"])
    let error = #expect(throws: PETError.self) { try WorkPlan.unit(4, inPlan: path) }
    #expect(error?.field == "--index" && error?.remedy == "choose 1 to 3")
  }
}
