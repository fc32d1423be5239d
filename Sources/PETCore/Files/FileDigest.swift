import CCrypto
import Foundation

/// What tells whether a file is still the same: its size in bytes and the SHA-256 of its content.
package struct FileDigest: Sendable, Equatable {
  package let size: Int
  /// Lower-case hexadecimal.
  package let sha256: String

  package init(size: Int, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }

  /// Of a text as it would be written.
  package init(of text: String) {
    self.init(of: Array(text.utf8))
  }

  package init(of bytes: [UInt8]) {
    self.init(size: bytes.count, sha256: PETCore.sha256(Data(bytes)))
  }

  /// Reads the whole file once, in constant memory.
  package init(path: String) throws(PETError) {
    let (descriptor, _) = try RegularFile.open(path)
    defer { close(descriptor) }
    var context = SHA256_CTX()
    SHA256_Init(&context)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    var size = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else {
        throw PETError(.cannotRead, file: path, "cannot read: \(reason(errno))", remedy: "check the disk")
      }
      if count == 0 { break }
      SHA256_Update(&context, buffer, count)
      size += count
    }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256_Final(&digest, &context)
    self.size = size
    sha256 = hexadecimal(digest)
  }

  /// Whether a file has this size and content; a file that cannot be read has not.
  package func matches(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, Int(status.st_size) == size else { return false }
    return (try? FileDigest(path: path)) == self
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
}
