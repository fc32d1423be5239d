import PETCore
import PETStudy
import PETTestSupport
import Testing

struct BIDSDatasetTests {
  /// A dataset of empty files, but for sidecars.
  private static func folder(_ files: [String], json: String = "{}") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in files { try folder.write(file, file.hasSuffix(".json") ? json : "") }
    return folder
  }

  @Test func scansBySessionAndName() throws {
    let folder = try Self.folder(
      [
        "sub-1/ses-a/pet/sub-1_ses-a_pet.nii.gz", "sub-1/ses-a/pet/sub-1_ses-a_pet.json",
        "sub-1/ses-b/pet/sub-1_ses-b_trc-X_pet.json", "sub-2/pet/sub-2_pet.nii", "sub-2/pet/.sub-2_run-1_pet.nii",
        "sub-2/pet/sub-2_blood.tsv", "sub-2/anat/sub-2_T1w.nii.gz",
      ], json: #"{"TracerName": "DASB", "TracerRadionuclide": "C11"}"#)
    let dataset = try Dataset(folder.path)
    #expect(dataset.scans.map(\.stem) == ["sub-1_ses-a", "sub-1_ses-b_trc-X", "sub-2"])
    #expect(dataset.scans.map(\.session) == ["ses-a", "ses-b", nil])
    #expect(dataset.scans.map(\.folder) == ["sub-1/ses-a/pet", "sub-1/ses-b/pet", "sub-2/pet"])
    #expect(
      dataset.scans.map { $0.images.count } == [1, 0, 1] && dataset.scans.map { $0.sidecars.count } == [1, 1, 0])
    #expect(dataset.scans.map(\.tracerName) == ["DASB", "DASB", nil] && dataset.scans[0].isotope == .carbon11)
    #expect(dataset.strays.isEmpty && dataset.unreadable.isEmpty && dataset.empty.isEmpty)
  }

  /// Labels go with and without their prefix; who is not there is told with the near miss.
  @Test func someOfAll() throws {
    let folder = try Self.folder(
      ["sub-01/ses-a/pet/sub-01_ses-a_pet.nii", "sub-01/ses-b/pet/sub-01_ses-b_pet.nii", "sub-02/pet/sub-02_pet.nii"])
    let some = try Dataset(folder.path, participants: ["01"], sessions: ["ses-b"])
    #expect(some.scans.map(\.stem) == ["sub-01_ses-b"] && some.participants == ["sub-01"])
    let error = #expect(throws: PETError.self) { try Dataset(folder.path, participants: ["sub-03"]) }
    #expect(error?.code == .missingInput && error?.problem == "there is no sub-03")
    for root in [folder.file("none"), folder.file("sub-01"), folder.file("sub-02/pet/sub-02_pet.nii")] {
      #expect(throws: PETError.self) { try Dataset(root) }
    }
  }

  /// One scan in several spaces is one; a .nii beside its .nii.gz is nobody's choice but the user's.
  @Test func imagesOfOneScan() throws {
    let folder = try Self.folder([
      "sub-1/pet/sub-1_pet.json", "sub-1/pet/sub-1_space-T1w_pet.nii.gz", "sub-1/pet/sub-1_space-MNI_desc-x_pet.nii",
      "sub-2/pet/sub-2_pet.nii", "sub-2/pet/sub-2_pet.nii.gz",
    ])
    let dataset = try Dataset(folder.path)
    #expect(dataset.scans.map(\.stem) == ["sub-1"] && dataset.scans[0].images.count == 2)
    #expect(dataset.unreadable.map(\.unit) == ["sub-2"] && dataset.unreadable.map(\.error.field) == ["image"])
  }

  /// Nothing that may be a scan vanishes without a word.
  @Test func whatIsNoScanIsTold() throws {
    let folder = try Self.folder([
      "sub-1/pet/sub-1_pet.nii", "sub-1/pet/scan.nii.gz", "sub-1/pet/sub-1_T1w.nii", "sub-1/sub-1_run-2_pet.nii",
      "sub-1/PET/sub-1_run-3_pet.nii", "sub-2/anat/sub-2_T1w.nii", "sub-3/ses-a/pet/sub-3_ses-a_pet.nii",
      "sub-3/ses-b/anat/x.txt", "Subject 04/pet/a.nii", "sub05/pet/a.nii", "sublime/a.txt",
    ])
    let dataset = try Dataset(folder.path)
    #expect(dataset.strays.map(\.unit).sorted() == ["scan", "sub-1_T1w", "sub-1_run-2_pet", "sub-1_run-3_pet"])
    #expect(dataset.misnamed.sorted() == ["Subject 04", "sub05"])
    #expect(dataset.empty.map { [$0.participant, $0.session ?? ""] } == [["sub-2", ""], ["sub-3", "ses-b"]])
  }

  /// A sidecar that cannot be read is one scan's trouble, not the study's.
  @Test func aBrokenSidecarIsItsScans() throws {
    let folder = try Self.folder(["sub-1/pet/sub-1_pet.json", "sub-2/pet/sub-2_pet.json"])
    try folder.write("sub-1/pet/sub-1_pet.json", "{")
    let dataset = try Dataset(folder.path)
    #expect(dataset.scans.map(\.stem) == ["sub-2"] && dataset.unreadable.map(\.unit) == ["sub-1"])
    #expect(dataset.unreadable.map(\.folder) == ["sub-1/pet"])
  }
}
