import Foundation
import PETBinding
import PETCore
import PETImaging
import PETMaps
@testable import PETResults
import PETTestSupport
import Testing

/// The balance map as files, and sets of files that are written whole or not at all (`MapFileSet`).
struct BalanceMapFilesTests {
  /// Every second voxel of eight is in the mask.
  private static let mask = VoxelMask(
    grid: Grid(nx: 8, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])),
    offsets: [0, 2, 4, 6], rule: "every second")

  private static func map(withErrors: Bool) -> BalanceMap {
    let errors: [Float] = withErrors ? [0.1, 0.1, 0.1, 0.1] : []
    return BalanceMap(
      numerator: BindingMap(values: [4, 2, -1, .nan], errors: errors, freedom: nil),
      denominator: BindingMap(values: [2, 0.01, 1, 1], errors: errors, freedom: nil), mask: mask,
      settings: BalanceSettings())
  }

  private static func files(withErrors: Bool, base: String = "out/sub-1_desc-racdasb") -> MapFileSet {
    BalanceMapFiles(map(withErrors: withErrors), base: base, details: [("Sources", "x")]).files
  }

  /// The label of the pair is the last part of the name; limits and errors are there where errors are.
  @Test func namesHoldTheLabelOfThePair() {
    let names = Self.files(withErrors: true).images.map(\.path)
    #expect(
      names
        == ["ratio", "logratio", "ratiolow", "ratiohigh", "logratiose"].map {
          "out/sub-1_meas-\($0)_desc-racdasb_mimap.nii.gz"
        } + ["out/sub-1_desc-racdasbstatus_dseg.nii.gz", "out/sub-1_desc-racdasbtoosmall_mask.nii.gz"])
    let plain = Self.files(withErrors: false, base: "a_desc-x/sub-1")
    #expect(plain.images.count == 4 && plain.images[0].path == "a_desc-x/sub-1_meas-ratio_desc-balance_mimap.nii.gz")
    #expect(Set(plain.paths).count == plain.paths.count && plain.paths.count == 9)
  }

  @Test func countsAreThoseOfTheVoxels() throws {
    let set = Self.files(withErrors: true)
    let table = try TSVTable(text: try #require(set.texts.first).text, file: "a")
    let (index, name, voxels) = (try table.required("index"), try table.required("name"), try table.required("voxels"))
    #expect(table.rows.map { $0[name] } == BalanceStatus.allCases.map(\.rawValue))
    let labels = set.images[5].values
    for row in table.rows {
      #expect(labels.count { "\(Int($0))" == row[index] } == Int(row[voxels]), "\(row)")
      #expect(set.images[0].sidecar["Statuses"]?[row[name]]?.double == Double(row[voxels]))
    }
    // 0.01 ± 0.1 cannot be told from 0.
    #expect(set.images[6].values == [0, 1, 0, 0] && set.images[0].values[0] == 2)
    let sidecar = set.images[0].sidecar
    #expect(sidecar["Mask"]?["Voxels"]?.double == 4 && sidecar["Sources"]?.string == "x")
    #expect(sidecar["DegreesOfFreedom"]?.string == "not known: normal quantile")
  }

  /// Voxels go where their mask has them; the others are 0, and what has no value is NaN.
  @Test func imagesAreReadAsWritten() throws {
    let folder = try TemporaryFolder()
    let set = Self.files(withErrors: false, base: folder.file("sub-1_desc-x"))
    try set.write(jobs: 1) { $0.replacing("x", with: "y") }
    let ratio = try Volume(path: folder.file("sub-1_meas-ratio_desc-x_mimap.nii.gz"))
    #expect(ratio.values[0] == 2 && ratio.values[1] == 0 && ratio.values[2].isNaN && ratio.values[4] == -1)
    #expect(ratio.values[6].isNaN && ratio.values[7] == 0 && ratio.grid.isSame(as: Self.mask.grid))
    let json = try JSONValue.readObject(path: folder.file("sub-1_meas-ratio_desc-x_mimap.json"))
    #expect(json["Sources"]?.string == "y")
    #expect(Set(try Folder.names(folder.path)) == Set(set.paths.map { ($0 as NSString).lastPathComponent }))
  }

  /// One image that cannot be written leaves what was there, and nothing half done.
  @Test func allOrNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.tsv", "old")
    var set = MapFileSet(mask: Self.mask)
    set.texts = [(folder.file("a.tsv"), "new")]
    set.images = [
      .init(path: folder.file("a.nii.gz"), values: [1, 2, 3, 4], sidecar: ["A": 1]),
      .init(path: folder.file("none/b.nii.gz"), values: [1, 2, 3, 4], sidecar: ["A": 1]),
    ]
    try folder.write("none", "a file where a folder should be")
    #expect(throws: PETError.self) { try set.write(jobs: 2) }
    #expect(try Folder.names(folder.path).sorted() == ["a.tsv", "none"])
    #expect(try String(contentsOfFile: folder.file("a.tsv"), encoding: .utf8) == "old")
  }
}
