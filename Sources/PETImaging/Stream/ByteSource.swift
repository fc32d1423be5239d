import Foundation
package import PETCore

/// The bytes of an image file in order, plain or gzip, told by the first bytes and never by the name.
final class ByteSource {
  let path: String
  /// Size on disk, bytes.
  let fileSize: Int
  let isGzip: Bool
  private let descriptor: Int32
  private let inflater: GzipInflater?
  private let buffer: UnsafeMutableRawBufferPointer
  private var bufferStart = 0
  private var bufferEnd = 0
  private var atFileEnd = false
  private var memberOpen = true
  private(set) var findings: [Finding] = []

  init(path: String) throws(PETError) {
    self.path = path
    let opened = try RegularFile.open(path)
    (descriptor, fileSize) = opened
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
    var start: [UInt8] = [0, 0, 0, 0]
    let got = start.withUnsafeMutableBytes { pread(opened.descriptor, $0.baseAddress, $0.count, 0) }
    isGzip = got >= 2 && start[0] == 0x1f && start[1] == 0x8b
    inflater = isGzip ? GzipInflater() : nil
    if isGzip, got == 4 { try checkFlags(start[3]) }
  }

  /// Bits that RFC 1952 reserves must be 0: what follows them is not known.
  private func checkFlags(_ flags: UInt8) throws(PETError) {
    guard flags & 0xe0 == 0 else {
      throw PETError(
        .wrongInput, file: path, field: "gzip flags", "reserved flags are set in the gzip header",
        remedy: "the file is damaged: fetch it again")
    }
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
  }

  private func fill() throws(PETError) {
    bufferStart = 0
    bufferEnd = 0
    while true {
      let got = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw PETError(.cannotRead, file: path, "cannot read: \(reason(errno))", remedy: "check the disk")
      }
      bufferEnd = got
      atFileEnd = got == 0
      return
    }
  }

  /// Reads up to `count` bytes; fewer only at the end of the data.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(PETError) -> Int {
    guard let inflater else { return try readPlain(into: target, count: count) }
    var done = 0
    while done < count {
      if !memberOpen {
        guard try nextMember(inflater) else { break }
      }
      if inflater.unread == 0, !atFileEnd {
        try fill()
        inflater.supply(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<bufferEnd]))
      }
      let hadInput = inflater.unread > 0
      let (written, outcome) = inflater.inflate(into: target + done, count: count - done)
      done += written
      switch outcome {
      case .failed(let problem):
        throw PETError(.wrongInput, file: path, problem, remedy: "fetch the file again")
      case .memberEnd: memberOpen = false
      case .more:
        if written == 0, !hadInput, atFileEnd {
          throw PETError(
            .wrongInput, file: path, "the gzip stream ends early: the file is truncated", remedy: "fetch the file again"
          )
        }
      }
    }
    return done
  }

  private func readPlain(into target: UnsafeMutableRawPointer, count: Int) throws(PETError) -> Int {
    var done = 0
    while done < count {
      let got = Foundation.read(descriptor, target + done, count - done)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        throw PETError(.cannotRead, file: path, "cannot read: \(reason(errno))", remedy: "check the disk")
      }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Looks behind a member's end: another member opens, anything else ends the data with a finding.
  private func nextMember(_ inflater: GzipInflater) throws(PETError) -> Bool {
    if inflater.unread < 2, !atFileEnd {
      // The two magic bytes may lie across a buffer's edge.
      var carried: [UInt8] = Array(inflater.unreadBytes)
      let keep = carried.count
      var got = 0
      repeat {
        got = Foundation.read(descriptor, buffer.baseAddress.map { $0 + keep }, buffer.count - keep)
      } while got < 0 && errno == EINTR
      atFileEnd = got <= 0
      carried.withUnsafeMutableBytes { buffer.copyMemory(from: UnsafeRawBufferPointer($0)) }
      bufferEnd = keep + max(got, 0)
      inflater.supply(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<bufferEnd]))
    }
    let rest = inflater.unreadBytes
    if rest.isEmpty { return false }
    if rest.count >= 2, rest[0] == 0x1f, rest[1] == 0x8b {
      if rest.count >= 4 { try checkFlags(rest[3]) }
      inflater.begin()
      memberOpen = true
      return true
    }
    let zeros = rest.allSatisfy { $0 == 0 }
    findings.append(
      Finding(
        zeros ? .note : .warning, .gzipTrailing, file: path, value: "\(rest.count)",
        "\(zeros ? "zeros" : "garbage") after the gzip stream (trailing bytes)", remedy: "it is ignored"))
    inflater.supply(UnsafeMutableRawBufferPointer(rebasing: buffer[0..<0]))
    atFileEnd = true
    return false
  }

  /// Reads and drops `count` bytes; false when there are fewer.
  func skip(_ count: Int) throws(PETError) -> Bool {
    var left = count
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { scratch.deallocate() }
    guard let base = scratch.baseAddress else { return false }
    while left > 0 {
      let got = try read(into: base, count: min(left, scratch.count))
      if got == 0 { return false }
      left -= got
    }
    return true
  }

  /// Steps over bytes of a plain file that were never written and read as 0, in whole units; returns how many.
  func skipHole(_ most: Int, unit: Int) -> Int {
    // Linux: the next place that holds data; ENXIO where there is none up to the end of the file.
    let seekData: Int32 = 3
    guard inflater == nil else { return 0 }
    let place = lseek(descriptor, 0, SEEK_CUR)
    guard place >= 0 else { return 0 }
    let next = lseek(descriptor, place, seekData)
    let end = next < 0 ? (errno == ENXIO ? fileSize : Int(place)) : Int(next)
    let count = min(most, max(0, end - Int(place))) / unit * unit
    lseek(descriptor, place + off_t(count), SEEK_SET)
    return count
  }

  /// Reads what is left after the voxels: sees the end of the stream and its CRC, and counts extra bytes.
  ///
  /// - Parameter mayHaveMore: whether something may follow what was read.
  func finish(mayHaveMore: Bool = false) throws(PETError) {
    var extra = 0
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { scratch.deallocate() }
    guard let base = scratch.baseAddress else { return }
    while true {
      let got = try read(into: base, count: scratch.count)
      if got == 0 { break }
      extra += got
    }
    if extra > 0, !mayHaveMore {
      findings.append(
        Finding(
          .warning, .trailingBytes, file: path, value: "\(extra)", "\(extra) extra bytes after the voxels",
          remedy: "they are ignored"))
    }
  }
}

extension Finding.Code {
  package static let gzipTrailing = Finding.Code("gzip-trailing")
  package static let trailingBytes = Finding.Code("trailing-bytes")
}
