import PETBinding
import PETCore
import PETImaging
import PETResults
import PETTestSupport
import Testing

/// A binding map with what lies beside it.
struct BindingMapFileTests {
  private static let stem = "sub-01_trc-RAC_model-SRTM_meas-BPND"

  /// The error map is called by the name of the map, whatever the names of the folders are.
  @Test(arguments: [
    ("", "_desc-se", "x"), ("_desc-sm6", "_desc-sm6se", "x"), ("", "_desc-se", "study_desc-old"),
    ("", "_desc-se", "study_meas-x_desc-old"),
  ])
  func theErrorMapIsFound(description: String, errors: String, place: String) throws {
    let folder = try TemporaryFolder()
    for ending in ["nii", "nii.gz"] {
      let map = try folder.write("\(place)/\(Self.stem)\(description)_mimap.\(ending)", "")
      #expect(try BindingMapFile(map).errors == nil)
      let own = try folder.write("\(place)/\(Self.stem)\(errors)_mimap.\(ending)", "")
      #expect(try BindingMapFile(map).errors == own)
      #expect(try BindingMapFile(map, errors: "other.nii").errors == "other.nii")
    }
  }

  @Test func theSidecarComesBeforeTheName() throws {
    let folder = try TemporaryFolder()
    let map = try folder.write("\(Self.stem)_mimap.nii.gz", "")
    let named = try BindingMapFile(map)
    #expect(named.tracer == "RAC" && named.model == "SRTM" && named.measure == "BPND" && named.freedom == nil)
    #expect(named.doubts.isEmpty && named.statuses == nil)
    let doubt = Finding(.warning, Finding.Code("decay"), "it is odd", castsDoubt: true)
    let plain = Finding(.warning, Finding.Code("plain"), "it is plain")
    let json = JSONValue.object([
      ("Tracer", "raclopride"), ("ModelName", "MRTM2"), ("DegreesOfFreedom", 30),
      ("Findings", .array([plain.json, doubt.json])),
    ])
    try folder.write("\(Self.stem)_mimap.json", json.text)
    let told = try BindingMapFile(map)
    #expect(told.tracer == "raclopride" && told.model == "MRTM2" && told.freedom == 30 && told.doubts == [doubt])
    #expect(told.files == [map, folder.file("\(Self.stem)_mimap.json")])
  }

  /// Labels of the status map have the verdicts of their words, in any order.
  @Test func statusesAreReadByTheirTable() throws {
    let folder = try TemporaryFolder()
    let map = try folder.write("\(Self.stem)_desc-sm6_mimap.nii.gz", "")
    let labels = "sub-01_trc-RAC_model-SRTM_desc-sm6status_dseg"
    try folder.write("\(labels).nii.gz", "")
    #expect(try BindingMapFile(map).statuses == nil)
    try folder.write("\(labels).tsv", "index\tname\tvoxels\n7\tsingular\t1\n1\tconverged\t9\n3\tfitAtBound\t2\n")
    let own = try #require(try BindingMapFile(map).statuses)
    #expect(own.path == folder.file("\(labels).nii.gz"))
    #expect(own.verdicts == [1: .reliable, 3: .fitAtBound, 7: .unreliable])
  }

  /// Published templates often run from 0 to 100, whatever they show.
  @Test(arguments: [
    ([0, 50, 100], nil, true), ([0, 50, 100], "VT", true), ([0, 50, 100], "z", false), ([0, 50, 99], nil, false),
    ([0, 50, 101], nil, false), ([-1, 50, 100], nil, false), ([Double.nan, 100, .infinity], nil, true),
    ([.nan, .nan, .nan], nil, false),
  ])
  func rescaledMapsAreNoQuantity(values: [Double], measure: String?, isRefused: Bool) throws {
    let folder = try TemporaryFolder()
    let map = try BindingMapFile(try folder.write("\(Self.stem)_mimap.nii.gz", ""))
    let grid = Grid(nx: 3, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    let volume = Volume(grid: grid, values: values)
    if isRefused {
      #expect(throws: PETError.self) { try map.check(volume, measure: measure) }
    } else {
      try map.check(volume, measure: measure)
    }
  }
}
