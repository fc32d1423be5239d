import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// A header from bytes laid out by hand.
private func header(isGzip: Bool = false, fileSize: Int? = nil, _ change: (inout RawNIfTI) -> Void = { _ in }) throws
  -> ImageHeader
{
  var raw = RawNIfTI()
  raw.store(Array(repeating: 1, count: 8), as: 16)
  change(&raw)
  let bytes = Array(raw.data)
  return try ImageHeader(
    RawHeader(bytes, file: "a.nii"), file: "a.nii", fileSize: fileSize ?? bytes.count, isGzip: isGzip)
}

struct RawHeaderTests {
  /// Every field of both versions, in both byte orders, as it was put there.
  @Test(arguments: [1, 2], [false, true])
  func fields(version: Int, bigEndian: Bool) throws {
    var raw = RawNIfTI()
    (raw.version, raw.bigEndian) = (version, bigEndian)
    raw.dims = [4, 3, 5, 7, 2, 1, 1, 1]
    (raw.datatype, raw.bitpix, raw.slope, raw.intercept) = (512, 16, -0.5, 3.25)
    raw.pixdim = [-1, 1.5, 2.5, 3.5, 60, 0, 0, 0]
    (raw.qformCode, raw.sformCode, raw.units, raw.voxelOffset) = (1, 2, 10, 1024)
    (raw.quaternion, raw.offsets) = ([0.5, -0.25, 0.125], [-90, 126, -72])
    raw.sform = (0..<12).map { Double($0) - 5.5 }
    raw.description = Array("a note".utf8)
    (raw.intentCode, raw.intentName) = (1007, Array("Mapping".utf8))
    let read = try RawHeader(Array(raw.data), file: "a.nii")
    #expect(read.version == version && read.bigEndian == bigEndian)
    #expect(read.dims == raw.dims && read.pixdims == raw.pixdim && read.sform == raw.sform)
    #expect(read.datatype == 512 && read.bitpix == 16 && read.slope == -0.5 && read.intercept == 3.25)
    #expect(read.qformCode == 1 && read.sformCode == 2 && read.units == 10 && read.voxelOffset == 1024)
    #expect(read.quaternion == raw.quaternion && read.offsets == raw.offsets && read.description == "a note")
    #expect(read.intent == (1007, "Mapping"))
    #expect(read.magic == Array((version == 1 ? "n+1\0" : "n+2\0").utf8))
    #expect(read.bytes.count == (version == 1 ? 348 : 540))
  }

  /// What is no NIfTI at all is named for what it is.
  @Test(arguments: [
    ("", "empty"), ("../.git/annex/objects/ab/SHA256", "git-annex pointer"), ("<!DOCTYPE html>", "web page"),
    ("<HTML><body>", "web page"), ("<nifti_image\n", "ASCII form"), ("BZh91AY", "bzip2"), ("MATRIX72v", "ECAT"),
    ("MATLAB 5.0 MAT-file", "MATLAB"),
    ("CDF\u{1}", "MINC"), (String(repeating: " ", count: 128) + "DICM", "DICOM"), ("!INTERFILE :=", "Interfile"),
    ("abc", "3 bytes of 348"),
    (String(repeating: " ", count: 350) + "<html>", "web page"), (String(repeating: "x", count: 400), "sizeof_hdr"),
  ])
  func namesWhatItIs(text: String, words: String) {
    let error = #expect(throws: PETError.self) { try RawHeader(Array(text.utf8), file: "a.nii") }
    #expect(error?.problem.contains(words) == true && error?.file == "a.nii" && error?.field == "header")
  }

  @Test func whatIsCutOff() {
    var raw = RawNIfTI()
    for (version, least) in [(1, 348), (2, 540)] {
      raw.version = version
      let bytes = Array(raw.data)
      let error = #expect(throws: PETError.self) { try RawHeader(Array(bytes.prefix(least - 1)), file: "a.nii") }
      #expect(error?.problem == "the header is truncated: \(least - 1) bytes of \(least)")
      #expect((try? RawHeader(Array(bytes.prefix(least)), file: "a.nii")) != nil)
    }
    #expect(throws: PETError.self) { try RawHeader([0x1f, 0x8b] + Array(repeating: 0, count: 400), file: "a.nii") }
  }
}

