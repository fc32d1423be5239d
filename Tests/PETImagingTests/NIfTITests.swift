import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

@Suite struct NIfTITests {
  private let values: [Double] = [0, 1, 2, 3, 100, 5, 6, 7]

  /// Every type, both versions, both byte orders, against bytes laid out by hand.
  @Test(arguments: [2, 4, 8, 16, 64, 256, 512, 768, 1024, 1280], [1, 2])
  func readsEveryType(type: Int, version: Int) throws {
    let folder = try TemporaryFolder()
    for bigEndian in [false, true] {
      var raw = RawNIfTI()
      raw.version = version
      raw.bigEndian = bigEndian
      raw.slope = 0.5
      raw.intercept = -3
      raw.store(values, as: type)
      let volume = try Volume(path: try folder.write("a.nii", raw.data))
      #expect(volume.values == values.map { $0 * 0.5 - 3 })
      #expect(volume.grid.affine.m == raw.sform)
    }
  }

  @Test func readsGzipByItsBytesNotItsName() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store(values, as: 16)
    try folder.write("a.nii", raw.data)
    _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-k", folder.file("a.nii")])
    #expect(try Volume(path: folder.file("a.nii.gz")).values == values)
    // Two members, and a gzip under the name of a plain file.
    let half = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.nii.gz")))
    let bytes = raw.data
    try folder.write("b1", bytes.prefix(200))
    try folder.write("b2", bytes.dropFirst(200))
    for name in ["b1", "b2"] { _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), [folder.file(name)]) }
    let joined =
      try Data(contentsOf: URL(fileURLWithPath: folder.file("b1.gz")))
      + Data(contentsOf: URL(fileURLWithPath: folder.file("b2.gz")))
    #expect(try Volume(path: try folder.write("c.nii", joined)).values == values)
    #expect(try Volume(path: try folder.write("d.nii", half)).values == values)
  }

  /// Every single damaged bit of the compressed data is either refused or changes no voxel.
  @Test func noticesDamage() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store(values, as: 4)
    try folder.write("a.nii", raw.data)
    _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-n", folder.file("a.nii")])
    let good = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.nii.gz")))
    var refused = 0
    for bit in 0..<good.count * 8 {
      var bad = good
      bad[bit / 8] ^= UInt8(1 << (bit % 8))
      let path = try folder.write("bad.nii.gz", bad)
      do {
        #expect(try Volume(path: path).values == values, "bit \(bit)")
      } catch { refused += 1 }
    }
    #expect(refused > good.count * 7)
    for length in 0..<good.count {
      let path = try folder.write("cut.nii.gz", good.prefix(length))
      #expect(throws: PETError.self, "cut at \(length)") { try Volume(path: path) }
    }
  }

  @Test func nanStaysNaN() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store([.nan, 1, .infinity, 3, 4, 5, 6, 7], as: 16)
    let path = try folder.write("a.nii", raw.data)
    let volume = try Volume(path: path)
    #expect(volume.values[0].isNaN && volume.values[2] == .infinity)
    let summary = try ImageSummary(path: path)
    #expect(summary.finite == 6 && summary.notFinite == 2 && abs(summary.mean - 26.0 / 6) < 1e-12)
    #expect(summary.findings.contains { $0.code.word == "non-finite" })
  }

  /// A file that was given its length and hardly written: what was not written is 0, and is not read.
  @Test func unwrittenPartsAreZero() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [4, 2048, 2048, 256, 8, 1, 1, 1]
    let count = 2048 * 2048 * 256 * 8
    let path = try folder.write("a.nii", raw.data)
    #expect(truncate(path, off_t(352 + count * 4)) == 0)
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.seek(toOffset: UInt64(352 + 4 * (count / 2 + 12_345)))
    handle.write(withUnsafeBytes(of: Float(-3).bitPattern.littleEndian) { Data($0) })
    try handle.close()
    let summary = try ImageSummary(path: path)
    #expect(summary.finite == count && summary.notFinite == 0 && summary.least == -3 && summary.most == 0)
    #expect(summary.mean == -3 / Double(count) && summary.frameMeans[4] < 0 && summary.frameMeans[3] == 0)
    let header = try Program.run(["info", path, "--header"])
    #expect(header.status == 0 && header.output.contains("frames: 8\n") && !header.output.contains("mean"))
  }

  /// A half turn about y by quaternion: x runs right to left.
  @Test func qformWhenThereIsNoSform() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store(values, as: 2)
    raw.sformCode = 0
    raw.qformCode = 1
    raw.quaternion = [0, 1, 0]
    raw.pixdim[0] = -1
    raw.offsets = [90, -126, -72]
    let volume = try Volume(path: try folder.write("a.nii", raw.data))
    #expect(volume.grid.affine.m == [-2, 0, 0, 90, 0, 2, 0, -126, 0, 0, 2, -72])
  }

  @Test func writerIsDeterministicAndReadsBack() throws {
    let folder = try TemporaryFolder()
    let grid = Grid(nx: 3, ny: 4, nz: 5, affine: Affine(rows: [1.5, 0.1, 0, -4, 0, 2, 0, 1, 0, 0.25, 3, 7]))
    let frames = (0..<3).map { frame in (0..<grid.count).map { Double($0 * (frame + 1)) * 0.25 } }
    for name in ["a.nii.gz", "b.nii.gz"] {
      try NIfTIWriter.write(folder.file(name), grid: grid, frames: 3, description: "test") {
        (i: Int) throws(PETError) in frames[i]
      }
    }
    let a = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.nii.gz")))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("b.nii.gz"))) == a)
    // What gunzip makes of it is the header and the voxels.
    let plain = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-dk", folder.file("a.nii.gz")])
    #expect(plain.status == 0)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("a.nii")))
    #expect(bytes.count == 352 + 3 * 60 * 4)
    let summary = try ImageSummary(path: folder.file("a.nii.gz"))
    #expect(summary.header.frames == 3 && summary.header.grid.nx == 3)
    #expect(summary.header.findings.isEmpty)
    #expect(abs(summary.mean - 0.25 * 29.5 * 2) < 1e-9)
    for (x, y) in zip(summary.header.grid.affine.m, grid.affine.m) { #expect(abs(x - y) < 1e-6) }
  }
}

