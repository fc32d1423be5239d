import PETCore
import PETStudy
import PETTestSupport
import Testing

/// DICOM's clocks beside the times of a sidecar.
struct InjectionClockTests {
  private static func finding(_ members: String, injection: String? = nil, first: Int = 0) throws -> Finding? {
    let folder = try TemporaryFolder()
    let own = injection.map { #""InjectionStart": \#($0), "# } ?? ""
    let path = try folder.write(
      "sub-1_pet.json",
      """
      {"FrameTimesStart": [\(first), \(first + 300)], "FrameDuration": [300, 300], "Units": "kBq/mL",
       "TracerRadionuclide": "C11", \(own)\(members)}
      """)
    return try ScanTiming(try PETSidecar(path: path)).findings.first { $0.code == .injectionClock }
  }

  private static func clocks(_ injected: String, _ started: String) -> String {
    #""RadiopharmaceuticalStartTime": "\#(injected)", "AcquisitionTime": "\#(started)""#
  }

  /// Two minutes are nobody's; more is a fault where nothing is said of the injection.
  @Test(arguments: [
    ("10:00:00", "10:02:00", nil as String?), ("10:00:00", "10:02:01", "-121"), ("100000", "101000.5", "-601"),
    ("20260301100000.00", "10:10:00", "-600"), ("10:10:00", "10:00:00", "600"), ("23:55:00", "00:05:00", "-600"),
    ("2026-03-01T10:00:00+01:00", "10:10:00", "-600"),
  ])
  func whenTheScanBegan(injected: String, started: String, start: String?) throws {
    let found = try Self.finding(Self.clocks(injected, started))
    #expect(found?.level == start.map { _ in .fault })
    #expect(
      start.map { found?.remedy.contains("write InjectionStart \($0),") == true } ?? true,
      "\(String(describing: found))")
  }

  /// Hours below ten may have one digit.
  @Test(arguments: [("9:00:00", "9:10:00"), ("09:00:00", "9:10:7.5")])
  func hoursOfOneDigit(injected: String, started: String) throws {
    #expect(try Self.finding(Self.clocks(injected, started))?.level == .fault)
  }

  /// Converters write seconds below ten with one digit before the point.
  @Test(arguments: [("10:00:05", "10:10:5.25"), ("10:00:9.750000", "10:10:10")])
  func secondsOfOneDigit(injected: String, started: String) throws {
    #expect(try Self.finding(Self.clocks(injected, started))?.level == .fault)
  }

  /// With the injection stated, clocks that agree with it are silent, and others warn.
  @Test func beside() throws {
    let members = Self.clocks("10:00:00", "10:10:00")
    #expect(try Self.finding(members, injection: "-600") == nil)
    #expect(try Self.finding(members, first: 600) == nil)
    #expect(try Self.finding(members, injection: "-300")?.level == .warning)
    // TimeZero is what frames count from, not when they begin.
    let zero = #""RadiopharmaceuticalStartTime": "10:00:00", "TimeZero": "10:00:00""#
    #expect(try Self.finding(zero, first: 600) == nil)
  }

  @Test(arguments: [
    ("25:00:00", "10:00:00"), ("10:60:00", "12:00:00"), ("ten", "12:00:00"), ("10:00", "12:00:00"), ("1:0:0", ""),
  ])
  func whatIsNoClockTellsNothing(injected: String, started: String) throws {
    #expect(try Self.finding(Self.clocks(injected, started)) == nil)
  }
}