struct HeaderChecksTests {
  private static func refusal(_ change: (inout RawNIfTI) -> Void) -> PETError? {
    #expect(throws: PETError.self) { try header(change) }
  }

  /// Each dimension that is none, or one too many, is named by its place.
  @Test(arguments: [
    ([0, 2, 2, 2, 1, 1, 1, 1], "dim[0]"), ([8, 2, 2, 2, 1, 1, 1, 1], "dim[0]"), ([1, 8, 1, 1, 1, 1, 1, 1], "dim[0]"),
    ([3, 2, 0, 2, 1, 1, 1, 1], "dim[2]"), ([4, 2, 2, 2, -1, 1, 1, 1], "dim[4]"), ([5, 2, 2, 2, 1, 2, 1, 1], "dim[5]"),
    ([7, 2, 2, 2, 1, 1, 1, 3], "dim[7]"), ([4, 32767, 32767, 32767, 32767, 1, 1, 1], "dim"),
    ([3, 2, 2, 3, 1, 1, 1, 1], "dim"),
  ])
  func dimensions(dims: [Int], field: String) { #expect(Self.refusal { $0.dims = dims }?.field == field) }

  /// Sizes beyond the stated number of dimensions do not count, nor does a fifth dimension of 1.
  @Test func dimensionsThatDoNotCount() throws {
    #expect(try header { $0.dims = [3, 2, 2, 2, 9, 0, -1, 7] }.frames == 1)
    let flat = try header { $0.dims = [2, 4, 2, 5, 5, 5, 5, 5] }
    #expect(flat.grid.description == "4x2x1" && flat.frames == 1)
    #expect(try header { $0.dims = [5, 2, 2, 1, 2, 1, 1, 1] }.frames == 2)
  }

  /// The bytes must be there: to the last one in a plain file, and as many as gzip could ever hold.
  @Test func sizeOfTheFile() throws {
    #expect(try header(fileSize: 352 + 32).dataOffset == 352)
    let short = #expect(throws: PETError.self) { try header(fileSize: 352 + 31) }
    #expect(short?.problem == "the file is truncated: 383 bytes of 384 that vox_offset and dim ask for")
    // 1000 x 1000 x 1000 floats are 4e9 bytes: at 1032 to 1 they need 3.9 MB.
    let cube = [3, 1000, 1000, 1000, 1, 1, 1, 1]
    #expect(throws: PETError.self) { try header(isGzip: true, fileSize: 3_000_000) { $0.dims = cube } }
    #expect(try header(isGzip: true, fileSize: 4_000_000) { $0.dims = cube }.grid.count == 1_000_000_000)
  }

  @Test func wordsOnWhatIsOdd() throws {
    func codes(_ change: (inout RawNIfTI) -> Void) throws -> [String] { try header(change).findings.map(\.code.word) }
    #expect(try codes { _ in }.isEmpty)
    #expect(try codes { $0.bitpix = 16 } == ["bitpix"])
    #expect(try codes { $0.voxelOffset = 0 } == ["vox-offset"])
    #expect(try codes { $0.sformCode = 0 } == ["no-orientation"])
    #expect(try codes { $0.units = 8 } == ["space-unit"])
    #expect(try codes { ($0.qformCode, $0.offsets, $0.quaternion) = (1, [-2, -2, -2], [1, 1, 1]) } == ["qform"])
    #expect(try codes { $0.pixdim[2] = 2.019 }.isEmpty)
    #expect(try header { $0.pixdim[2] = 2.1 }.findings.map(\.castsDoubt) == [false])
    #expect(try header { $0.pixdim[2] = 2.3 }.findings.map(\.castsDoubt) == [true])
  }

  @Test func whatIsRefused() {
    #expect(Self.refusal { $0.datatype = 32 }?.problem.contains("32 (complex)") == true)
    #expect(Self.refusal { $0.datatype = 99 }?.field == "datatype")
    for offset in [351.0, -1, 352.5, 1e20, .nan] {
      #expect(Self.refusal { $0.voxelOffset = offset }?.field == "vox_offset")
    }
    #expect(Self.refusal { $0.slope = .infinity }?.field == "scl_slope")
    #expect(Self.refusal { $0.intercept = .nan }?.field == "scl_inter")
    #expect(Self.refusal { $0.sform[5] = 0 }?.problem.contains("singular") == true)
    #expect(Self.refusal { ($0.sformCode, $0.pixdim[3]) = (0, -2) }?.field == "pixdim")
    #expect(Self.refusal { $0.magic = Array("n+2\0".utf8) }?.field == "magic")
    #expect(
      Self.refusal { ($0.version, $0.magic) = (2, Array("n+2\0\n\u{1a}\n\0".utf8)) }?.problem.contains("text") == true)
  }
}

