import CCrypto
import Foundation

/// What tells whether a file is still the same: its size in bytes and the SHA-256 of its content.
package struct FileDigest: Sendable, Equatable {
  package let size: Int
  /// The 32 bytes in their order: records of a large study hold a million of them.
  private let bytes: SIMD32<UInt8>

  /// - Parameter sha256: 64 hexadecimal digits in lower case; nil where it is something else.
  package init?(size: Int, sha256: String) {
    var bytes = SIMD32<UInt8>()
    var count = 0
    for digit in sha256.utf8 {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      guard count < 64 else { return nil }
      bytes[count / 2] = bytes[count / 2] << 4 | value
      count += 1
    }
    guard count == 64 else { return nil }
    (self.size, self.bytes) = (size, bytes)
  }

  /// Lower-case hexadecimal.
  package var sha256: String { hexadecimal((0..<32).map { bytes[$0] }) }

  /// Of a text as it would be written.
  package init(of text: String) {
    self.init(of: Array(text.utf8))
  }

  package init(of content: [UInt8]) {
    var running = RunningDigest()
    content.withUnsafeBytes { running.add($0) }
    self = running.digest
  }

  fileprivate init(size: Int, bytes: [UInt8]) { (self.size, self.bytes) = (size, SIMD32(bytes)) }

  /// Reads the whole file once, in constant memory.
  package init(path: String) throws(PETError) {
    let (descriptor, _) = try RegularFile.open(path)
    defer { close(descriptor) }
    var running = RunningDigest()
    // On the stack: buffers of a million files would leave holes between what is kept of them.
    var buffer = InlineArray<32768, UInt8>(repeating: 0)
    while true {
      let count = withUnsafeMutableBytes(of: &buffer) { bytes in
        let count = read(descriptor, bytes.baseAddress, bytes.count)
        if count > 0 { running.add(UnsafeRawBufferPointer(rebasing: bytes[..<count])) }
        return count
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw PETError(.cannotRead, file: path, "cannot read: \(reason(errno))", remedy: "check the disk")
      }
      if count == 0 { break }
    }
    self = running.digest
  }

  /// Whether a file has this size and content; a file that cannot be read has not.
  package func matches(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, Int(status.st_size) == size else { return false }
    return (try? FileDigest(path: path)) == self
  }
}

/// The digest of what comes piece by piece.
struct RunningDigest {
  private var context = SHA256_CTX()
  private var size = 0

  init() { SHA256_Init(&context) }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    SHA256_Update(&context, bytes.baseAddress, bytes.count)
    size += bytes.count
  }

  /// Of what came so far.
  var digest: FileDigest {
    var (copy, bytes) = (context, [UInt8](repeating: 0, count: 32))
    SHA256_Final(&bytes, &copy)
    return FileDigest(size: size, bytes: bytes)
  }
}

/// What tells cheaply whether a file was written while it was read: place, size and time of its last change.
package struct FileStamp: Sendable, Equatable {
  private let node: UInt64
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// Nil when there is no such file.
  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    node = UInt64(status.st_ino)
    size = Int(status.st_size)
    seconds = Int(status.st_mtim.tv_sec)
    nanoseconds = Int(status.st_mtim.tv_nsec)
  }

  /// Whether the last change is more than a second ago: one that comes has another time.
  package var isSettled: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int(now.tv_sec) > seconds + 1
  }
}
