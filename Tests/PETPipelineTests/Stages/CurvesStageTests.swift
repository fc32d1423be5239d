import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETStudy
import PETTestSupport
import Testing

@testable import PETPipeline

/// Curves of an image (`CurvesStage`) with the regions of its labels (`RegionsStage`), and maps of it (`MapsStage`).
struct CurvesStageTests {
  /// Four voxels in two frames, stored in Bq/mL; labels 1, 2 and 2, and one voxel of none.
  private static func scan(_ folder: TemporaryFolder, labels: [Double] = [1, 2, 2, 0]) throws -> (
    DynamicScan, NamedSegmentation
  ) {
    var raw = RawNIfTI()
    raw.dims = [4, 4, 1, 1, 2, 1, 1, 1]
    raw.store([1000, 2000, 4000, 9000, 3000, 5000, 7000, 9000], as: 16)
    let image = try folder.write("sub-1_pet.nii", raw.data)
    try folder.write(
      "sub-1_pet.json",
      "{\"FrameTimesStart\": [0, 60], \"FrameDuration\": [60, 120], \"Units\": \"Bq/mL\", \"ImageDecayCorrected\": true,"
        + "\"ImageDecayCorrectionTime\": 0, \"TracerRadionuclide\": \"C11\"}")
    var other = RawNIfTI()
    other.dims = [3, 4, 1, 1, 1, 1, 1, 1]
    other.store(labels, as: 4)
    let segmentation = try folder.write("sub-1_dseg.nii", other.data)
    try folder.write("sub-1_dseg.tsv", "index\tname\n1\tLeft-Thalamus\n2\tRight-Thalamus\n3\tPons\n")
    return (try DynamicScan(image, sidecar: nil), try NamedSegmentation(path: segmentation))
  }

  /// Means of the voxels in kBq/mL; the two sides together by their voxels; what has no voxel has no value.
  @Test func meansOfTheRegions() throws {
    let folder = try TemporaryFolder()
    let (scan, segmentation) = try Self.scan(folder)
    let regions = try RegionsStage.regions(of: segmentation.names, .automatic)
    let own = try CurvesStage.measured(
      scan.path, timing: scan.timing, ScanRegions(segmentation, regions, of: scan), sampling: .labelsToImage,
      findings: [])
    #expect(own.table.names == ["Left-Thalamus", "Right-Thalamus", "Pons", "Thalamus"])
    #expect(own.table.merged == ["Thalamus"] && own.indices == [1, 2, 3, nil] && own.voxelCounts == [1, 2, 0, 3])
    // Whole numbers of Bq/mL over 1000: rounding of a division and a mean.
    for (curve, truth) in zip(own.table.curves, [[1, 3], [3, 6], [.nan, .nan], [7.0 / 3, 5]]) {
      for (value, wanted) in zip(curve, truth) {
        #expect(wanted.isNaN ? value.isNaN : abs(value - wanted) < 1e-12)
      }
    }
    // Voxels of 2 mm: 8 mm³ each.
    #expect(own.table.volumes == [8, 16, 0, 24] && own.table.isotope == .carbon11 && own.picture == nil)
    #expect(own.sources == [scan.path, segmentation.weights.file])
    #expect(
      own.table.findings.contains { $0.code.word == SingleVoxels.finding(["a"], voxels: [1], file: "")?.code.word })
  }

  /// Regions in several places in one pass have the means that a pass of each has, frame by frame.
  @Test func severalPlacesInOnePass() throws {
    let folder = try TemporaryFolder()
    let (scan, segmentation) = try Self.scan(folder)
    let regions = try RegionsStage.regions(of: segmentation.names, .automatic)
    var moved = segmentation.weights
    // Voxels of 2 mm: the labels lie one further to the right.
    moved.pose = PointMap(Affine(rows: [1, 0, 0, -2, 0, 1, 0, 0, 0, 0, 1, 0]))
    let sets = [
      MovedWeights([segmentation.weights], places: [0, 0]),
      MovedWeights([segmentation.weights, moved], places: [0, 1]),
    ]
    let means = try RegionalCurves.means(
      path: scan.path, of: regions, in: sets, sampling: .labelsToImage, frames: 2)
    for (set, own) in zip(sets, means) {
      let alone = try RegionalCurves(
        path: scan.path, weights: set.weights[0], regions: regions, sampling: .labelsToImage, frames: 2, moved: set)
      for (a, b) in zip(own, alone.means) { for (x, y) in zip(a, b) { #expect(x == y || x.isNaN && y.isNaN) } }
    }
    #expect(means[1][0] == [1000, 5000] && means[0][0] == [1000, 3000])
  }

  /// Of a colour table that names far more than there is, regions without a voxel are left out.
  @Test func emptyLabelsOfAColourTableAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let (scan, segmentation) = try Self.scan(folder)
    let regions = try RegionsStage.regions(of: segmentation.names, .labels)
    func names(keepEmpty: Bool) throws -> [String] {
      let own = ScanRegions(
        weights: segmentation.weights, regions: regions, label: "", keepEmpty: keepEmpty, findings: [])
      return try CurvesStage.measured(
        scan.path, timing: scan.timing, own, sampling: .labelsToImage, findings: []
      ).table.names
    }
    #expect(try names(keepEmpty: false) == ["Left-Thalamus", "Right-Thalamus"])
    #expect(try names(keepEmpty: true) == ["Left-Thalamus", "Right-Thalamus", "Pons"])
  }

  /// A reference of few voxels is noise: no map is made of it.
  @Test func mapsNeedAReferenceOfSomeVoxels() throws {
    let folder = try TemporaryFolder()
    let (scan, segmentation) = try Self.scan(folder)
    let regions = try RegionsStage.regions(of: segmentation.names, .labels)
    let error = #expect(throws: PETError.self) {
      try MapsStage.run(
        scan, segmentation: (segmentation, regions), model: SRTM.self, reference: "Right-Thalamus",
        settings: FitSettings(), choices: MapsStage.Choices())
    }
    #expect(error?.field == "reference" && error?.problem.contains("has 2 voxels") == true, "\(error as Any)")
  }
}
