import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETStudy

/// Regions by the names of their masks' files.
struct RegionFilesTests {
  @Test(arguments: [
    ("roi_caudate.nii.gz", "caudate"), ("mask_Left-Putamen.nii", "Left-Putamen"), ("ROI-pons.nii.gz", "pons"),
    ("sub-01_space-T1w_label-thalamus_mask.nii.gz", "thalamus"), ("Striatum.nii.gz", "Striatum"),
    ("anna_putamen.nii.gz", "putamen"), ("anna_roi_putamen.nii.gz", "putamen"), ("annabel_x.nii.gz", "annabel_x"),
    ("anna.nii.gz", "anna"), ("roi_.nii.gz", "roi_"), ("a.b.nii.gz", "a.b"),
  ])
  func names(file: String, region: String) {
    #expect(RegionFiles.region(of: "/x/" + file, prefixes: ["anna", "sub-anna"]) == region)
  }

  @Test func patterns() throws {
    let folder = try TemporaryFolder()
    for name in ["p [11C]/roi_b.nii.gz", "p [11C]/roi_a.nii", "p [11C]/roi_a.txt", "p [11C]/.roi_c.nii", "q/roi_d.nii"]
    {
      try folder.write(name, "")
    }
    let files = try RegionFiles(masks: [folder.file("p [11C]/roi_*")])
    #expect(files.images == [folder.file("p [11C]/roi_a.nii"), folder.file("p [11C]/roi_b.nii.gz")])
    #expect(try RegionFiles(masks: [folder.file("*/roi_?.nii")]).images.count == 2)
    // A file that two patterns find is one.
    #expect(try RegionFiles(masks: [folder.file("q/*.nii"), folder.file("q/roi_d.nii")]).images.count == 1)
    let error = #expect(throws: PETError.self) { try RegionFiles(masks: [folder.file("r/*.nii")]) }
    #expect(error?.code == .missingInput && error?.field == "masks")
  }

  /// A link that leads nowhere, as of an annex, is a mask that is missing, not one that there is not.
  @Test func masksThatWereNotFetched() throws {
    let folder = try TemporaryFolder()
    try folder.write("roi_a.nii", "")
    try FileManager.default.createSymbolicLink(atPath: folder.file("roi_b.nii"), withDestinationPath: "../annex/none")
    let error = #expect(throws: PETError.self) { try RegionFiles(masks: [folder.file("roi_*.nii")]) }
    #expect(error?.file == folder.file("roi_b.nii") && error?.code == .missingInput)
  }

  /// Names of the volumes of a 4-D file stand beside it.
  @Test func namesBeside() throws {
    let folder = try TemporaryFolder()
    for name in ["m.nii.gz", "m.tsv"] { try folder.write(name, "") }
    #expect(try RegionFiles(masks: [folder.file("m.nii.gz")]).all.count == 2)
    #expect(try RegionFiles(masks: [folder.file("m.nii.gz")], names: "n.tsv").names == "n.tsv")
  }
}
