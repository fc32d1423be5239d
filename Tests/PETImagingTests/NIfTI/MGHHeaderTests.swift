import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

/// FreeSurfer images, laid out by hand after the description of the format.
struct MGHHeaderTests {
  /// 2 x 3 x 1 voxels; the geometry is that of an image of 2, 3 and 4 mm whose axes point left, inferior and anterior.
  private static func image(
    type: Int32, voxels: [UInt8]? = nil, frames: Int32 = 1, geometry: [Float]? = geometry, more: [UInt8] = []
  ) -> Data {
    var raw = RawMGH(type: type)
    raw.store(values)
    if let voxels { raw.voxels = voxels }
    (raw.frames, raw.geometry, raw.tags) = (frames, geometry, more)
    return raw.data
  }

  private static let geometry: [Float] = [2, 3, 4, -1, 0, 0, 0, 0, -1, 0, 1, 0, 10, 20, 30]
  private static let values: [Double] = [0, 1, 2, 3, 200, 5]

  @Test(arguments: [0, 1, 3, 4, 10] as [Int32])
  func everyType(type: Int32) throws {
    let folder = try TemporaryFolder()
    // Tags follow the voxels of most files.
    let path = try folder.write("a.mgh", Self.image(type: type, more: [0, 0, 0, 1, 2]))
    let volume = try Volume(path: path)
    #expect(volume.values == Self.values && volume.findings.isEmpty)
    #expect(volume.grid.nx == 2 && volume.grid.ny == 3 && volume.grid.nz == 1)
  }

  /// The centre is that of voxel (1, 1.5, 0.5): half of each size.
  @Test func geometry() throws {
    let folder = try TemporaryFolder()
    let grid = try Volume(path: folder.write("a.mgh", Self.image(type: 0))).grid
    let centre = grid.affine.apply(1, 1.5, 0.5)
    #expect(centre == (10, 20, 30))
    let next = grid.affine.apply(2, 1.5, 0.5)
    #expect(
      next == (8, 20, 30) && grid.affine.apply(1, 2.5, 0.5) == (10, 20, 27)
        && grid.affine.apply(1, 1.5, 1.5) == (10, 24, 30))
    let unplaced = try Volume(path: folder.write("b.mgh", Self.image(type: 0, geometry: nil)))
    #expect(unplaced.findings.map(\.code) == [.noOrientation])
    let plain = unplaced.grid
    #expect(plain.affine.apply(1, 1.5, 0.5) == (0, 0, 0) && plain.affine.apply(2, 1.5, 0.5) == (-1, 0, 0))
  }

  /// A `.mgz` is the same, compressed; labels are read from it as from any image.
  @Test func compressed() throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write("a.mgh", Self.image(type: 1, more: [1, 2, 3]))
    try #require(
      try Program.run(URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip -c \(plain) > \(folder.file("a.mgz"))"]).status == 0
    )
    let labels = try LabelImage(path: folder.file("a.mgz"))
    #expect(labels.present == [1, 2, 3, 5, 200] && labels.findings.isEmpty)
  }

  @Test(arguments: [
    (Self.image(type: 7, voxels: []), "voxel type 7"), (Self.image(type: 1, frames: 1 << 20), "truncated"),
    (Self.image(type: 1, voxels: [1, 2, 3]), "truncated"),
    (Self.image(type: 0, frames: -1), "not a positive size"),
    (Self.image(type: 0, geometry: [2, 3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0]), "span"),
    (
      Self.image(type: 0, geometry: [2, .nan, 4, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]),
      "no numbers"
    ),
    (Self.image(type: 0, voxels: []).prefix(100), "ends within its header"),
  ])
  func damaged(bytes: Data, words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.mgh", bytes)
    let error = #expect(throws: PETError.self) { try Volume(path: path) }
    #expect(error?.problem.contains(words) == true && error?.file == path, "\(error as Any)")
  }
}
