import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETStudy

/// Which runs are one injection, by sidecars alone.
struct InjectionPartsTests {
  /// A run of three frames of ten minutes.
  private struct Run {
    var name: String
    var zero: String? = "10:00:00"
    /// Nil where it is not stated.
    var injection: Double? = 0
    /// s after the zero.
    var start = 0.0
    var dose: Double? = 370
    var tracer = "[11C]DASB"

    var json: String {
      var members = [
        "\"TracerName\": \"\(tracer)\"", "\"TracerRadionuclide\": \"C11\"", "\"Units\": \"kBq/mL\"",
        "\"ImageDecayCorrected\": true",
        "\"FrameTimesStart\": [\(start), \(start + 600), \(start + 1200)]", "\"FrameDuration\": [600, 600, 600]",
      ]
      if let zero { members.append("\"TimeZero\": \"\(zero)\"") }
      if let injection { members.append("\"InjectionStart\": \(injection)") }
      if let dose { members.append("\"InjectedRadioactivity\": \(dose), \"InjectedRadioactivityUnits\": \"MBq\"") }
      return "{" + members.joined(separator: ", ") + "}"
    }
  }

  private static func scans(_ runs: [Run], _ folder: TemporaryFolder) throws -> [ScanEntry] {
    try folder.write("dataset_description.json", "{\"Name\": \"a\", \"BIDSVersion\": \"1.9.0\"}")
    for run in runs { try folder.write("sub-1/pet/sub-1\(run.name)_pet.json", run.json) }
    return try Dataset(folder.path).scans
  }

  /// What the runs come to, the parts of a scan in brackets.
  private static func joined(_ runs: [Run], where isMeant: (ScanEntry) -> Bool = { _ in true }) throws -> [String] {
    let folder = try TemporaryFolder()
    return InjectionParts(try scans(runs, folder)).joined(where: isMeant).map { scan in
      scan.stem
        + (scan.parts.isEmpty ? "" : " [" + scan.parts.compactMap { $0.name["run"] }.joined(separator: " ") + "]")
    }
  }

