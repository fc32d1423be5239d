import Foundation
import PETCore
import PETTestSupport
import Testing

/// Outputs held against their records.
struct VerifyTests {
  private func verify(_ arguments: [String]) throws -> (status: Int32, found: [String], errors: String) {
    let run = try Program.run(["verify", "--format", "tsv"] + arguments)
    let table = try TSVTable(text: run.output, file: "verify")
    return (run.status, table.rows.map { "\($0[0]) \($0[1])" }, run.errors)
  }

  /// As written, copied elsewhere with and without its study, and made again.
  @Test func anOutputIsWhatItWas() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    var result = try verify([out, "--rerun", "6"])
    #expect(result.status == 0 && result.found.isEmpty, "\(result)")
    for unit in ["sub-01_trc-RAC", "sub-02_trc-DASB", "sub-02_desc-raclopridedasb"] {
      #expect(result.errors.contains(unit))
    }
    let copy = folder.file("deep/er/copy")
    try AtomicFile.makeFolder(folder.file("deep/er"))
    try FileManager.default.copyItem(atPath: out, toPath: copy)
    result = try verify([copy])
    #expect(result.status == 0 && result.found == ["warning study-missing"], "\(result)")
    result = try verify([copy, "--study", study, "--rerun", "1"])
    #expect(result.status == 0 && result.found.isEmpty, "\(result)")
    #expect(try ResumeTests.tree(copy) == ResumeTests.tree(out))
    #expect(try Program.run(["verify", study]).status == 65)
    #expect(try Program.run(["verify", folder.file("none")]).status == 66)
  }

  /// One change each, of a result, the pipeline, a table, a record, the study.
  @Test(arguments: [
    ("out/sub-01/sub-01.html", "fault result-changed"),
    ("out/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.json", "fault result-changed"),
    ("out/pipeline.yaml", "fault pipeline-changed"),
    ("out/group_balance.tsv", "fault table-changed"),
    ("out/records/sub-01_trc-RAC.json", "fault record-unreadable"),
    ("study/sub-01/pet/sub-01_trc-RAC_pet.json", "fault input-changed"),
    ("study/sub-01/pet/sub-01_trc-RAC_pet.nii.gz", "fault input-changed"),
  ])
  func changesAreFound(file: String, expected: String) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    let path = folder.file(file)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // A comment or a blank line is no other pipeline.
    let more = file.contains("records") ? "x" : file.hasSuffix(".yaml") ? "  colours: {BPND: 3}\n" : "\n"
    bytes.append(contentsOf: Array(more.utf8))
    try bytes.write(to: URL(fileURLWithPath: path))
    let result = try verify([out])
    #expect(result.status == 65 && result.found.contains(expected), "\(result)")
  }

  @Test func whatIsGoneOrNewIsFound() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    try FileManager.default.removeItem(atPath: out + "/sub-01/sub-01.html")
    try Data("x".utf8).write(to: URL(fileURLWithPath: out + "/sub-01/mine.tsv"))
    try FileManager.default.removeItem(atPath: study + "/sub-02")
    let result = try verify([out])
    #expect(
      Set(result.found) == ["fault result-missing", "warning unknown-file", "fault input-missing"], "\(result)")
  }
}
