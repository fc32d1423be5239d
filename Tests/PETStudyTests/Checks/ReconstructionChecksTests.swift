import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Words that say that a reconstruction is not corrected for attenuation: of a sidecar, of DICOM's list, of a name.
struct ReconstructionChecksTests {
  private static func findings(_ members: String, name: String = "sub-1") throws -> [Finding] {
    let folder = try TemporaryFolder()
    let path = try folder.write("sub-1/pet/\(name)_pet.json", "{\(members)}")
    let entry = try #require(try Dataset(folder.path).scans.first)
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