  @Test func partsAreOneScan() throws {
    // Frames that count from one zero; zeros of their own; no clock at all; over midnight.
    let first = Run(name: "_run-1")
    for second in [
      Run(name: "_run-2", start: 2400), Run(name: "_run-2", zero: "10:40:00", injection: -2400),
      Run(name: "_run-2", zero: nil, start: 2400), Run(name: "_run-2", zero: "10:40:03", injection: -2400),
    ] {
      #expect(try Self.joined([first, second]) == ["sub-1 [1 2]"], "\(second)")
    }
    #expect(
      try Self.joined([
        Run(name: "_run-1", zero: "23:50:00"), Run(name: "_run-2", zero: "00:30:00", injection: -2400),
      ]) == ["sub-1 [1 2]"])
    // In the order of time, not of names.
    #expect(try Self.joined([Run(name: "_run-1", start: 2400), Run(name: "_run-2")]) == ["sub-1 [2 1]"])
  }

  /// Where injection is not stated the clock tells it, from the first run on, and frames lie where they belong.
  @Test func clocksTellWhatIsNotStated() throws {
    let folder = try TemporaryFolder()
    let scans = try Self.scans(
      [
        Run(name: "_run-1", injection: 30), Run(name: "_run-2", zero: "10:40:00", injection: nil),
        Run(name: "_run-3", zero: "11:20:00", injection: nil),
      ], folder)
    let joined = InjectionParts(scans).joined { _ in true }
    #expect(joined.count == 1 && joined[0].parts.map(\.stem) == ["sub-1_run-1", "sub-1_run-2", "sub-1_run-3"])
    let starts = try joined[0].parts.map { try ScanTiming($0.sidecar()).frames.starts }
    #expect(starts == [[0, 570, 1170], [2370, 2970, 3570], [4770, 5370, 5970]])
    let found = InjectionParts(scans).findings(of: joined[0])
    #expect(found.map(\.code) == [.runsJoined] && found[0].castsDoubt && found[0].value == "3")
    #expect(joined[0].parts.allSatisfy { InjectionParts(scans).findings(of: $0).isEmpty })
  }

  @Test func othersStayApart() throws {
    let first = Run(name: "_run-1")
    for second in [
      // Injected again, hours later or at clocks that were made anonymous.
      Run(name: "_run-2", zero: "13:00:00", dose: 350), Run(name: "_run-2", dose: 350), Run(name: "_run-2"),
      Run(name: "_run-2", zero: "13:00:00", injection: nil, dose: nil), Run(name: "_run-2", zero: nil),
      Run(name: "_run-2", zero: "13:00:00", injection: nil, dose: 371),
      // Ten minutes later of the next day.
      Run(name: "_run-2", zero: "10:10:00", dose: 371),
      // Another tracer.
      Run(name: "_run-2", start: 2400, tracer: "[11C]raclopride"),
    ] {
      let folder = try TemporaryFolder()
      let scans = try Self.scans([first, second], folder)
      let parts = InjectionParts(scans)
      #expect(scans.flatMap(parts.findings).allSatisfy { $0.level == .note && !$0.castsDoubt })
      #expect(parts.joined { _ in true }.map(\.stem) == ["sub-1_run-1", "sub-1_run-2"], "\(second)")
    }
    // Another reconstruction is no part, and a scan that is not meant to be joined is not.
    #expect(try Self.joined([Run(name: "_rec-a_run-1"), Run(name: "_rec-b_run-2", start: 2400)]).count == 2)
    #expect(try Self.joined([first, Run(name: "_run-2", start: 2400)], where: { _ in false }).count == 2)
  }

  /// Two injections of a session, the first in two runs: its first run's number tells them apart.
  @Test func twoInjections() throws {
    #expect(
      try Self.joined([
        Run(name: "_run-1"), Run(name: "_run-2", start: 2400), Run(name: "_run-3", zero: "14:00:00", dose: 300),
      ]) == ["sub-1_run-1 [1 2]", "sub-1_run-3"])
  }

  /// Where two of three contradict each other none is joined, and a later run alone is told.
  @Test func oneContradictionIsEnough() throws {
    let folder = try TemporaryFolder()
    let scans = try Self.scans(
      [Run(name: "_run-1"), Run(name: "_run-2", start: 1200), Run(name: "_run-3", start: 3600)], folder)
    let parts = InjectionParts(scans)
    #expect(parts.joined { _ in true }.count == 3)
    #expect(scans.map { parts.findings(of: $0).map(\.castsDoubt) } == [[], [true], [true]])
    // The first of two that go together says that the other is left out.
    let other = try TemporaryFolder()
    let both = try Self.scans([Run(name: "_run-1"), Run(name: "_run-2", start: 2400)], other)
    #expect(InjectionParts(both).findings(of: both[0]).map(\.level) == [.note])
    #expect(InjectionParts(both).joined { _ in true }.first?.isPart == false)
  }

  @Test(arguments: [
    ("13:00:00", -2400.0, 0.0, 370.0, "its injection is 140 min after"), ("10:20:00", -1200, 0, 370, "has ended"),
    ("10:40:00", -2400, 0, 200, "dose is another"), ("10:40:00", 0, 0, 370, "write InjectionStart -2400"),
  ])
  func contradictions(zero: String, injection: Double, start: Double, dose: Double, words: String) throws {
    let folder = try TemporaryFolder()
    let scans = try Self.scans(
      [
        Run(name: "_run-1"),
        Run(name: "_run-2", zero: zero, injection: injection, start: start, dose: dose),
      ], folder)
    let parts = InjectionParts(scans)
    #expect(parts.joined { _ in true }.count == 2)
    let found = scans.flatMap(parts.findings)
    #expect(found.map(\.code) == [.runsApart] && found[0].castsDoubt)
    #expect("\(found[0])".contains(words), "\(found)")
  }

  /// Where a sidecar cannot be read nothing is known of the others.
  @Test func whatCannotBeReadJoinsNothing() throws {
    let folder = try TemporaryFolder()
    _ = try Self.scans([Run(name: "_run-1"), Run(name: "_run-2", start: 2400)], folder)
    try folder.write("sub-1/pet/sub-1_run-3_pet.json", "{\"TracerName\": \"[11C]DASB\", \"FrameTimesStart\": [0]}")
    #expect(InjectionParts(try Dataset(folder.path).scans).joined { _ in true }.count == 3)
  }
}
