import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETResults
import PETTestSupport
import Testing

/// Parametric maps as files.
struct ParametricMapFilesTests {
  /// Two voxels with the curves of the two regions, and one without activity.
  private static func files(_ model: any KineticModel.Type, withErrors: Bool, smoothing: Double?) throws -> MapFileSet {
    let folder = try TemporaryFolder()
    let scan = try ReferenceScan()
    let curves = [
      scan.reference(k2prime: 0.06), scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06), scan.frames.starts.map { _ in 0 },
    ]
    var raw = RawNIfTI()
    raw.dims = [4, 3, 1, 1, scan.frames.count, 1, 1, 1]
    raw.store((0..<scan.frames.count).flatMap { frame in curves.map { $0[frame] } }, as: 16)
    let path = try folder.write("scan.nii", raw.data)
    var table = CurveTable(frames: scan.frames, names: ["cerebellum", "target", "empty"], curves: curves)
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.k2prime = 0.06 / 60
    let fits = try RegionalFits(table, model: model, reference: "cerebellum", settings: settings)
    let mask = VoxelMask(grid: try VoxelStream(path: path).header.grid, offsets: [0, 1, 2], rule: "all")
    let (voxels, _) = try VoxelCurves.read(path: path, VoxelRequest(mask: mask), frames: scan.frames.count)
    let frames = scan.frames.starts.indices.map { (index: $0, factor: 1.0) }
    let maps = try ParametricMaps(voxels, frames: frames, model: model, input: fits.input, withErrors: withErrors)
    let regions = try MapRegions(
      maps, voxels: voxels, frames: frames, fits: fits,
      weights: LabelImage(grid: mask.grid, labels: [1, 2, 3]).weights,
      regions: table.names.enumerated().map { RegionDefinition(name: $1, labels: [$0 + 1], isMerged: false) })
    return ParametricMapFiles(
      maps, fits: fits, regions: regions, base: "sub-1_trc-RAC", smoothing: smoothing, areInPose: false, details: []
    ).files(withStatus: true)
  }

  /// The label of the smoothing holds neither a dot nor what would end it.
  @Test(arguments: [(nil, "", ""), (6, "_desc-sm6", "sm6"), (4.5, "_desc-sm4p5", "sm4p5")])
  func namesTellTheSmoothing(smoothing: Double?, description: String, label: String) throws {
    let set = try Self.files(SRTM.self, withErrors: true, smoothing: smoothing)
    let names = set.images.map(\.path)
    let stem = "sub-1_trc-RAC_model-SRTM"
    #expect(names.contains("\(stem)_meas-BPND\(description)_mimap.nii.gz"))
    #expect(names.contains("\(stem)_meas-BPND_desc-\(label)se_mimap.nii.gz"))
    #expect(names.last == "\(stem)_desc-\(label)status_dseg.nii.gz")
    #expect(set.texts.map(\.path).contains("\(stem)\(description)_mapregions.tsv"))
    #expect(Set(set.paths).count == set.paths.count)
    let sidecar = try #require(set.images.first).sidecar
    #expect(sidecar["Smoothing"]?["FWHM"]?.double == smoothing)
    if smoothing == nil { #expect(sidecar["Smoothing"]?.string == "none") }
  }

  @Test func theMapHoldsTheParameters() throws {
    let set = try Self.files(SRTM.self, withErrors: false, smoothing: nil)
    let map = try #require(set.images.first { $0.path.contains("_meas-BPND_") })
    // Means of frames and single precision: what the model makes of them in this scan is 0.1 % off.
    #expect(abs(map.values[1] - 1.7) < 0.005 && map.values[2].isNaN)
    #expect(!set.images.contains { $0.path.contains("se_mimap") })
    let table = try TSVTable(text: try #require(set.texts.first { $0.path.contains("status") }).text, file: "a")
    let place = try #require(table.rows.firstIndex { $0.contains("noSignal") })
    #expect(try table.number(place, table.required("voxels")) == 1)
    #expect(table.rows.map { $0[1] } == FitStatus.allCases.map(\.rawValue))
    #expect(map.sidecar["Statuses"]?["noSignal"]?.double == 1 && map.sidecar["Mask"]?["Voxels"]?.double == 3)
  }

  /// What is the same in every voxel has no map: it stands in every sidecar, in its unit.
  @Test func aSharedRateIsNoMap() throws {
    let set = try Self.files(MRTM2.self, withErrors: false, smoothing: nil)
    #expect(MRTM2.card.index(of: "k2prime") != nil && !set.images.contains { $0.path.contains("k2prime") })
    for image in set.images {
      let rate = image.sidecar["k2prime"]
      // Sixty times a sixtieth: rounding alone.
      #expect(abs((rate?["Value"]?.double ?? 0) - 0.06) < 1e-15 && rate?["Units"]?.string == "1/min")
    }
  }
}
