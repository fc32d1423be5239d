package import PETCore

/// What an image is read for.
enum ImageContent {
  /// Numbers on a grid, perhaps in frames.
  case numbers
  /// Three components a voxel, in the fifth dimension; read as three volumes.
  case vectors
}

/// One small check for each field of a header: what is wrong with the value seen, and what to do.
///
/// They run on the raw bytes, before libnifti parses them, because it trusts some of these fields.
struct HeaderChecks {
  let header: RawHeader
  let file: String
  let content: ImageContent
  private(set) var findings: [Finding] = []

  /// What the checks establish on the way.
  private(set) var type = VoxelType.float32
  private(set) var dims = [1, 1, 1, 1]
  private(set) var dataOffset = 0
  private(set) var dataBytes = 0

  init(_ header: RawHeader, file: String, holds content: ImageContent) {
    self.header = header
    self.file = file
    self.content = content
  }

  private func refuse(_ field: String, _ problem: String, _ remedy: String) -> PETError {
    PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
  }

  private mutating func note(
    _ level: Finding.Level, _ code: Finding.Code, _ field: String, _ value: String, _ problem: String, _ remedy: String,
    castsDoubt: Bool = false
  ) {
    findings.append(
      Finding(level, code, file: file, field: field, value: value, problem, remedy: remedy, castsDoubt: castsDoubt))
  }

  mutating func run(fileSize: Int, isGzip: Bool) throws(PETError) {
    try magic()
    try dimensions()
    try datatype()
    try sizes()
    try offset(fileSize: fileSize, isGzip: isGzip)
    try scaling()
    try geometry()
    units()
  }

  private func magic() throws(PETError) {
    let text = String(decoding: header.magic.prefix { $0 != 0 }, as: UTF8.self)
    if header.version == 1 {
      switch header.magic {
      case Array("n+1\0".utf8): return
      case Array("ni1\0".utf8):
        throw refuse("magic", "'ni1': the voxels are in another file (.img)", "join the .hdr/.img pair into one .nii")
      case [0, 0, 0, 0]:
        throw refuse("magic", "there is none: an Analyze 7.5 header, not NIfTI", "convert the image to NIfTI")
      default: throw refuse("magic", "'\(printable(text))' is not 'n+1'", "check that the file is NIfTI-1")
      }
    }
    guard header.magic == Array("n+2\0".utf8) else {
      throw refuse("magic", "'\(printable(text))' is not 'n+2'", "check that the file is a single NIfTI-2 file")
    }
    guard header.magicEnd == [0x0d, 0x0a, 0x1a, 0x0a] else {
      throw refuse(
        "magic", "the four bytes after 'n+2' are not CR LF SUB LF: the file was changed as if it were text",
        "fetch the file again, in binary mode")
    }
  }

  private mutating func dimensions() throws(PETError) {
    let raw = header.dims
    guard (1...7).contains(raw[0]) else {
      throw refuse("dim[0]", "\(raw[0]) is not a number of dimensions from 1 to 7", "correct the header")
    }
    guard raw[0] > 1 else {
      throw refuse("dim[0]", "an image of one dimension is no volume", "store one 3-D or 4-D image")
    }
    for i in 1...raw[0] where raw[i] < 1 {
      throw refuse("dim[\(i)]", "\(raw[i]) is not a positive size", "correct the header")
    }
    if content == .vectors {
      try vectors()
      dims = Array(raw[1...3]) + [3]
      return
    }
    for i in 5..<max(5, raw[0] + 1) where raw[i] != 1 {
      throw refuse("dim[\(i)]", "an image of \(raw[0]) dimensions (size \(raw[i])) is not read", "store one 4-D scan")
    }
    for i in 0..<4 { dims[i] = i < raw[0] ? raw[i + 1] : 1 }
  }

  /// A field of displacements: x, y, z, one time, three components.
  private func vectors() throws(PETError) {
    let (code, name) = header.intent
    let remedy =
      "give a warp of ITK or ANTs (1Warp.nii.gz), or bring the labels to the scan with the program that made it"
    if (2006...2009).contains(code) {
      throw refuse("intent_code", "\(code): a warp of FSL, which is not read", remedy)
    }
    guard [1006, 1007].contains(code), header.dims[0] == 5, header.dims[4] == 1, header.dims[5] == 3 else {
      throw refuse("intent_code", "\(code): no field of displacements in three components", remedy)
    }
    guard name != "Mapping" else {
      throw refuse("intent_name", "'Mapping': a deformation of SPM, which holds places and no displacements", remedy)
    }
  }

  private mutating func datatype() throws(PETError) {
    let others = [
      1: "binary", 32: "complex", 128: "rgb", 1536: "float128", 1792: "complex", 2048: "complex", 2304: "rgba",
    ]
    guard let known = VoxelType(rawValue: header.datatype) else {
      let kind = others[header.datatype].map { " (\($0))" } ?? ""
      throw refuse(
        "datatype", "data type \(header.datatype)\(kind) is not a real number", "store it as float32 or int16")
    }
    type = known
    if header.bitpix != known.bytes * 8 {
      note(
        .warning, .bitpix, "bitpix", "\(header.bitpix)",
        "bitpix \(header.bitpix) does not fit data type \(header.datatype)", "the data type is used")
    }
  }

