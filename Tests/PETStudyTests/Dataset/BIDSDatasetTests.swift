import Foundation
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
    let dataset = try BIDSDataset(root: folder.path)
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
    let some = try BIDSDataset(root: folder.path, participants: ["01"], sessions: ["ses-b"])
    #expect(some.scans.map(\.stem) == ["sub-01_ses-b"] && some.participants == ["sub-01"])
    let error = #expect(throws: PETError.self) { try BIDSDataset(root: folder.path, participants: ["sub-03"]) }
    #expect(error?.code == .missingInput && error?.problem == "there is no sub-03")
    for root in [folder.file("none"), folder.file("sub-01"), folder.file("sub-02/pet/sub-02_pet.nii")] {
      #expect(throws: PETError.self) { try BIDSDataset(root: root) }
    }
  }

  /// One scan in several spaces is one; a .nii beside its .nii.gz is nobody's choice but the user's.
  @Test func imagesOfOneScan() throws {
    let folder = try Self.folder([
      "sub-1/pet/sub-1_pet.json", "sub-1/pet/sub-1_space-T1w_pet.nii.gz", "sub-1/pet/sub-1_space-MNI_desc-x_pet.nii",
      "sub-2/pet/sub-2_pet.nii", "sub-2/pet/sub-2_pet.nii.gz",
    ])
    let dataset = try BIDSDataset(root: folder.path)
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
    let dataset = try BIDSDataset(root: folder.path)
    #expect(dataset.strays.map(\.unit).sorted() == ["scan", "sub-1_T1w", "sub-1_run-2_pet", "sub-1_run-3_pet"])
    #expect(dataset.misnamed.sorted() == ["Subject 04", "sub05"])
    #expect(dataset.empty.map { [$0.participant, $0.session ?? ""] } == [["sub-2", ""], ["sub-3", "ses-b"]])
  }

  /// A sidecar that cannot be read is one scan's trouble, not the study's.
  @Test func aBrokenSidecarIsItsScans() throws {
    let folder = try Self.folder(["sub-1/pet/sub-1_pet.json", "sub-2/pet/sub-2_pet.json"])
    try folder.write("sub-1/pet/sub-1_pet.json", "{")
    let dataset = try BIDSDataset(root: folder.path)
    #expect(dataset.scans.map(\.stem) == ["sub-2"] && dataset.unreadable.map(\.unit) == ["sub-1"])
    #expect(dataset.unreadable.map(\.folder) == ["sub-1/pet"])
  }
}

/// When scans were made, in days of no meaning: differences are counted.
struct AcquisitionTimesTests {
  /// Days of scans of one person by their runs, from times of a `_scans.tsv`.
  private static func days(_ times: [String]) throws -> [Double?] {
    let folder = try TemporaryFolder()
    var table = "filename\tacq_time\n"
    for (run, time) in times.enumerated() {
      let name = "sub-1_run-\(String(format: "%03d", run))_pet.nii.gz"
      try folder.write("sub-1/pet/\(name)", "")
      table += "pet/\(name)\t\(time)\n"
    }
    try folder.write("sub-1/sub-1_scans.tsv", table)
    return try BIDSDataset(root: folder.path).scans.map(\.day)
  }

  /// Day after day through leap years and a century that is none, counted by the lengths of the months.
  @Test func everyDayIsOneMore() throws {
    var dates: [String] = []
    for (year, leap) in [(1900, false), (2000, true), (2023, false), (2024, true)] {
      let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in lengths.enumerated() {
        for day in [1, length] { dates.append(String(format: "%04d-%02d-%02d", year, month + 1, day)) }
      }
    }
    let days = try Self.days(dates).compactMap { $0 }
    try #require(days.count == 96)
    for i in days.indices.dropFirst() where i % 24 != 0 {
      let length = Double(dates[i].suffix(2)) ?? .nan
      #expect(days[i] - days[i - 1] == (i % 2 == 1 ? length - 1 : 1), "\(dates[i])")
    }
    // A year's first days lie 365 or 366 days apart; 1900 to 2000 are 36524 days.
    #expect(days[24] - days[0] == 36524 && days[48] - days[24] == 8401 && days[72] - days[48] == 365)
  }

  /// To the second, in the zone that is written; 1e-9 of a day is 0.1 ms, more than rounding at 7e5 days.
  @Test func timesOfDay() throws {
    let days = try Self.days([
      "2024-02-28T12:00:00", "2024-02-29 13:30", "2024-03-01T00:00:45.5Z", "2024-03-01T01:00:45.5+01:00",
      "2024-02-29T19:30:45.5-0430", "n/a", "01.03.2024", "2024-13-01", "2024-00-10", "2024-01-32", "2024-03-01T10",
    ])
    let told = days.prefix(5).compactMap { $0 }
    try #require(told.count == 5)
    #expect(abs(told[1] - told[0] - 1.0625) < 1e-9 && abs(told[2] - told[0] - 1.5 - 45.5 / 86400) < 1e-9)
    #expect(abs(told[3] - told[2]) < 1e-9 && abs(told[4] - told[2]) < 1e-9)
    #expect(days.dropFirst(5).allSatisfy { $0 == nil })
  }

  /// What a scan's own row says comes before what its session's says, whose prefix may be missing.
  @Test func sessionsTellTheRest() throws {
    let folder = try TemporaryFolder()
    for name in ["ses-a", "ses-b", "ses-c"] { try folder.write("sub-1/\(name)/pet/sub-1_\(name)_pet.nii", "") }
    try folder.write("sub-1/sub-1_sessions.tsv", "session_id\tacq_time\na\t2024-01-01\nses-b\t2024-01-11\n")
    try folder.write(
      "sub-1/ses-b/sub-1_ses-b_scans.tsv", "filename\tacq_time\npet/sub-1_ses-b_pet.nii\t2024-01-21\n")
    let days = try BIDSDataset(root: folder.path).scans.map(\.day)
    let (first, second) = (try #require(days[0]), try #require(days[1]))
    #expect(second - first == 20 && days[2] == nil)
  }
}
