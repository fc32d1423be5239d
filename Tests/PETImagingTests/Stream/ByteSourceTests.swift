import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// A gzip member by hand from RFC 1951 and 1952: stored blocks, a CRC bit by bit.
private enum StoredGzip {
  static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }

  static func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  static func member(_ bytes: [UInt8], crc: UInt32? = nil) -> [UInt8] {
    var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
      let count = min(65535, bytes.count - start)
      let isLast: UInt8 = start + count == bytes.count ? 1 : 0
      let (low, high) = (UInt8(count & 255), UInt8(count >> 8))
      result += [isLast, low, high, ~low, ~high] + bytes[start..<start + count]
      start += count
    } while start < bytes.count
    return result + little(crc ?? self.crc(bytes)) + little(UInt32(bytes.count))
  }
}

/// Everything that a file gives, read in pieces of a size.
private func everything(_ source: ByteSource, pieces: Int = 7001) throws -> [UInt8] {
  var result: [UInt8] = []
  while true {
    var piece = [UInt8](repeating: 0, count: pieces)
    let got = try piece.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      return try source.read(into: base, count: bytes.count)
    }
    result += piece.prefix(got)
    if got < pieces { return result }
  }
}

struct ByteSourceTests {
  private let folder: TemporaryFolder
  private let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }

  init() throws { folder = try TemporaryFolder() }

  private func source(_ bytes: [UInt8], _ name: String = "a") throws -> ByteSource {
    try ByteSource(path: folder.write(name, Data(bytes)))
  }

  private func refusal(_ bytes: [UInt8]) -> PETError? {
    #expect(throws: PETError.self) { try everything(try source(bytes)) }
  }

  /// Plain or gzip by the first bytes, whatever the name; short files are no gzip.
  @Test func toldByTheFirstBytes() throws {
    for start in [[], [0x1f], [0x1f, 0x8c, 8, 0], bytes] {
      let plain = try source(start, "plain.nii.gz")
      #expect(!plain.isGzip && plain.fileSize == start.count)
      #expect(try everything(plain) == start && plain.findings.isEmpty)
    }
    let packed = try source(StoredGzip.member(bytes), "packed.nii")
    #expect(try packed.isGzip && everything(packed) == bytes)
    try packed.finish()
    #expect(packed.findings.isEmpty)
  }

  /// Members are one stream, an empty one among them, in pieces of any size.
  @Test(arguments: [1, 4096, 1 << 20])
  func membersAreOneStream(pieces: Int) throws {
    let parts = [Array(bytes[..<5]), [], Array(bytes[5..<300])]
    let packed = try source(parts.flatMap { StoredGzip.member($0) })
    #expect(try everything(packed, pieces: pieces) == Array(bytes[..<300]) && packed.findings.isEmpty)
  }

  /// The next member's mark lies on both sides of the end of a buffer, just before it and just behind.
  @Test(arguments: -3...1)
  func membersAtTheEndOfABuffer(offset: Int) throws {
    // Ten bytes before, eight behind, and five for each of four blocks.
    let count = (1 << 18) + offset - 10 - 8 - 20
    let first = [UInt8](repeating: 9, count: count)
    let member = StoredGzip.member(first, crc: Self.crcOfNines(count))
    #expect(member.count == (1 << 18) + offset)
    let packed = try source(member + StoredGzip.member([1, 2, 3]))
    #expect(try everything(packed, pieces: 1 << 20) == first + [1, 2, 3] && packed.findings.isEmpty)
  }

  private static func crcOfNines(_ count: Int) -> UInt32 {
    // Eight bits at a time: long texts are slow bit by bit.
    let table = (0..<UInt32(256)).map { start in
      (0..<8).reduce(start) { (crc: UInt32, _) in crc & 1 == 1 ? (crc >> 1) ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~(0..<count).reduce(UInt32.max) { (crc: UInt32, _) in (crc >> 8) ^ table[Int((crc ^ 9) & 255)] }
  }

  /// What is cut off anywhere, or was changed, is refused and never taken for the end.
  @Test func damage() throws {
    let whole = StoredGzip.member(Array(bytes[..<100]))
    for count in [3, 10, 14, 60, whole.count - 8, whole.count - 1] {
      let error = refusal(Array(whole.prefix(count)))
      #expect(error?.problem.contains("ends early") == true, "\(count): \(String(describing: error))")
    }
    #expect(refusal(StoredGzip.member([1, 2, 3], crc: 5))?.code == .wrongInput)
    #expect(refusal(whole + StoredGzip.member([1, 2, 3], crc: 5))?.code == .wrongInput)
    #expect(refusal(whole + [0x1f, 0x8b, 8])?.problem.contains("ends early") == true)
  }

  /// Reserved flags, in the first member and in a later one.
  @Test(arguments: [0x20, 0x40, 0x80] as [UInt8])
  func reservedFlags(flag: UInt8) throws {
    var odd = StoredGzip.member([1, 2, 3])
    odd[3] |= flag
    #expect(refusal(odd)?.field == "gzip flags" && refusal(StoredGzip.member([4]) + odd)?.field == "gzip flags")
  }

  /// Behind the stream zeros are noted, anything else warned of; the data are whole.
  @Test(arguments: [([0], true), ([0, 0, 0], true), ([7], false), ([0x1f], false), ([0, 0x1f, 0x8b], false)])
  func bytesBehindTheStream(rest: [UInt8], isZero: Bool) throws {
    let packed = try source(StoredGzip.member([1, 2, 3]) + rest)
    #expect(try everything(packed) == [1, 2, 3])
    #expect(packed.findings.map(\.level) == [isZero ? .note : .warning] && packed.findings[0].value == "\(rest.count)")
    #expect(try everything(packed).isEmpty && packed.findings.count == 1)
  }

  /// Bytes are dropped as they were read; what is left at the end is counted.
  @Test(arguments: [false, true])
  func skipsAndFinishes(isGzip: Bool) throws {
    func open() throws -> ByteSource { try source(isGzip ? StoredGzip.member(bytes) : bytes) }
    let some = try open()
    #expect(try some.skip(19_990) && everything(some) == Array(bytes[19_990...]))
    #expect(try some.skip(0) && !some.skip(1))
    #expect(try !open().skip(20_001) && open().skip(20_000))
    let left = try open()
    _ = try left.skip(18_000)
    try left.finish()
    #expect(left.findings.map(\.code.word) == ["trailing-bytes"] && left.findings[0].value == "2000")
  }

  /// What was never written is stepped over in whole units, and never a byte that was written.
  @Test func holes() throws {
    let path = try folder.write("sparse", Data(bytes[..<4096]))
    let end = 1 << 20
    #expect(truncate(path, off_t(end)) == 0)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(bytes[..<10]))
    try file.close()
    let sparse = try ByteSource(path: path)
    #expect(sparse.skipHole(end, unit: 8) == 0, "it stands on bytes that were written")
    #expect(try sparse.skip(4096))
    // Systems that know no holes step over nothing.
    let skipped = sparse.skipHole(100_000, unit: 3000)
    #expect(skipped == 99_000 || skipped == 0)
    let more = sparse.skipHole(2 * end, unit: 8)
    #expect(try everything(sparse, pieces: end).suffix(10) == bytes[..<10] && more <= end - 4096 - skipped)
    #expect(try source(StoredGzip.member(Array(repeating: 0, count: 100))).skipHole(100, unit: 1) == 0)
  }
}

struct GzipWriterTests {
  private static let bytes = (0..<(1 << 20) + 1000).map { UInt8(truncatingIfNeeded: $0 >> 3) }

  private static func write(_ path: String, pieces: Int) throws {
    var writer = try GzipWriter(path)
    try bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: pieces) {
        try writer.write(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + pieces, bytes.count)]))
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path), "nothing has the name before it is whole")
    try writer.finish()
  }

  /// The same bytes out whatever pieces they came in: members of 1 MiB without time or name, the last of what is left.
  @Test func sameBytesWhateverThePieces() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.gz")
    try Self.write(path, pieces: 999_999)
    let made = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(made[..<8] == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
    let last = Array(Self.bytes.suffix(1000))
    #expect(Array(made.suffix(8)) == StoredGzip.little(StoredGzip.crc(last)) + StoredGzip.little(1000))
    let source = try ByteSource(path: path)
    #expect(try everything(source, pieces: 1 << 21) == Self.bytes && source.findings.isEmpty)
    try Self.write(folder.file("b.gz"), pieces: 1 << 21)
    #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.file("b.gz")))) == made)
  }

  /// A file that is not finished leaves nothing.
  @Test func unfinished() throws {
    let folder = try TemporaryFolder()
    do {
      var writer = try GzipWriter(folder.file("a.gz"))
      try Self.bytes.prefix(100).withUnsafeBytes { bytes in try writer.write(bytes) }
    }
    #expect(try Folder.names(folder.path).isEmpty)
  }
}
