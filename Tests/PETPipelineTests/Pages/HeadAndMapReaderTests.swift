import Foundation
import PETCore
import PETImaging
import PETPages
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// Slices of maps (`MapReader`) and the head of a person's scans (`HeadReader`).
struct HeadAndMapReaderTests {
  /// 4 x 4 x 12 voxels of 2 mm; values are given by the voxel.
  private static func image(_ folder: TemporaryFolder, _ name: String, _ value: (Int, Int, Int) -> Float) throws
    -> String
  {
    let grid = Grid(nx: 4, ny: 4, nz: 12, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    var values: [Float] = []
    for z in 0..<12 { for y in 0..<4 { for x in 0..<4 { values.append(value(x, y, z)) } } }
    let path = folder.file(name)
    try AtomicFile.makeFolder((path as NSString).deletingLastPathComponent)
    try NIfTIWriter.write(
      path, mask: VoxelMask(grid: grid, offsets: values.indices.map(Int32.init), rule: "all"), values: values,
      description: "x")
    return path
  }

  private static func read(
    _ path: String, kind: ColourScale.Kind = .sequential, end: Double? = nil, values: [Double] = []
  ) throws -> MapReport {
    try MapReader.read(
      path, title: "t", measure: "BPND", unit: "unitless", kind: kind, end: end, values: values)
  }

  /// Twelve planes of voxels from z 0 to 22 mm, each seen once; 0 is outside, NaN a voxel without a value.
  @Test func everySliceIsAPlaneOfVoxels() throws {
    let folder = try TemporaryFolder()
    let path = try Self.image(folder, "a_mimap.nii.gz") { x, y, z in
      x == 0 && y == 0 ? 0 : x == 1 && y == 0 ? .nan : Float(z + 1)
    }
    let map = try Self.read(path, end: 12)
    #expect(
      map.planes.map(\.position) == (0..<12).map { 2 * Double($0) } && map.isFixed && map.file == "a_mimap.nii.gz")
    for (place, slice) in map.slices.enumerated() {
      #expect(slice.columns == 4 && slice.rows == 4)
      // The uppermost row is the front of the head: y is largest there, and the last row is y = 0.
      #expect(slice.pixels[12] == ColourScale.outside && slice.pixels[13] == ColourScale.missing)
      #expect(slice.pixels[0] == map.scale.index(Double(place + 1)))
    }
  }

  /// Ends are given, or round ones that hold the largest value; what has a sign is the same on both sides of 0.
  @Test func endsOfTheColours() throws {
    let folder = try TemporaryFolder()
    let path = try Self.image(folder, "a.nii.gz") { _, _, _ in 1 }
    let free = try Self.read(path, values: [1.2, -3.1]).scale
    #expect(free.low == 0 && free.high == 4)
    let signed = try Self.read(path, kind: .diverging, values: [0.3, -0.7]).scale
    #expect(signed.low == -1 && signed.high == 1)
    let given = try Self.read(path, kind: .diverging, end: 3, values: [100])
    #expect(given.scale.low == -3 && given.scale.high == 3 && given.isFixed)
    // Without any region the end is that of 1.
    #expect(try Self.read(path).scale.high == 1)
  }

  /// A map of nothing has no slice, and its figure is drawn all the same.
  @Test func aMapOfNothing() throws {
    let folder = try TemporaryFolder()
    let map = try Self.read(try Self.image(folder, "a.nii.gz") { _, _, _ in 0 })
    #expect(map.slices.isEmpty && map.planes.isEmpty)
  }

  private static func record(_ names: [String]) -> RunRecord {
    var record = RunRecord(
      unit: "u", kind: .scan, participant: "sub-1", session: nil,
      settings: .init(pipeline: "p", pipelineDigest: "d", values: nil))
    record.outputs = names.map { RunRecord.File(name: $0, digest: FileDigest(of: "")) }
    return record
  }

  /// Scans of a person are seen in the same planes, which cut where most labels are; one without an image has no picture.
  @Test func allScansHaveTheSamePlanes() throws {
    let folder = try TemporaryFolder()
    func scan(_ name: String, _ shift: Int) throws -> RunRecord {
      _ = try Self.image(folder, "sub-1/\(name)_desc-mean_petref.nii.gz") { x, y, z in Float(x + y + z) }
      _ = try Self.image(folder, "sub-1/\(name)_seg-x_dseg.nii.gz") { x, y, z in
        // Two labels in the plane z = 4, one in the others of the middle.
        y == 1 + shift && z == 4 ? Float(1 + x % 2) : y == 1 && x == 1 && z < 8 ? 1 : 0
      }
      // Labels of another kind are no regions.
      _ = try Self.image(folder, "sub-1/\(name)_desc-status_dseg.nii.gz") { _, _, _ in 9 }
      let names = ["\(name)_desc-status_dseg", "\(name)_desc-mean_petref", "\(name)_seg-x_dseg"]
      return Self.record(names.map { "sub-1/\($0).nii.gz" })
    }
    let none = Self.record([])
    let reader = try HeadReader([try scan("sub-1_trc-A", 0), none, try scan("sub-1_trc-B", 1)], in: folder.path)
    #expect(reader.pictures.map { $0 == nil } == [false, true, false])
    let (first, other) = (try #require(reader.pictures[0]), try #require(reader.pictures[2]))
    #expect(first.planes.map { $0.plane.view.rawValue } == ["axial", "coronal", "sagittal"])
    #expect(
      zip(first.planes, other.planes).allSatisfy {
        $0.plane.position == $1.plane.position && $0.plane.columns == $1.plane.columns
      })
    // The plane of voxels z = 4 is at 8 mm.
    #expect(first.planes[0].plane.position == 8)
    #expect(Set(first.planes[0].labels) == [0, 1, 2])
    #expect(try HeadReader([none], in: folder.path).pictures.allSatisfy { $0 == nil })
    #expect(try HeadReader([], in: folder.path).pictures.isEmpty)
  }
}
