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
    let scan = study + "/sub-01/pet/sub-01_trc-RAC_pet.nii.gz"
    try FileManager.default.removeItem(atPath: scan)
    #expect(try SampleStudyTests.run(study, into: folder).outcome.status == 1)
    #expect(try ResumeTests.stamps(store) == kept)
    // Of the tables over all some are gone, some say other things.
    for file in ["failures.tsv", "group_kinpar.tsv", "group.html", "records/sub-01_trc-RAC.json"] {
      #expect(!isLink(file), "\(file)")
    }
    #expect(isLink("README") && isLink("dataset_description.json"))
    #expect(!FileManager.default.fileExists(atPath: out + "/group_balance.tsv"))
    #expect(!FileManager.default.fileExists(atPath: out + "/sub-01/pet/sub-01_trc-RAC_model-SRTM_kinpar.tsv"))
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

  /// Results of a scan that fails now go, but for what somebody has changed, and files that no record names.
  @Test func whatWasChangedIsNotRemoved() throws {
    let place = "sub-01/pet/sub-01_trc-RAC"
    try folder.write("out/\(place)_seg-auto_morph.tsv", "my own\n")
    try folder.write("out/\(place)_desc-mine_tacs.tsv", "mine\n")
    try FileManager.default.removeItem(atPath: "\(study)/\(place)_pet.nii.gz")
    #expect(try SampleStudyTests.run(study, into: folder).outcome.status == 1)
    let left = try SampleStudyTests.files(out).filter { $0.hasPrefix(place) }
    #expect(left == ["\(place)_desc-mine_tacs.tsv", "\(place)_seg-auto_morph.tsv"])
  }
}
