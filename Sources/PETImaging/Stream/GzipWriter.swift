import CDeflate
import Foundation
import PETCore

/// Writes a gzip file in members of a fixed size, so that the same bytes in give the same bytes out.
///
/// libdeflate in 1 MiB members with no time stamp and no name. (The fast levels of ISA-L are four times as fast and
/// give other bytes now and then, by where in memory they happen to work.)
struct GzipWriter: ~Copyable {
  private static let memberSize = 1 << 20
  private static let level: Int32 = 2

  private final class Compressor {
    /// Nil when there was no memory for it.
    let pointer: OpaquePointer?
    init(level: Int32) { pointer = libdeflate_alloc_compressor(level) }
    deinit { libdeflate_free_compressor(pointer) }
  }

  private var file: AtomicFile
  private let compressor: Compressor
  /// One member's bytes before and after compression: used again for every member.
  private let pending: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer
  private var filled = 0

  init(_ path: String, staging: StagedFiles? = nil) throws(PETError) {
    file = try AtomicFile(path, staging: staging)
    compressor = Compressor(level: Self.level)
    pending = .allocate(byteCount: Self.memberSize, alignment: 64)
    output = .allocate(byteCount: libdeflate_gzip_compress_bound(compressor.pointer, Self.memberSize), alignment: 64)
  }

  deinit {
    pending.deallocate()
    output.deallocate()
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(PETError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.memberSize - filled)
      UnsafeMutableRawBufferPointer(rebasing: pending[filled...]).copyMemory(
        from: UnsafeRawBufferPointer(rebasing: part))
      filled += part.count
      rest = rest.dropFirst(part.count)
      if filled == Self.memberSize { try flush() }
    }
  }

  private mutating func flush() throws(PETError) {
    guard let from = pending.baseAddress, let to = output.baseAddress, compressor.pointer != nil else {
      throw PETError(.internalFault, "no memory for compression", remedy: "close other programs")
    }
    let count = libdeflate_gzip_compress(compressor.pointer, from, filled, to, output.count)
    guard count > 0 else {
      throw PETError(.internalFault, "compression failed", remedy: "please report it")
    }
    try file.write(UnsafeRawBufferPointer(rebasing: output[0..<count]))
    filled = 0
  }

  mutating func finish() throws(PETError) {
    if filled > 0 { try flush() }
    try file.finish()
  }
}
