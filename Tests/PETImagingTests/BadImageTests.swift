import Foundation
import PETTestSupport
import Testing

/// What `petbalance info` makes of damaged, odd and hostile images, one row each.
///
/// A refusal is one line that names the file and says what is wrong; what is accepted has the right mean. Either way it
/// takes seconds and little memory, and nothing is written.
struct BadImageTests {
  enum Verdict: Sendable {
    /// The exit code.
    case refused(Int32)
    /// The mean, with a word on what is odd.
    case warned(Double)
    /// The mean.
    case right(Double)
    /// A refusal with the words, or the mean.
    case either(Double)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let name: String
    let verdict: Verdict
    /// What the message must say.
    let words: String
    let make: @Sendable (String) throws -> Void

    var testDescription: String { name }

    init(_ name: String, _ verdict: Verdict, _ words: String, _ bytes: @escaping @Sendable () throws -> Data) {
      self.init(name, verdict, words) { try bytes().write(to: URL(fileURLWithPath: $0)) }
    }

    init(_ name: String, _ verdict: Verdict, _ words: String, at make: @escaping @Sendable (String) throws -> Void) {
      (self.name, self.verdict, self.words, self.make) = (name, verdict, words, make)
    }

    /// A header that differs from a good one.
    init(
      _ name: String, _ verdict: Verdict, _ words: String, image change: @escaping @Sendable (inout RawNIfTI) -> Void
    ) {
      self.init(name + ".nii", verdict, words) { BadImageTests.image(change) }
    }
  }

  private static let refused = Verdict.refused(65)

  /// Eight voxels from 0 to 7.
  private static func image(_ change: (inout RawNIfTI) -> Void = { _ in }) -> Data {
    var raw = RawNIfTI()
    raw.store([0, 1, 2, 3, 4, 5, 6, 7], as: 16)
    change(&raw)
    return raw.data
  }

  private static func gzip(_ data: Data) throws -> Data {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", data)
    _ = try Program.run(URL(fileURLWithPath: "/bin/gzip"), ["-n", path])
    return try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
  }

  /// An extension of a stated size before the voxels.
  private static func withExtension(_ size: Int32) -> @Sendable (inout RawNIfTI) -> Void {
    { raw in
      raw.gap = [1, 0, 0, 0] + withUnsafeBytes(of: size.littleEndian, Array.init) + [6, 0, 0, 0] + Array("x".utf8)
      raw.gap += [UInt8](repeating: 0, count: 36 - raw.gap.count)
      raw.voxelOffset = 384
    }
  }

  /// Where the file is cut, or what it really is.
  private static let contents: [Row] = [
    Row("empty.nii", refused, "empty|0 bytes") { Data() },
    Row("header-200.nii", refused, "truncated|348") { image().prefix(200) },
    Row("header-only.nii", refused, "truncated|missing") { image().prefix(348) },
    Row("data-minus-1.nii", refused, "truncated") { image().dropLast() },
    Row("data-half.nii", refused, "truncated") { image().dropLast(16) },
    Row("data-plus-100.nii", .warned(3.5), "100 extra|trailing") { image() + Data(count: 100) },
    Row("html.nii.gz", refused, "web page|not a NIfTI") { Data("<!DOCTYPE html>\n<html>404</html>\n".utf8) },
    Row("annex-pointer.nii.gz", refused, "annex") { Data("/annex/objects/MD5E-s12345--0123456789.nii.gz\n".utf8) },
    Row("ascii.nii", refused, "ASCII") {
      Data("<nifti_image\n  nifti_type = 'NIFTI-1+'\n  ndim = '3'\n/>\n".utf8) + Data(count: 400)
    },
    Row("bzip2.nii.gz", refused, "bzip2.*gzip|compress") { Data("BZh91AY&SY".utf8) + Data(count: 400) },
  ]

