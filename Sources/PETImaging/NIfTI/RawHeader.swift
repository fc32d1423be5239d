import PETCore

/// The bytes of a NIfTI header as they stand in the file, before anything else looks at them.
struct RawHeader {
  let version: Int
  let bigEndian: Bool
  let bytes: [UInt8]

  static let shortest = 348
  static let longest = 540

  /// Tells version and byte order by `sizeof_hdr`; says what the file is when it is none of ours.
  init(_ bytes: [UInt8], file: String) throws(PETError) {
    func refuse(_ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: "header", problem, remedy: remedy)
    }
    guard !bytes.isEmpty else { throw refuse("the file is empty (0 bytes)", "fetch the file again") }
    let start = String(decoding: bytes.prefix(64), as: UTF8.self).lowercased()
    if start.contains("annex/objects") {
      throw refuse("not a NIfTI file but a git-annex pointer", "fetch the content (git annex get, datalad get)")
    }
    if Self.isWebPage(bytes) { throw refuse("it is a web page, not an image", "fetch the image itself") }
    if let format = ForeignFormat.of(bytes) { throw refuse("it is \(format.name)", format.remedy) }
    guard bytes.count >= Self.shortest else {
      throw refuse("the header is truncated: \(bytes.count) bytes of 348", "fetch the file again")
    }
    let little = Self.integer(bytes, 0, 4, bigEndian: false)
    let big = Self.integer(bytes, 0, 4, bigEndian: true)
    switch (little, big) {
    case (348, _): (version, bigEndian) = (1, false)
    case (_, 348): (version, bigEndian) = (1, true)
    case (540, _): (version, bigEndian) = (2, false)
    case (_, 540): (version, bigEndian) = (2, true)
    default:
      guard bytes.contains(where: { $0 != 0 }) else { throw refuse("it holds zeros alone", "fetch the file again") }
      throw refuse(
        "sizeof_hdr is \(little), so this is not a NIfTI header", "check that the file is NIfTI-1 or NIfTI-2")
    }
    if version == 2, bytes.count < Self.longest {
      throw refuse("the header is truncated: \(bytes.count) bytes of 540", "fetch the file again")
    }
    self.bytes = Array(bytes.prefix(version == 1 ? 348 : 540))
  }

  /// A login or error page that was saved under an image's name.
  private static func isWebPage(_ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self).drop(while: \.isWhitespace).lowercased()
    return ["<!doctype", "<html", "<head"].contains(where: text.hasPrefix)
  }

  private static func integer(_ bytes: [UInt8], _ offset: Int, _ size: Int, bigEndian: Bool) -> Int {
    var value: UInt64 = 0
    for i in 0..<size {
      value = value << 8 | UInt64(bytes[offset + (bigEndian ? i : size - 1 - i)])
    }
    let shift = UInt64(64 - 8 * size)
    return Int(Int64(bitPattern: value << shift) >> Int64(shift))
  }

  private func integer(_ offset: Int, _ size: Int) -> Int { Self.integer(bytes, offset, size, bigEndian: bigEndian) }

  private func real(_ offset: Int, _ size: Int) -> Double {
    size == 4
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: integer(offset, 4))))
      : Double(bitPattern: UInt64(bitPattern: Int64(integer(offset, 8))))
  }

  private func field(_ one: Int, _ two: Int) -> Int { version == 1 ? one : two }

  var magic: [UInt8] { Array(bytes[field(344, 4)..<field(348, 8)]) }
  /// What follows the magic of NIfTI-2, to tell that a file went through text mode.
  var magicEnd: [UInt8] { Array(bytes[8..<12]) }
  var dims: [Int] { (0..<8).map { version == 1 ? integer(40 + 2 * $0, 2) : integer(16 + 8 * $0, 8) } }
  var pixdims: [Double] { (0..<8).map { version == 1 ? real(76 + 4 * $0, 4) : real(104 + 8 * $0, 8) } }
  /// What the values are, by the codes of NIfTI; a word on it.
  var intent: (code: Int, name: String) {
    let name = bytes[field(328, 508)..<field(344, 524)].prefix { $0 != 0 }
    return (version == 1 ? integer(68, 2) : integer(504, 4), String(decoding: name, as: UTF8.self))
  }
  var datatype: Int { integer(field(70, 12), 2) }
  var bitpix: Int { integer(field(72, 14), 2) }
  var voxelOffset: Double { version == 1 ? real(108, 4) : Double(integer(168, 8)) }
  var slope: Double { version == 1 ? real(112, 4) : real(176, 8) }
  var intercept: Double { version == 1 ? real(116, 4) : real(184, 8) }
  var units: Int { version == 1 ? Int(bytes[123]) : integer(500, 4) }
  var qformCode: Int { version == 1 ? integer(252, 2) : integer(344, 4) }
  var sformCode: Int { version == 1 ? integer(254, 2) : integer(348, 4) }
  var quaternion: [Double] { (0..<3).map { version == 1 ? real(256 + 4 * $0, 4) : real(352 + 8 * $0, 8) } }
  var offsets: [Double] { (0..<3).map { version == 1 ? real(268 + 4 * $0, 4) : real(376 + 8 * $0, 8) } }
  /// Three rows of four.
  var sform: [Double] { (0..<12).map { version == 1 ? real(280 + 4 * $0, 4) : real(400 + 8 * $0, 8) } }
  var description: String {
    let raw = bytes[field(148, 240)..<field(228, 320)].prefix { $0 != 0 }
    return String(decoding: raw, as: UTF8.self)
  }
}
