import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

struct DerivativesTests {
  /// Folders go by their path, with or without a name before it; a path that holds `=` is taken as it is.
  @Test func roots() throws {
    let folder = try TemporaryFolder()
    for name in ["derivatives/a", "derivatives/.git", "derivatives/mine", "b=c", "d"] {
      try AtomicFile.makeFolder(folder.file(name))
    }
    try folder.write("derivatives/mine/dataset_description.json", #"{"GeneratedBy": [{"Name": "\#(Product.name)"}]}"#)
    func roots(_ given: [String]) throws -> [String] {
      try Derivatives(dataset: folder.path, given: given).roots.map { String($0.dropFirst(folder.path.count + 1)) }
    }
    #expect(try roots([]) == ["derivatives/a"])
    #expect(try roots([folder.file("b=c"), "x=" + folder.file("d")]) == ["b=c", "d"])
    let error = #expect(throws: PETError.self) { try roots([folder.file("e")]) }
    #expect(error?.field == "derivatives" && error?.file == folder.file("e"))
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: folder.file("d"))
    let both = try Derivatives(dataset: folder.path, given: [folder.file("d"), folder.file("b=c")])
    #expect(both.without(folder.file("link")).roots == [folder.file("b=c")])
  }

  /// The table beside labels, else the only one of the derivative's root.
  @Test func namesOfLabels() throws {
    let folder = try TemporaryFolder()
    let image = folder.file("sub-1/anat/sub-1_dseg.nii.gz")
    try folder.write("sub-1/anat/sub-1_dseg.nii.gz", "")
    #expect(try Derivatives.names(of: image) == nil)
    try folder.write("dseg.tsv", "")
    #expect(try Derivatives.names(of: image) == nil)
    try folder.write("dataset_description.json", "{}")
    #expect(try Derivatives.names(of: image) == folder.file("dseg.tsv"))
    try folder.write("desc-x_dseg.tsv", "")
    #expect(try Derivatives.names(of: image) == nil)
    try folder.write("sub-1/anat/sub-1_dseg.tsv", "")
    #expect(try Derivatives.names(of: image) == folder.file("sub-1/anat/sub-1_dseg.tsv"))
  }

  /// An atlas as TemplateFlow names it: its table has no `res`, and others stand beside it.
  @Test func namesOfAnAtlas() throws {
    let folder = try TemporaryFolder()
    let stem = "tpl-MNI152NLin2009cAsym"
    let image = try folder.write("\(stem)_res-01_atlas-Schaefer2018_desc-100Parcels7Networks_dseg.nii.gz", "x")
    #expect(try Derivatives.names(of: image) == nil)
    try folder.write("\(stem)_atlas-Schaefer2018_desc-200Parcels7Networks_dseg.tsv", "x")
    try folder.write("\(stem)_atlas-Schaefer2018_desc-100Parcels7Networks_probseg.tsv", "x")
    #expect(try Derivatives.names(of: image) == nil)
    let table = try folder.write("\(stem)_atlas-Schaefer2018_desc-100Parcels7Networks_dseg.tsv", "x")
    try folder.write("\(stem)_atlas-Schaefer2018_dseg.tsv", "x")
    #expect(try Derivatives.names(of: image) == table)
  }

  @Test func inputFunctions() throws {
    let folder = try TemporaryFolder()
    try folder.write("sub-1/pet/sub-1_trc-RAC_pet.json", "{}")
    let dataset = try Dataset(folder.path)
    func input(_ name: String) throws -> String? {
      try folder.write("derivatives/b/sub-1/pet/\(name)", "")
      return try Derivatives(dataset: dataset.root, given: []).inputFunction(for: dataset.scans[0])
    }
    #expect(try input("sub-1_trc-DASB_inputfunction.tsv") == nil)
    let own = "sub-1_trc-RAC_desc-x_inputfunction.tsv"
    #expect(try input(own) == folder.file("derivatives/b/sub-1/pet/" + own))
    #expect(throws: PETError.self) { try input("sub-1_trc-RAC_desc-y_inputfunction.tsv") }
  }
}
