import PETBinding
import PETCore
import PETImaging
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// Two binding maps on disk become a balance map, with what is to be said of them.
struct BalanceMapStageTests {
  private static func grid(_ voxel: Double) -> Grid {
    Grid(nx: 4, ny: 4, nz: 4, affine: Affine(rows: [voxel, 0, 0, 0, 0, voxel, 0, 0, 0, 0, voxel, 0]))
  }

  private static func write(_ path: String, _ value: Float, voxel: Double = 2) throws {
    try NIfTIWriter.write(
      path, mask: VoxelMask(grid: grid(voxel), offsets: (0..<64).map(Int32.init), rule: "all"),
      values: [Float](repeating: value, count: 64), description: "x")
  }

  private static func run(
    _ folder: TemporaryFolder, _ first: String, _ second: String, areMeasuresAsked: Bool = false
  ) throws -> (files: MapFileSet, codes: [String]) {
    let mask = VoxelMask(grid: grid(2), offsets: [21, 22], rule: "two")
    let own = try BalanceMapStage.run(
      numerator: try BindingMapFile(folder.file(first)), denominator: try BindingMapFile(folder.file(second)),
      mask: mask, settings: BalanceSettings(), base: folder.file("sub-1_desc-x"), details: [("Pipeline", "p")],
      areMeasuresAsked: areMeasuresAsked, jobs: 1)
    return (own.files, own.findings.map(\.code.word))
  }

  @Test func aRatioOfTwoMaps() throws {
    let folder = try TemporaryFolder()
    let (a, b) = ("sub-1_trc-RAC_meas-BPND_mimap.nii.gz", "sub-1_trc-DASB_meas-VT_mimap.nii.gz")
    try Self.write(folder.file(a), 3)
    try Self.write(folder.file(b), 2)
    let (files, codes) = try Self.run(folder, a, b)
    #expect(files.images[0].values == [1.5, 1.5] && files.images[0].sidecar["Pipeline"]?.string == "p")
    #expect(
      codes.filter { $0.hasPrefix("no-") }.sorted() == [
        "no-error-map", "no-error-map", "no-status-map", "no-status-map",
      ])
    #expect(codes.contains("measures-differ"))
    // A pipeline that asks for two measures is not told that they are two.
    #expect(try !Self.run(folder, a, b, areMeasuresAsked: true).codes.contains("measures-differ"))
    let told = files.images[0].sidecar["Findings"]?.list?.compactMap { $0["Code"]?.string }
    #expect(told == codes)
    #expect(files.images[0].sidecar["Dopamine"]?["Tracer"]?.string == "RAC")
  }

  /// A map of another grid is interpolated, with a word; voxels without an error are told where they are most.
  @Test func mapsThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    let (a, b) = ("sub-1_trc-RAC_meas-BPND_mimap.nii.gz", "sub-1_trc-DASB_meas-BPND_mimap.nii.gz")
    try Self.write(folder.file(a), 3)
    try Self.write(folder.file(b), 2, voxel: 3)
    try Self.write(folder.file("sub-1_trc-RAC_meas-BPND_desc-se_mimap.nii.gz"), .nan)
    try Self.write(folder.file("sub-1_trc-DASB_meas-BPND_desc-se_mimap.nii.gz"), 0.1, voxel: 3)
    let (files, codes) = try Self.run(folder, a, b)
    #expect(codes.filter { $0 == "resampled" }.count == 1 && codes.contains("no-errors"))
    #expect(!codes.contains("no-error-map") && !codes.contains("measures-differ"))
    #expect(files.images[0].values.allSatisfy { $0.isNaN })
  }
}
