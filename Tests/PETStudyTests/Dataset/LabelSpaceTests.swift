import PETCore
import PETStudy
import Testing

struct LabelSpaceTests {
  /// An image and labels that were named together: spaces of their names must be one.
  @Test(arguments: [
    ("sub-1_pet.nii", "sub-1_dseg.nii", true), ("sub-1_pet.nii", "sub-1_space-orig_dseg.nii", true),
    ("sub-1_pet.nii", "sub-1_space-T1w_dseg.nii", false),
    ("sub-1_space-T1w_pet.nii", "sub-1_space-anat_dseg.nii", true),
    ("sub-1_space-MNI_pet.nii", "sub-1_space-T1w_dseg.nii", false), ("sub-1_space-MNI_pet.nii", "labels.nii", false),
    ("sub-1_space-T1w_pet.nii", "labels.nii", true), ("scan.nii", "sub-1_space-T1w_dseg.nii", true),
  ])
  func namedTogether(image: String, labels: String, isOne: Bool) {
    let found = LabelSpace.finding("/a/" + labels, on: "/b/" + image)
    #expect((found == nil) == isOne && found?.castsDoubt != false)
  }
}
