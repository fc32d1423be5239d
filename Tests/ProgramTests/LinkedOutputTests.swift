import Foundation
import PETCore
import PETTestSupport
import Testing

/// An output under git-annex or datalad: its files are links to objects that nobody may change, and folders may be links
/// to places of somebody else.
struct LinkedOutputTests {
  private let folder: TemporaryFolder
  private let study: String
  private let out: String

  init() throws {
    folder = try TemporaryFolder()
    study = try SampleStudyTests.simulate(folder, noise: 0.1)
    out = try SampleStudyTests.run(study, into: folder).path
  }

  /// Every file becomes a link to an object of a store; returns the store.
  private func annexed() throws -> String {
    let store = out + "/.git/annex/objects"
    let files = try SampleStudyTests.files(out)
    try AtomicFile.makeFolder(store)
    for (number, file) in files.enumerated() {
      try FileManager.default.moveItem(atPath: "\(out)/\(file)", toPath: "\(store)/\(number)")
      chmod("\(store)/\(number)", 0o444)
      try FileManager.default.createSymbolicLink(atPath: "\(out)/\(file)", withDestinationPath: "\(store)/\(number)")
    }
    return store
  }

  private func isLink(_ file: String) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(out)/\(file)")) != nil
  }

  /// Whatever is made anew takes the link's place, what is the same stays one, and no object is touched.
  @Test func noObjectIsWrittenThroughItsLink() throws {
    let store = try annexed()
    let kept = try ResumeTests.stamps(store)
    let names = study + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.tsv"
    try TextFile.read(names).text.replacing("Midbrain", with: "Mesencephalon")
      .write(toFile: names, atomically: true, encoding: .utf8)
    let run = try SampleStudyTests.run(study, into: folder).outcome
    #expect(run.status == 0, "\(run.errors)")
    #expect(try ResumeTests.stamps(store) == kept)
    let made = [
      "group_kinpar.tsv", "group_balance.tsv", "group_summary.tsv", "group_wide.tsv", "group.html",
      "records/sub-01_trc-RAC.json", "sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv", "sub-01/sub-01.html",
    ]
    for file in made { #expect(!isLink(file), "\(file)") }
    for file in ["README", "dataset_description.json", ".bidsignore", "pipeline.yaml", "failures.tsv"] {
      #expect(isLink(file), "\(file)")
    }
    let fresh = try SampleStudyTests.run(study, into: folder, name: "fresh").path
    let tree = try ResumeTests.tree(out).filter { !$0.key.hasPrefix(".git/") }
    #expect(try tree == ResumeTests.tree(fresh))
    // A scan that is gone takes its links along, not the objects.
    for tracer in ["RAC", "DASB"] {
      for ending in ["json", "nii.gz"] {
        try FileManager.default.removeItem(atPath: "\(study)/sub-01/pet/sub-01_trc-\(tracer)_pet.\(ending)")
      }
    }
    _ = try SampleStudyTests.run(study, ["--replace"], into: folder)
    #expect(try ResumeTests.stamps(store) == kept)
  }

  @Test(arguments: ["sub-01", "sub-01/pet", "logs", "records"])
  func linkedFoldersAreRefused(name: String) throws {
    let elsewhere = folder.file("elsewhere")
    try FileManager.default.moveItem(atPath: "\(out)/\(name)", toPath: elsewhere)
    try FileManager.default.createSymbolicLink(atPath: "\(out)/\(name)", withDestinationPath: elsewhere)
    let before = (try ResumeTests.stamps(out), try ResumeTests.stamps(elsewhere))
    for more in [["--force"], ["--participant-label", "01", "--force"]] {
      let run = try SampleStudyTests.run(study, more, into: folder).outcome
      #expect(run.status == 73 && run.errors.split(separator: "\n").count == 1, "\(run.errors)")
      #expect(run.errors.contains("\(out)/\(name): it is a link where a folder belongs"), "\(run.errors)")
    }
    #expect(try ResumeTests.stamps(out) == before.0 && ResumeTests.stamps(elsewhere) == before.1)
    // The output itself may be one.
    try FileManager.default.removeItem(atPath: "\(out)/\(name)")
    try FileManager.default.moveItem(atPath: elsewhere, toPath: "\(out)/\(name)")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: out)
    #expect(try SampleStudyTests.run(study, into: folder, name: "link").outcome.status == 0)
  }

  /// Results that new ones do not have go, but for what somebody has changed, and files that no record names.
  @Test func whatWasChangedIsNotRemoved() throws {
    let shipped = PlainPipeline.text
    let edited = shipped.replacing("model: SRTM,", with: "model: FRTM,")
    #expect(edited != shipped)
    let pipeline = try folder.write("edited.yaml", edited)
    let place = "sub-01/pet/sub-01_trc-RAC"
    try folder.write("out/\(place)_model-SRTM_fitted.tsv", "my own\n")
    try folder.write("out/\(place)_desc-mine_kinpar.tsv", "mine\n")
    let run = try SampleStudyTests.run(study, pipeline: pipeline, into: folder).outcome
    #expect(run.status == 0, "\(run.errors)")
    let left = try SampleStudyTests.files(out).filter { $0.contains("SRTM") || $0.contains("mine") }
    #expect(left == ["\(place)_desc-mine_kinpar.tsv", "\(place)_model-SRTM_fitted.tsv"])
  }
}
