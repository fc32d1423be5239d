import PETCore
import PETStudy
import Testing

struct BIDSNameTests {
  @Test func partsOfAName() throws {
    let name = try #require(BIDSName("sub-01_ses-a_trc-RAC_desc-a-b_pet.nii.gz"))
    #expect(name.entities.map(\.key) == ["sub", "ses", "trc", "desc"] && name["desc"] == "a-b" && name["run"] == nil)
    #expect(name.suffix == "pet" && name.ext == ".nii.gz" && name.stem == "sub-01_ses-a_trc-RAC_desc-a-b")
    // A file that holds for all has no entity.
    let bare = try #require(BIDSName("pet.json"))
    #expect(bare.stem.isEmpty && bare.suffix == "pet")
  }

  @Test(arguments: [
    "", "pet", "sub-01_pet", ".nii.gz", "sub-01.nii", "sub-01_.nii", "sub-_pet.nii", "-01_pet.nii", "sub-01__pet.nii",
    "scan_01_pet.nii", "sub01_pet.nii",
  ])
  func othersAreNone(file: String) { #expect(BIDSName(file) == nil) }

  /// Sidecars of a name have some of its entities; values are compared as they are, keys by name whatever the order.
  @Test func belonging() throws {
    func name(_ text: String) throws -> BIDSName { try #require(BIDSName(text)) }
    let scan = try name("sub-1_ses-a_trc-RAC_run-1_pet.nii.gz")
    for (other, belongs) in [
      ("pet.json", true), ("trc-RAC_sub-1_pet.json", true), ("sub-1_run-01_pet.json", false),
      ("sub-1_space-T1w_pet.json", false), ("sub-1_trc-rac_pet.json", false),
    ] {
      #expect(try name(other).entitiesBelong(to: scan) == belongs && scan.holds(name(other)) == belongs)
    }
    #expect(try name("sub-1_space-T1w_pet.json").entitiesBelong(to: scan, ignoring: ["space"]))
    #expect(scan.without(["run", "ses"]).stem == "sub-1_trc-RAC" && scan.without([]) == scan)
  }

  @Test(arguments: [("[11C]DASB", "11CDASB"), ("α-MT_1 é", "MT1"), ("--", "")])
  func labels(text: String, label: String) { #expect(BIDSName.label(text) == label) }
}