/// A corpus of damaged and hostile images made elsewhere, judged by its own judge.
@Suite(.enabled(if: SharedMaterial.has("validation/bad-nifti/judge.py"), "the corpus is not beside this checkout"))
struct BadNIfTITests {
  @Test(.enabled(if: BadNIfTITests.hasNumpy, "needs python3 with numpy"))
  func everyCaseIsRight() throws {
    let folder = try TemporaryFolder()
    let python = URL(fileURLWithPath: "/usr/bin/env")
    let made = try Program.run(
      python, ["python3", SharedMaterial.path("validation/bad-nifti/make_bad_nifti.py"), folder.file("corpus")])
    #expect(made.status == 0, "\(made.errors)")
    let program = Program.package.appendingPathComponent(".build/release/petbalance").path
    let judged = try Program.run(
      python,
      [
        "python3", SharedMaterial.path("validation/bad-nifti/judge.py"), folder.file("corpus"), "--memory-mib", "256",
        "--mean", #"mean: (\S+)"#, "--", program, "info", "{}",
      ])
    #expect(judged.status == 0, "\(judged.output)")
  }

  static var hasNumpy: Bool {
    (try? Program.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", "import numpy"]).status) == 0
  }

  /// The same values give the same bytes, wherever in memory they happen to be compressed: 300 times.
  @Test func bytesDoNotDependOnMemory() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 2)
    let grid = Grid(nx: 40, ny: 40, nz: 40, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
    let mask = VoxelMask(grid: grid, offsets: (10_000..<50_000).map(Int32.init), rule: "some")
    let values = mask.offsets.map { _ in Float(random.normal()) }
    var seen: Set<Data> = []
    var held: [[UInt8]] = []
    for round in 0..<300 {
      // Memory of other work between one and the next.
      held.append([UInt8](repeating: UInt8(round % 256), count: 1000 + 4096 * (round % 7)))
      let path = folder.file("map.nii.gz")
      try NIfTIWriter.write(path, mask: mask, values: values, description: "")
      seen.insert(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    #expect(seen.count == 1 && held.count == 300)
  }
}