struct ImageHeaderTests {
  /// Without a slope nothing is scaled, whatever the intercept says.
  @Test func scaling() throws {
    let none = try header { ($0.slope, $0.intercept) = (0, .nan) }
    #expect(none.slope == 1 && none.intercept == 0)
    let both = try header { ($0.slope, $0.intercept) = (-0.5, 3) }
    #expect(both.slope == -0.5 && both.intercept == 3)
    #expect(both.frameBytes == 32)
  }

  /// A qform of half a turn about z, and z itself turned by the sign of pixdim[0].
  @Test func affineOfAQform() throws {
    let turned = try header {
      ($0.sformCode, $0.qformCode) = (0, 1)
      $0.quaternion = [0, 0, 1]
      $0.offsets = [10, 20, 30]
      $0.pixdim = [-1, 2, 3, 4, 1, 0, 0, 0]
    }
    let known: [Double] = [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, -4, 30]
    for (a, b) in zip(turned.grid.affine.m, known) { #expect(abs(a - b) < 1e-6) }
  }

  /// The sform of a grid of 2 mm in other units.
  @Test(arguments: [(9, 1e-3), (10, 1.0), (11, 1e3), (8, 1.0)])
  func unitsOfSpace(units: Int, factor: Double) throws {
    let read = try header {
      $0.units = units
      $0.sform = $0.sform.map { $0 * factor }
      $0.pixdim = [1, 2 * factor, 2 * factor, 2 * factor, 1, 0, 0, 0]
    }
    // Single precision of the file.
    for (a, b) in zip(read.grid.affine.m, RawNIfTI().sform) { #expect(abs(a - b) < 1e-6) }
  }

  /// qform and sform apart by 10 mm, whatever the unit they are written in; by 0.5 mm nothing is said.
  @Test(arguments: [(9, 1e-3), (10, 1.0), (11, 1e3)])
  func formsThatDisagree(units: Int, factor: Double) throws {
    func found(_ apart: Double) throws -> [Finding] {
      try header {
        $0.units = units
        $0.qformCode = 1
        $0.sform = $0.sform.map { $0 * factor }
        $0.pixdim = [1, 2 * factor, 2 * factor, 2 * factor, 1, 0, 0, 0]
        $0.offsets = [-2 * factor, -2 * factor, (-2 + apart) * factor]
      }.findings.filter { $0.code.word == "forms-disagree" }
    }
    #expect(try found(0).isEmpty && found(0.5).isEmpty)
    let told = try found(10)
    #expect(told.count == 1 && abs((Double(told.first?.value ?? "") ?? 0) - 10) < 1e-3, "\(told)")
  }

  /// Forms of opposite handedness: what is left in one is right in the other.
  @Test func leftAndRight() throws {
    let found = try header {
      $0.qformCode = 1
      $0.pixdim = [-1, 2, 2, 2, 1, 0, 0, 0]
      $0.offsets = [-2, -2, -2]
    }.findings
    #expect(found.map(\.code.word) == ["left-right"] && found[0].castsDoubt)
  }
}