  private static let header: [Row] = [
    Row("magic-none", refused, "magic|Analyze") { $0.magic = [0, 0, 0, 0] },
    Row("magic-n+3", refused, "magic|version") { $0.magic = Array("n+3\0".utf8) },
    // CR LF became LF on its way.
    Row("magic-text-mode", refused, "magic.*text") {
      $0.version = 2
      $0.magic = Array("n+2\0\n\u{1a}\n\0".utf8)
    },
    Row("dim-1d", refused, "one dimension") { $0.dims = [1, 8, 1, 1, 1, 1, 1, 1] },
    Row("magic-pair-in-single", refused, "magic|ni1|pair") { $0.magic = Array("ni1\0".utf8) },
    Row("sizeof-12345", refused, "sizeof") { $0.sizeOfHeader = 12345 },
    Row("dim0-0", refused, "dim") { $0.dims[0] = 0 },
    Row("dim0-8", refused, "dim") { $0.dims[0] = 8 },
    Row("dim0--1", refused, "dim") { $0.dims[0] = -1 },
    Row("dim1-0", refused, "dim") { $0.dims[1] = 0 },
    Row("dim2-negative", refused, "dim") { $0.dims[2] = -2 },
    Row("dim4-0", refused, "dim|frame") { $0.dims = [4, 2, 2, 2, 0, 1, 1, 1] },
    Row("dim-all-32767", refused, "dim|too large") { $0.dims = [7] + Array(repeating: 32767, count: 7) },
    Row("dim-8000", refused, "truncated|too large") { $0.dims = [4, 8000, 8000, 4000, 1, 1, 1, 1] },
    Row("dim-5d", refused, "dim|5") {
      $0.dims = [5, 2, 2, 2, 1, 2, 1, 1]
      $0.voxels += $0.voxels
    },
    Row("nifti2-dim-2to62", refused, "dim|too large|overflow") {
      $0.version = 2
      $0.dims = [4, 1 << 62, 4, 1, 1, 1, 1, 1]
    },
    Row("nifti2-dim-negative", refused, "dim") {
      $0.version = 2
      $0.dims[1] = -6
    },
    Row("datatype-0", refused, "data ?type") { $0.datatype = 0 },
    Row("datatype-1", refused, "data ?type") { $0.datatype = 1 },
    Row("datatype-999", refused, "data ?type") { $0.datatype = 999 },
    Row("datatype--16", refused, "data ?type") { $0.datatype = -16 },
    Row("datatype-rgb", refused, "data ?type|rgb") { $0.datatype = 128 },
    Row("datatype-c8", refused, "data ?type|complex") { $0.datatype = 32 },
    Row("datatype-f16", refused, "data ?type|float128") { $0.datatype = 1536 },
    Row("bitpix-8", .warned(3.5), "bitpix") { $0.bitpix = 8 },
    Row("i8-beyond-2to53", .warned(0x1p53 + 1), #"precision|exact|2\^53"#) {
      $0.store([0x1p53 - 6, 0x1p53 + 8], as: 1024)
      $0.dims = [2, 2, 1, 1, 1, 1, 1, 1]
    },
    Row("voxoffset-0", .warned(3.5), "vox_?offset") { $0.voxelOffset = 0 },
    Row("voxoffset-100", refused, "vox_?offset") { $0.voxelOffset = 100 },
    Row("voxoffset--352", refused, "vox_?offset") { $0.voxelOffset = -352 },
    Row("voxoffset-nan", refused, "vox_?offset") { $0.voxelOffset = .nan },
    Row("voxoffset-1e30", refused, "vox_?offset") { $0.voxelOffset = 1e30 },
    Row("voxoffset-eof", refused, "vox_?offset|truncated") { $0.voxelOffset = 1e6 },
    Row("slope-0", .right(3.5), "") { ($0.slope, $0.intercept) = (0, 7) },
    Row("slope-nan", refused, "slope") { $0.slope = .nan },
    Row("inter-inf", refused, "inter") { $0.intercept = .infinity },
    Row("ext-size-0", .either(3.5), "extension|esize", image: withExtension(0)),
    Row("ext-size-negative", .either(3.5), "extension|esize", image: withExtension(-16)),
    Row("ext-size-2G", .either(3.5), "extension|esize", image: withExtension(0x7fff_fff0)),
    Row("ext-size-17", .either(3.5), "extension|esize", image: withExtension(17)),
    Row("descrip-escape", .right(3.5), "") { $0.description = Array("\u{1b}[31mred\u{7}\n".utf8) + [0xff, 0xfe] },
  ]

