import Foundation

/// A file that comes piece by piece and is not touched where it holds just that already; no more than a piece is held.
package struct UpdatedFile: ~Copyable {
  /// What becomes of a file that is not what comes.
  package enum Purpose: Sendable {
    /// It is replaced.
    case update
    /// It stays: only whether it is the same is asked.
    case compare
  }

  /// Bytes that are compared or written at once.
  private static let most = 1 << 20

  private let path: String
  private let purpose: Purpose
  /// What stands there; -1 where nothing does, or something else than what comes.
  private var earlier: Int32
  /// Bytes that it has in common with what comes.
  private var same = 0
  private var file: AtomicFile?
  private var running = RunningDigest()
  private var pending: [UInt8] = []

  package init(_ path: String, _ purpose: Purpose) {
    (self.path, self.purpose) = (path, purpose)
    earlier = (try? RegularFile.open(path))?.descriptor ?? -1
  }

  package mutating func write(_ bytes: [UInt8]) throws(PETError) {
    pending += bytes
    if pending.count >= Self.most { try flush() }
  }

  /// - Returns: the digest of what came, and whether the file held just that.
  package mutating func finish() throws(PETError) -> (digest: FileDigest, isSame: Bool) {
    try flush()
    if earlier >= 0, Self.read(earlier, from: same, 1).isEmpty { return (running.digest, true) }
    try differ()
    if var file = file.take() { try file.finish() }
    return (running.digest, false)
  }

  private mutating func flush() throws(PETError) {
    pending.withUnsafeBytes { running.add($0) }
    if earlier >= 0 {
      if Self.read(earlier, from: same, pending.count) == pending {
        same += pending.count
        pending.removeAll(keepingCapacity: true)
        return
      }
      try differ()
    } else if same == 0, file == nil {
      try differ()
    }
    var failure: PETError?
    pending.withUnsafeBytes { bytes in
      do throws(PETError) { try file?.write(bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    pending.removeAll(keepingCapacity: true)
  }

  /// Begins the new file with what was the same.
  private mutating func differ() throws(PETError) {
    defer {
      if earlier >= 0 { close(earlier) }
      earlier = -1
    }
    guard purpose == .update, file == nil else { return }
    var own = try AtomicFile(path)
    var at = 0
    while at < same {
      let bytes = Self.read(earlier, from: at, min(Self.most, same - at))
      guard !bytes.isEmpty else {
        throw PETError(
          .cannotRead, file: path, "it was changed, or could not be read again, while it was compared",
          remedy: "run again")
      }
      var failure: PETError?
      bytes.withUnsafeBytes { bytes in
        do throws(PETError) { try own.write(bytes) } catch { failure = error }
      }
      if let failure { throw failure }
      at += bytes.count
    }
    file = consume own
  }

  /// As many bytes as there are, at most so many.
  private static func read(_ descriptor: Int32, from start: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(start + filled))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { break }
        filled += got
      }
    }
  }

  deinit { if earlier >= 0 { close(earlier) } }
}
