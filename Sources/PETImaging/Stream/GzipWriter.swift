import CISAL
import Foundation
import PETCore

/// Writes a gzip file in members of a fixed size, so that the same bytes in give the same bytes out.
///
/// Level 1 of ISA-L in 1 MiB members with no time stamp and no name.
struct GzipWriter: ~Copyable {
  private static let memberSize = 1 << 20
  private var file: AtomicFile
  /// One member's bytes before and after compression, and the compressor with its scratch: used again for every member.
  private let pending: UnsafeMutableRawBufferPointer
  private let output: UnsafeMutableRawBufferPointer
  private let scratch: UnsafeMutableRawBufferPointer
  private let state: UnsafeMutablePointer<isal_zstream>
  private var filled = 0

  init(_ path: String) throws(PETError) {
    file = try AtomicFile(path)
    pending = .allocate(byteCount: Self.memberSize, alignment: 64)
    output = .allocate(byteCount: Self.memberSize + Self.memberSize / 8 + 4096, alignment: 64)
    scratch = .allocate(byteCount: Int(isal_level1_buffer_size), alignment: 64)
    state = .allocate(capacity: 1)
  }

  deinit {
    pending.deallocate()
    output.deallocate()
    scratch.deallocate()
    state.deallocate()
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
    // What is left of an earlier member must not steer the matches of this one.
    scratch.initializeMemory(as: UInt8.self, repeating: 0)
    isal_deflate_stateless_init(state)
    state.pointee.level = 1
    state.pointee.level_buf = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.level_buf_size = UInt32(scratch.count)
    state.pointee.gzip_flag = UInt16(IGZIP_GZIP)
    state.pointee.end_of_stream = 1
    state.pointee.flush = UInt16(NO_FLUSH)
    state.pointee.next_in = pending.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(filled)
    state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(output.count)
    let code = isal_deflate_stateless(state)
    cisal_clear_vector_state()
    guard code == COMP_OK else {
      throw PETError(.internalFault, "compression failed with code \(code)", remedy: "please report it")
    }
    try file.write(UnsafeRawBufferPointer(rebasing: output[0..<Int(state.pointee.total_out)]))
    filled = 0
  }

  mutating func finish() throws(PETError) {
    if filled > 0 { try flush() }
    try file.finish()
  }
}
