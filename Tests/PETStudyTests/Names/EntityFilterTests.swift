import PETCore
import PETStudy
import Testing

struct EntityFilterTests {
  private static func filter(_ values: [String: String]) -> EntityFilter {
    var filter = EntityFilter()
    for (key, value) in values { filter[key] = value }
    return filter
  }

  /// Runs are numbers, other values are words; none asks for a scan without the entity.
  @Test(arguments: [
    (["run": "1"], "sub-1_run-01_pet.nii", true), (["run": "01"], "sub-1_run-1_pet.nii", true),
    (["run": "1"], "sub-1_run-10_pet.nii", false), (["run": "1"], "sub-1_pet.nii", false),
    (["run": "none"], "sub-1_pet.nii", true), (["run": "none"], "sub-1_run-1_pet.nii", false),
    (["rec": "acdyn"], "sub-1_rec-acdyn_pet.nii", true), (["rec": "acdyn"], "sub-1_rec-acstat_pet.nii", false),
    (["acq": "01"], "sub-1_acq-1_pet.nii", false), ([:], "sub-1_rec-acstat_run-2_pet.nii", true),
    (["rec": "a", "run": "2"], "sub-1_rec-a_run-1_pet.nii", false), (["space": "T1w"], "sub-1_pet.nii", true),
  ])
  func takesScans(values: [String: String], file: String, isTaken: Bool) throws {
    #expect(Self.filter(values).takesScan(try #require(BIDSName(file))) == isTaken)
  }

  @Test func options() throws {
    let option = try EntityFilter.option("dopamine:rec=a=b:c")
    #expect(option == ("dopamine", "rec", "a=b:c"))
    #expect(Self.filter(["run": "1", "rec": "acdyn"]).words == "rec-acdyn, run-1" && EntityFilter().isEmpty)
    for text in ["", "rec=acdyn", "dopamine:rec", "dopamine:rec=", "dopamine:=1"] {
      let error = #expect(throws: PETError.self) { try EntityFilter.option(text) }
      #expect(error?.field == "--filter" && error?.code == .usage)
    }
    let error = #expect(throws: PETError.self) { try EntityFilter.option("dopamine:rex=acdyn") }
    #expect(error?.remedy.contains("'rec'") == true)
  }
}