  private mutating func sizes() throws(PETError) {
    var total = type.bytes
    for size in dims {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow, product < 1 << 50 else {
        throw refuse(
          "dim", "\(dims.map(String.init).joined(separator: "x")) voxels are too large", "correct the header")
      }
      total = product
    }
    dataBytes = total
  }

  private mutating func offset(fileSize: Int, isGzip: Bool) throws(PETError) {
    let least = header.version == 1 ? 352 : 544
    let stated = header.voxelOffset
    if stated == 0 {
      note(.warning, .voxOffset, "vox_offset", "0", "vox_offset 0 in a single file", "\(least) is taken")
      dataOffset = least
    } else {
      guard stated.isFinite, stated >= Double(least), stated < 1e15, stated == stated.rounded() else {
        throw refuse(
          "vox_offset", "\(NumberText.short(stated)) is not a place for voxels (at least \(least))",
          "correct the header")
      }
      dataOffset = Int(stated)
    }
    let needed = dataOffset + dataBytes
    if !isGzip {
      guard fileSize >= needed else {
        throw refuse(
          "dim", "the file is truncated: \(fileSize) bytes of \(needed) that vox_offset and dim ask for",
          "fetch the file again")
      }
    } else if needed / 1032 > fileSize + 1024 {
      // Deflate cannot expand more than 1032 times.
      throw refuse(
        "dim", "the file is too short: \(fileSize) bytes of gzip cannot hold \(needed) bytes", "fetch the file again")
    }
  }

  private func scaling() throws(PETError) {
    guard header.slope.isFinite else {
      throw refuse("scl_slope", "the slope is \(header.slope)", "correct the header")
    }
    guard header.slope == 0 || header.intercept.isFinite else {
      throw refuse("scl_inter", "the intercept is \(header.intercept)", "correct the header")
    }
  }

  private mutating func geometry() throws(PETError) {
    let pixdims = header.pixdims
    let sizesGood = (1...3).allSatisfy { pixdims[$0] > 0 && pixdims[$0].isFinite }
    let q = header.quaternion
    let norm = q.reduce(0) { $0 + $1 * $1 }
    // float32 quaternions of a half turn exceed 1 by rounding only.
    let quaternionGood = q.allSatisfy(\.isFinite) && header.offsets.allSatisfy(\.isFinite) && norm <= 1 + 1e-4
    if header.sformCode > 0 {
      let affine = Affine(rows: header.sform)
      guard header.sform.allSatisfy(\.isFinite) else {
        throw refuse("sform", "the sform affine is not finite", "correct the header")
      }
      let size = header.sform.map(abs).max() ?? 0
      guard abs(affine.determinant) > 1e-9 * size * size * size, affine.inverse != nil else {
        throw refuse("sform", "the sform affine is singular", "correct the header")
      }
      if header.qformCode > 0, !quaternionGood || !sizesGood {
        note(.warning, .qform, "qform", "", "the qform is not valid", "the sform is used")
      }
      let own = Grid(nx: 1, ny: 1, nz: 1, affine: affine).voxelSize
      let edges = [own.0, own.1, own.2]
      if sizesGood, zip(edges, pixdims[1...3]).contains(where: { abs($0 - $1) > 0.01 * $0 }) {
        func text(_ sizes: some Sequence<Double>) -> String {
          sizes.map { NumberText.short(Rounding.significant($0, digits: 5)) }.joined(separator: " x ")
        }
        note(
          .warning, .voxelSize, "pixdim", text(pixdims[1...3]),
          "voxels of \(text(pixdims[1...3])) where the sform has \(text(edges))",
          "the sform is used: volumes rest on it",
          // A tenth is more than rounding and oblique planes explain.
          castsDoubt: zip(edges, pixdims[1...3]).contains { abs($0 - $1) > 0.1 * $0 })
      }
    } else if header.qformCode > 0 {
      guard sizesGood else {
        let bad = (1...3).first { !(pixdims[$0] > 0 && pixdims[$0].isFinite) } ?? 1
        throw refuse("pixdim[\(bad)]", "the voxel size is \(NumberText.short(pixdims[bad]))", "correct the header")
      }
      guard quaternionGood else {
        throw refuse(
          "qform", "the quaternion (\(q.map(NumberText.short).joined(separator: ", "))) is no rotation",
          "correct the header")
      }
    } else {
      guard sizesGood else {
        throw refuse("pixdim", "no sform or qform, and no voxel size", "correct the header")
      }
      note(
        .warning, .noOrientation, "qform_code", "0", "neither sform nor qform: orientation and position are unknown",
        "voxel sizes alone are used as the affine")
    }
  }

  private mutating func units() {
    switch header.units & 7 {
    case 2: break
    case 0: note(.note, .spaceUnit, "xyzt_units", "0", "the unit of space is not stated", "mm is taken")
    case 1: note(.warning, .spaceUnit, "xyzt_units", "1", "space is in metres", "it is converted to mm")
    case 3: note(.warning, .spaceUnit, "xyzt_units", "3", "space is in micrometres", "it is converted to mm")
    default: note(.warning, .spaceUnit, "xyzt_units", "\(header.units & 7)", "unknown unit of space", "mm is taken")
    }
  }
}

extension Finding.Code {
  package static let bitpix = Finding.Code("bitpix")
  package static let noOrientation = Finding.Code("no-orientation")
  package static let qform = Finding.Code("qform")
  package static let spaceUnit = Finding.Code("space-unit")
  package static let voxOffset = Finding.Code("vox-offset")
  package static let voxelSize = Finding.Code("voxel-size")
}