  private static let compression: [Row] = [
    Row("gz-half.nii.gz", refused, "gzip|truncated") {
      let bytes = try gzip(image())
      return bytes.prefix(bytes.count / 2)
    },
    Row("gz-no-trailer.nii.gz", refused, "gzip|truncated|CRC") { try gzip(image()).dropLast(8) },
    Row("gz-crc.nii.gz", refused, "CRC") {
      var bytes = try gzip(image())
      bytes[bytes.count - 8] ^= 255
      return bytes
    },
    Row("gz-trailing-zeros.nii.gz", .either(3.5), "gzip|trailing|zero") { try gzip(image()) + Data(count: 512) },
    Row("gz-trailing-junk.nii.gz", .warned(3.5), "trailing|garbage") { try gzip(image()) + Data("garbage!".utf8) },
    Row("gz-bomb-dims.nii.gz", refused, "too (short|large)") {
      try gzip(image { $0.dims = [4, 30000, 30000, 30000, 1, 1, 1, 1] })
    },
    Row("gz-header-only.nii.gz", refused, "gzip|truncated|end") { try gzip(image()).prefix(10) },
    Row("gz-reserved-flags.nii.gz", refused, "reserved flags") {
      var bytes = try gzip(image())
      bytes[3] |= 0x80
      return bytes
    },
    Row("gz-double.nii.gz", refused, "gzip") { try gzip(gzip(image())) },
    Row("gz-named-nii.nii", .either(3.5), "gzip|compress") { try gzip(image()) },
    Row("plain-named-gz.nii.gz", .either(3.5), "gzip|compress") { image() },
    // 256 MiB of zeros in 260 kB, all of them honest: one member each MiB.
    Row("gz-bomb-real.nii.gz", .either(0), "zero|constant") {
      let zeros = try gzip(Data(count: 1 << 20))
      let header = image {
        $0.store([], as: 2)
        ($0.dims, $0.bitpix) = ([4, 512, 512, 512, 2, 1, 1, 1], 8)
      }
      return try (0..<256).reduce(into: gzip(header)) { bytes, _ in bytes += zeros }
    },
  ]

  private static let voxels: [Row] = [
    Row("voxel-nan", .warned(4), "NaN|not finite") { $0.store([.nan, 1, 2, 3, 4, 5, 6, 7], as: 16) },
    Row("voxel-inf", .warned(3), "inf|not finite") { $0.store([0, 1, 2, 3, .infinity, 5, -.infinity, 7], as: 16) },
    Row("voxel-all-negative", .warned(-4.5), "no voxel is above 0") {
      $0.store([-8, -7, -6, -5, -4, -3, -2, -1], as: 16)
    },
    Row("voxel-empty-frame", .warned(1.25), "frame 2: the frame has no activity") {
      $0.store([1, 2, 3, 4, 0, 0, 0, 0], as: 16)
      $0.dims = [4, 2, 2, 1, 2, 1, 1, 1]
    },
    Row("voxel-unsigned-as-signed", .warned(0), "stored as signed") {
      $0.store([30000, -30000, 30000, -30000, 30000, -30000, 30000, -30000], as: 4)
    },
    Row("voxel-signed-as-unsigned", .warned(32600), "stored as unsigned") {
      $0.store([0, 65200, 0, 65200, 0, 65200, 0, 65200], as: 512)
    },
    // Scaled to the whole range by the intercept: no value is negative.
    Row("voxel-whole-range", .right(30000), "") {
      $0.store([30000, -30000, 30000, -30000, 30000, -30000, 30000, -30000], as: 4)
      $0.slope = 1
      $0.intercept = 30000
    },
    Row("voxel-all-nan", refused, "NaN|finite") { $0.store(Array(repeating: .nan, count: 8), as: 16) },
    Row("voxel-all-zero", .warned(0), "zero|constant") { $0.store(Array(repeating: 0, count: 8), as: 16) },
  ]

  private static let geometry: [Row] = [
    Row("pixdim-sform", .warned(3.5), "pixdim.*sform") { $0.pixdim = [1, 1, 1, 1, 1, 0, 0, 0] },
    Row("affine-none", .warned(3.5), "form|orientation") { $0.sformCode = 0 },
    Row("affine-singular", refused, "sform|singular") { for i in 8..<12 { $0.sform[i] = 0 } },
    Row("affine-nan", refused, "sform|finite") { $0.sform[0] = .nan },
    Row("affine-disagree", .warned(3.5), "qform.*sform|disagree") {
      $0.qformCode = 1
      $0.offsets = [-2, -2, 18]
    },
    Row("quatern-not-unit", refused, "qform|quatern") {
      ($0.sformCode, $0.qformCode) = (0, 1)
      $0.quaternion = [5, 5, 5]
    },
    Row("pixdim-0", refused, "pixdim|voxel size") {
      ($0.sformCode, $0.qformCode) = (0, 1)
      $0.pixdim[1] = 0
    },
    Row("pixdim-nan", refused, "pixdim|voxel size") {
      ($0.sformCode, $0.qformCode) = (0, 1)
      $0.pixdim[1] = .nan
    },
    Row("units-none", .either(3.5), "unit") { $0.units = 0 },
    Row("units-ms", .right(3.5), "") { $0.units = 18 },
    Row("units-metre", .either(3.5), "unit|metre") {
      $0.units = 9
      $0.sform = $0.sform.map { $0 / 1000 }
      $0.pixdim = [1, 0.002, 0.002, 0.002, 60, 0, 0, 0]
    },
  ]

