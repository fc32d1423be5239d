import Foundation
import PETCore
import PETTestSupport
import Testing

/// Studies and outputs that have been moved about, copied or linked: never a number from the wrong file.
struct OddFoldersTests {
  private static let pipeline = ["--pipeline", PlainPipeline.path]

  private func copyScans(_ from: String, _ to: String) throws {
    try AtomicFile.makeFolder(to)
    for file in try FileManager.default.contentsOfDirectory(atPath: from) {
      try FileManager.default.copyItem(atPath: "\(from)/\(file)", toPath: "\(to)/\(file)")
    }
  }

  /// Scans of two sessions whose names do not tell the session are no scans of either.
  @Test func namesMustTellTheSession() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    for session in ["a", "b"] { try copyScans("\(study)/sub-02/pet", "\(study)/sub-02/ses-\(session)/pet") }
    try FileManager.default.removeItem(atPath: study + "/sub-02/pet")
    let (out, outcome) = try SampleStudyTests.run(study, into: folder)
    #expect(outcome.status == 1 && outcome.errors.contains("it lies in the folder of ses-a"), "\(outcome.errors)")
    #expect(Set(try TSVTable(path: out + "/group_balance.tsv").rows.map { $0[0] }) == ["sub-01"])
    #expect(try Program.run(["check", study]).status == 65)
  }

  /// A copy of a scan in another person's folder is refused, and the scan itself keeps its results.
  @Test func aMisplacedCopyHarmsNothing() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1, participants: 2)
    let out = try SampleStudyTests.run(study, into: folder).path
    func results() throws -> [String: Data] {
      try ResumeTests.tree(out).filter { $0.key.hasPrefix("sub-") && !BadStudy.isPage($0.key) }
    }
    let before = try results()
    for ending in ["json", "nii.gz"] {
      let name = "sub-02_trc-RAC_pet.\(ending)"
      try FileManager.default.copyItem(atPath: "\(study)/sub-02/pet/\(name)", toPath: "\(study)/sub-01/pet/\(name)")
    }
    #expect(try SampleStudyTests.run(study, into: folder).outcome.status == 1)
    #expect(try results() == before)
    #expect(try TSVTable(path: out + "/failures.tsv").rows.map { $0[0] } == ["sub-01_sub-02_trc-RAC"])
  }

  /// Another output of ours among the derivatives is no input, and an output knows itself through a link.
  @Test func ourOutputsAreNoDerivatives() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let first = study + "/derivatives/first"
    #expect(try Program.run(["run", study, first] + Self.pipeline).status == 0)
    // Without images there are only curves to read: those of our own output are not taken.
    for tracer in ["RAC", "DASB"] {
      try FileManager.default.removeItem(atPath: "\(study)/sub-01/pet/sub-01_trc-\(tracer)_pet.nii.gz")
    }
    let second = try Program.run(["run", study, folder.file("out")] + Self.pipeline)
    #expect(second.status == 1 && second.errors.contains("there is no image, and no derivative has curves"))
    let named = try Program.run(["run", study, folder.file("named"), "--derivatives", first] + Self.pipeline)
    #expect(named.status == 0, "\(named.errors)")
  }

  /// Results that were moved and linked are made anew in their place; what the links lead to is not touched.
  @Test func linksInPlaceOfResults() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    let store = folder.file("store")
    try AtomicFile.makeFolder(store)
    for file in try SampleStudyTests.files(out).filter({ $0.hasPrefix("sub-") }) {
      let name = store + "/" + (file as NSString).lastPathComponent
      try FileManager.default.moveItem(atPath: "\(out)/\(file)", toPath: name)
      try FileManager.default.createSymbolicLink(atPath: "\(out)/\(file)", withDestinationPath: name)
    }
    let kept = try ResumeTests.stamps(store)
    #expect(try SampleStudyTests.run(study, ["--force"], into: folder).outcome.status == 0)
    #expect(try ResumeTests.stamps(store) == kept)
    let fresh = try SampleStudyTests.run(study, into: folder, name: "fresh").path
    #expect(try ResumeTests.tree(out) == ResumeTests.tree(fresh))
    #expect(try Program.run(["verify", out]).status == 0)
  }

  /// A copied record is not counted twice, one that leads elsewhere removes nothing, and a broken one stops nobody.
  @Test(arguments: ["copy", "elsewhere", "broken"])
  func recordsAreNotTrusted(kind: String) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let out = try SampleStudyTests.run(study, into: folder).path
    let rows = try TSVTable(path: out + "/group_kinpar.tsv").rows.count
    let record = try String(contentsOfFile: out + "/records/sub-01_trc-RAC.json", encoding: .utf8)
    let precious = try folder.write("precious.txt", "mine")
    switch kind {
    case "copy": try folder.write("out/records/sub-01_trc-RAC (copy).json", record)
    case "elsewhere":
      try folder.write(
        "out/records/sub-09_trc-RAC.json",
        record.replacing("sub-01", with: "sub-09")
          .replacing("sub-09/pet/sub-09_trc-RAC_model-SRTM_kinpar.tsv", with: "../precious.txt"))
    default: try folder.write("out/records/sub-09_trc-RAC.json", "{")
    }
    let group = try Program.run(["run", study, out, "group"] + Self.pipeline)
    #expect(group.status == 0, "\(group.errors)")
    #expect(FileManager.default.fileExists(atPath: precious))
    #expect(try TSVTable(path: out + "/group_kinpar.tsv").rows.count == rows)
    let failures = try TSVTable(path: out + "/failures.tsv").rows
    #expect(failures.count == 1 && failures[0][5] == "remove the file")
  }

  /// A run of some sessions says nothing of balances that it does not look at.
  @Test func someSessionsDoNotTellWhoHasNoPair() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    for (tracer, session) in [("RAC", "a"), ("DASB", "b")] {
      try AtomicFile.makeFolder("\(study)/sub-01/ses-\(session)/pet")
      for ending in ["json", "nii.gz"] {
        try FileManager.default.moveItem(
          atPath: "\(study)/sub-01/pet/sub-01_trc-\(tracer)_pet.\(ending)",
          toPath: "\(study)/sub-01/ses-\(session)/pet/sub-01_ses-\(session)_trc-\(tracer)_pet.\(ending)")
      }
    }
    let out = try SampleStudyTests.run(study, into: folder).path
    let before = try ResumeTests.tree(out)
    let part = try SampleStudyTests.run(study, ["--session-label", "a"], into: folder).outcome
    #expect(part.status == 0, "\(part.errors)")
    #expect(try ResumeTests.tree(out) == before)
  }

  /// A pipeline's table of regions lies beside it, wherever the run is started.
  @Test func theRegionTableLiesBesideThePipeline() throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let text = PlainPipeline.text
    try folder.write("analysis/mine.yaml", text.replacing("definitions: auto", with: "definitions: regions.tsv"))
    try folder.write("analysis/regions.tsv", "region\tlabels\nBothPutamina\tLeft-Putamen+Right-Putamen\n")
    let run = try Program.run(["run", study, folder.file("out"), "--pipeline", folder.file("analysis/mine.yaml")])
    #expect(run.status == 0, "\(run.errors)")
    let table = try TSVTable(path: folder.file("out") + "/group_balance.tsv")
    #expect(table.rows.contains { $0.contains("BothPutamina") })
  }

  /// Tables and plans are never written into the study that they are about.
  @Test(arguments: ["check", "plan"])
  func nothingIsWrittenIntoAStudy(command: String) throws {
    let folder = try TemporaryFolder()
    let study = try SampleStudyTests.simulate(folder, noise: 0.1)
    let before = try ResumeTests.tree(study)
    let more = command == "plan" ? Self.pipeline : []
    #expect(try Program.run([command, study, "--out", study + "/participants.tsv"] + more).status == 64)
    #expect(try ResumeTests.tree(study) == before)
  }
}
