import PETBinding
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Checks that read words of a sidecar, of a name or of the participants table.
private let dasb = TracerCatalogue.builtIn.find("dasb")

struct ReconstructionChecksTests {
  private static func findings(_ members: String, name: String = "sub-1") throws -> [Finding] {
    let folder = try TemporaryFolder()
    let path = try folder.write("sub-1/pet/\(name)_pet.json", "{\(members)}")
    let entry = try #require(try BIDSDataset(root: folder.path).scans.first)
    return ReconstructionChecks.findings(entry, try PETSidecar(path: path))
  }

  @Test(arguments: [
    #""AttenuationCorrection": "None""#, #""AttenuationCorrection": "not applied""#,
    #""AttenuationCorrectionMethod": "NO ATTENUATION correction""#, #""AttenuationCorrection": "NAC""#,
    #""CorrectedImage": ["DECY", "SCAT"]"#, #""AttenuationCorrection": "CT", "CorrectedImage": ["NORM"]"#,
  ])
  func uncorrected(members: String) throws {
    let found = try Self.findings(members)
    #expect(found.map(\.code) == [.notAttenuationCorrected] && found.allSatisfy(\.castsDoubt))
  }

  /// Words that only begin like a denial are methods; a list that is empty says nothing.
  @Test(arguments: [
    "", #""AttenuationCorrection": "10-min transmission scan""#, #""AttenuationCorrection": "nonlinear MRAC""#,
    #""CorrectedImage": []"#, #""CorrectedImage": ["DECY", "attn"]"#, #""AttenuationCorrection": """#,
  ])
  func corrected(members: String) throws { #expect(try Self.findings(members).isEmpty) }

  @Test(arguments: [("NACdyn", true), ("noac", true), ("acdyn", false), ("dynac", false)])
  func theNameTells(rec: String, isTold: Bool) throws {
    #expect(try Self.findings("", name: "sub-1_rec-\(rec)").isEmpty != isTold)
  }
}

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

struct MedicationTests {
  private static func findings(_ table: String, of person: String = "sub-1") throws -> [Finding] {
    let folder = try TemporaryFolder()
    try folder.write("participants.tsv", table)
    let medication = Medication(dataset: folder.path)
    let tracer = try #require(dasb)
    let found = medication.findings(of: person, tracer: tracer)
    #expect(medication.files(of: person, tracer: tracer).isEmpty == found.isEmpty)
    return found
  }

  /// Reuptake inhibitors compete with DASB at the serotonin transporter.
  @Test(arguments: ["medication", "Drugs", "TREATMENT"])
  func aDrugOfTheTracersTargetIsTold(column: String) throws {
    let found = try Self.findings("participant_id\t\(column)\n1\tCitalopram 20 mg\nsub-2\tnone\n")
    #expect(found.map(\.code) == [.medication] && found.map(\.value) == ["Citalopram 20 mg"])
    #expect(found.map(\.field) == ["sub-1, \(column)"])
  }

  @Test(arguments: ["none", "n/a", "no citalopram", "citalopram-free", "ibuprofen"])
  func othersAreNot(cell: String) throws {
    #expect(try Self.findings("participant_id\tmedication\nsub-1\t\(cell)\n").isEmpty)
  }

  /// Every column of the kind is read: a therapy beside it does not hide a drug.
  @Test func everyColumnIsRead() throws {
    let table = "participant_id\ttreatment\tage\tMedication\nsub-1\ttalks\t30\tcitalopram\nsub-2\tnone\t30\tnone\n"
    let found = try Self.findings(table)
    #expect(found.map(\.field) == ["sub-1, Medication"] && found.map(\.value) == ["citalopram"])
    #expect(try Self.findings(table, of: "sub-2").isEmpty)
  }

  /// A person of several rows takes what any row says; nobody else does.
  @Test func rowsAddUp() throws {
    let table = "participant_id\tsession_id\tmedication\nsub-1\ta\tnone\nsub-1\tb\tcitalopram\nsub-2\ta\tnone\n"
    #expect(try Self.findings(table).map(\.value) == ["none, citalopram"])
    #expect(try Self.findings(table, of: "sub-2").isEmpty && Self.findings(table, of: "sub-3").isEmpty)
  }
}
