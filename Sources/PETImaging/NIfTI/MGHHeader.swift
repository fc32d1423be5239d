import PETCore

/// The header of a FreeSurfer image (`.mgh`, gzip `.mgz`): 284 bytes, big endian
/// (surfer.nmr.mgh.harvard.edu/fswiki/FsTutorial/MghFormat).
///
/// Sizes, number of frames and type; where `goodRASFlag` is set voxel sizes, the directions of the three axes and the centre, in mm of
/// scanner coordinates (right, anterior, superior), as NIfTI has them; else 1 mm, coronal, centred on 0.
struct MGHHeader {
  static let bytes = 284

  let sizes: [Int]
  let frames: Int
  let type: VoxelType
  let affine: Affine
  /// Whether the header says where the voxels lie.
  let isPlaced: Bool

  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.count >= 4 && bytes[0..<4] == [0, 0, 0, 1] }

  /// - Parameter fileSize: bytes of the file, which must be able to hold what the header claims.
  init(_ bytes: [UInt8], file: String, fileSize: Int, isGzip: Bool) throws(PETError) {
    func refuse(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
    }
    guard bytes.count >= Self.bytes else {
      throw refuse("header", "the file ends within its header of \(Self.bytes) bytes", "fetch the file again")
    }
    func word(_ place: Int) -> UInt32 { bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    func number(_ place: Int) -> Int { Int(Int32(bitPattern: word(place))) }
    func float(_ place: Int) -> Double { Double(Float(bitPattern: word(place))) }
    sizes = [4, 8, 12].map(number)
    frames = number(16)
    var total = 8
    for (name, size) in zip(["width", "height", "depth", "nframes"], sizes + [frames]) {
      guard size > 0 else { throw refuse(name, "\(size) is not a positive size", "fetch the file again") }
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow, product < 1 << 50 else { throw refuse(name, "\(size) is too large", "fetch the file again") }
      total = product
    }
    switch number(20) {
    case 0: type = .uint8
    case 1: type = .int32
    case 3: type = .float32
    case 4: type = .int16
    case 10: type = .uint16
    default:
      throw refuse(
        "type", "voxel type \(number(20)) is not a real number", "convert it with mri_convert to .nii.gz, or to float")
    }
    let needed = Self.bytes + total / 8 * type.bytes
    // Deflate cannot expand more than 1032 times.
    guard isGzip ? needed / 1032 <= fileSize + 1024 : needed <= fileSize else {
      throw refuse(
        "width", "the file is truncated: \(fileSize) bytes cannot hold the \(needed) that its header asks for",
        "fetch the file again")
    }
    let isStated = Int(bytes[28]) << 8 | Int(bytes[29]) > 0
    // x_r x_a x_s, y_…, z_…, c_….
    var values = isStated ? (0..<15).map { float(30 + 4 * $0) } : [1, 1, 1, -1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, 0]
    guard values.allSatisfy(\.isFinite), values[0..<3].allSatisfy({ $0 > 0 }) else {
      throw refuse("spacing", "voxel sizes or directions are no numbers", "fetch the file again")
    }
    let (spacing, centre) = (Array(values[0..<3]), Array(values[12..<15]))
    values = Array(values[3..<12])
    var rows = [Double](repeating: 0, count: 12)
    for row in 0..<3 {
      for column in 0..<3 { rows[4 * row + column] = values[3 * column + row] * spacing[column] }
      // The centre is that of the volume: between two voxels where a size is even.
      var start = centre[row]
      for column in 0..<3 { start -= rows[4 * row + column] * Double(sizes[column]) / 2 }
      rows[4 * row + 3] = start
    }
    affine = Affine(rows: rows)
    isPlaced = isStated
    guard affine.inverse != nil else {
      throw refuse("directions", "the axes do not span a volume", "fetch the file again")
    }
  }
}