  /// What has the name of a file and is none, and a header whose voxels are elsewhere.
  private static let places: [Row] = [
    Row(
      "directory.nii", .refused(74), "directory",
      at: { try manager.createDirectory(atPath: $0, withIntermediateDirectories: false) }),
    Row("fifo.nii", .refused(74), "pipe|regular", at: { _ = mkfifo($0, 0o600) }),
    Row("dangling.nii.gz", .refused(66), "link|exist|annex", at: { try link($0, to: "../annex/objects/absent") }),
    Row("loop.nii", .refused(74), "link|levels", at: { try link($0, to: "loop.nii") }),
    Row("dev-zero.nii", .refused(74), "device|regular", at: { try link($0, to: "/dev/zero") }),
    Row("pair-no-img.hdr", refused, "img|pair", { image(pair).prefix(348) }),
    Row(
      "pair-ok.hdr", .either(3.5), "pair|img",
      at: { path in
        try image(pair).prefix(348).write(to: URL(fileURLWithPath: path))
        try image().dropFirst(352).write(to: URL(fileURLWithPath: path.dropLast(3) + "img"))
      }),
  ]

  private static var manager: FileManager { .default }
  private static func link(_ path: String, to target: String) throws {
    try manager.createSymbolicLink(atPath: path, withDestinationPath: target)
  }
  @Sendable private static func pair(_ raw: inout RawNIfTI) {
    raw.magic = Array("ni1\0".utf8)
    raw.voxelOffset = 0
  }

  /// Ten seconds, and 512 MiB of addresses of which the program and its libraries take more than a fifth.
  private static func info(_ path: String) throws -> Program.Outcome {
    let script = #"ulimit -v 524288; exec timeout -s KILL 10 "$0" info "$1""#
    return try Program.run(URL(fileURLWithPath: "/bin/sh"), ["-c", script, Program.executable.path, path])
  }

  @Test(arguments: contents + header + compression + voxels + geometry + places)
  func hasItsAnswer(row: Row) throws {
    let folder = try TemporaryFolder()
    let path = folder.file(row.name)
    try row.make(path)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let isFile = try URL(fileURLWithPath: path).resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
    let bytes = isFile ? try Data(contentsOf: URL(fileURLWithPath: path)) : nil
    let run = try Self.info(path)
    switch row.verdict {
    case .refused(let code):
      #expect(run.status == code)
      try refuses(run, path, row.words)
    case .warned(let mean):
      try accepts(run, mean)
      #expect(try run.errors.contains(Regex(row.words).ignoresCase()), "\(run.errors)")
    case .right(let mean): try accepts(run, mean)
    case .either(let mean):
      if run.status == 0 { try accepts(run, mean) } else { try refuses(run, path, row.words) }
    }
    for text in [run.output, run.errors] {
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == files)
    #expect(try bytes == (isFile ? Data(contentsOf: URL(fileURLWithPath: path)) : nil))
  }

  private func refuses(_ run: Program.Outcome, _ path: String, _ words: String) throws {
    #expect((1...127).contains(run.status) && run.output.isEmpty)
    let lines = run.errors.split(separator: "\n")
    #expect(lines.count == 1 && run.errors.hasPrefix("petbalance: error: \(path): "), "\(run.errors)")
    let message = run.errors.replacing(path, with: "")
    #expect(try message.contains(Regex(words).ignoresCase()), "\(run.errors)")
  }

  private func accepts(_ run: Program.Outcome, _ mean: Double) throws {
    #expect(run.status == 0, "\(run.errors)")
    let line = run.output.split(separator: "\n").first { $0.hasPrefix("mean: ") }
    #expect(line.flatMap { Double($0.dropFirst(6)) } == mean, "\(run.output)")
    #expect(!run.errors.contains("error:"))
  }
}
