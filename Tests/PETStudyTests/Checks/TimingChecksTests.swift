import PETCore
import PETStudy
import PETTestSupport
import PETTracers
import Testing

private let dasb = TracerCatalogue.builtIn.find("dasb")

struct TimingChecksTests {
  private static let whole: [(String, String)] = [
    ("TimeZero", #""10:20:30""#), ("TracerName", #""DASB""#), ("TracerRadionuclide", #""C11""#),
    ("FrameTimesStart", "[0, 300, 600]"), ("FrameDuration", "[300, 300, 300]"), ("Units", #""kBq/mL""#),
    ("ImageDecayCorrected", "true"),
  ]

  private static func check(_ name: String, _ value: String?, tracer: TracerCard? = nil) throws -> (
    timing: ScanTiming?, findings: [Finding]
  ) {
    let members = whole.filter { $0.0 != name } + (value.map { [(name, $0)] } ?? [])
    let folder = try TemporaryFolder()
    let text = members.map { "\"\($0)\": \($1)" }.joined(separator: ", ")
    return TimingChecks.run(
      try PETSidecar(path: try folder.write("sub-1_pet.json", "{\(text)}")), tracer: tracer ?? dasb)
  }

  @Test func aWholeSidecarHasNoFindings() throws {
    let (timing, findings) = try Self.check("", nil)
    #expect(findings.isEmpty && timing?.frames.ends == [300, 600, 900])
  }

  @Test(arguments: [
    ("TimeZero", nil as String?, "time-zero"), ("TimeZero", #""25:00:00""#, "time-zero"),
    ("TimeZero", #""10:60:00""#, "time-zero"),
    ("TimeZero", #""10:20""#, "time-zero"), ("TracerName", nil, "tracer-name"),
    ("TracerRadionuclide", #""F18""#, "isotope-tracer"), ("FrameDuration", "[300, 300]", "frame-timing"),
  ])
  func whatIsWrongIsTold(member: String, value: String?, code: String) throws {
    let (timing, findings) = try Self.check(member, value)
    #expect(findings.map(\.code.word) == [code] && (timing == nil) == (code == "frame-timing"))
  }

  @Test(arguments: [#""0:00:00""#, #""23:59:59.999""#])
  func timesOfDay(value: String) throws { #expect(try Self.check("TimeZero", value).findings.isEmpty) }
}
