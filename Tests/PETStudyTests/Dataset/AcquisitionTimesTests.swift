import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

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
    return try Dataset(folder.path).scans.map(\.day)
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
    let days = try Dataset(folder.path).scans.map(\.day)
    let (first, second) = (try #require(days[0]), try #require(days[1]))
    #expect(second - first == 20 && days[2] == nil)
    // A second table that does not know it takes nothing away.
    try folder.write("sub-1/sub-1_scans.tsv", "filename\tacq_time\nses-b/pet/sub-1_ses-b_pet.nii\t2024-01-21\n")
    try folder.write("sub-1/ses-b/sub-1_ses-b_scans.tsv", "filename\tacq_time\npet/sub-1_ses-b_pet.nii\tn/a\n")
    let known = try Dataset(folder.path).scans.map(\.day)
    #expect(known[1].flatMap { later in known[0].map { later - $0 } } == 20)
  }
}
