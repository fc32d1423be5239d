import CISAL
import Foundation
import PETCore

/// Writes a gzip file in members of a fixed size, so that the same bytes in give the same bytes out.
///
/// Level 1 of ISA-L in 1 MiB members with no time stamp and no name.
struct GzipWriter: ~Copyable {
  private static let memberSize = 1 << 20
  private var file: AtomicFile
  private var pending: [UInt8] = []

  init(_ path: String) throws(PETError) { file = try AtomicFile(path) }

  mutating func write(_ bytes: UnsafeRawBufferPointer) throws(PETError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.memberSize - pending.count)
      pending.append(contentsOf: part)
      rest = rest.dropFirst(part.count)
      if pending.count == Self.memberSize { try flush() }
    }
  }

  private mutating func flush() throws(PETError) {
    let size = pending.count
    var output = [UInt8](repeating: 0, count: size + size / 8 + 4096)
    var levelBuffer = [UInt8](repeating: 0, count: Int(isal_level1_buffer_size))
    var count = 0
    let state = UnsafeMutablePointer<isal_zstream>.allocate(capacity: 1)
    defer { state.deallocate() }
    let code = pending.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { target in
        levelBuffer.withUnsafeMutableBufferPointer { scratch in
          isal_deflate_stateless_init(state)
          state.pointee.level = 1
          state.pointee.level_buf = scratch.baseAddress
          state.pointee.level_buf_size = UInt32(scratch.count)
          state.pointee.gzip_flag = UInt16(IGZIP_GZIP)
          state.pointee.end_of_stream = 1
          state.pointee.flush = UInt16(NO_FLUSH)
          state.pointee.next_in = input.baseAddress
          state.pointee.avail_in = UInt32(size)
          state.pointee.next_out = target.baseAddress
          state.pointee.avail_out = UInt32(target.count)
          let code = isal_deflate_stateless(state)
          count = Int(state.pointee.total_out)
          return code
        }
      }
    }
    guard code == COMP_OK else {
      throw PETError(.internalFault, "compression failed with code \(code)", remedy: "please report it")
    }
    var failure: PETError?
    output.withUnsafeBytes { bytes in
      do throws(PETError) { try file.write(UnsafeRawBufferPointer(rebasing: bytes[0..<count])) } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    pending.removeAll(keepingCapacity: true)
  }

  mutating func finish() throws(PETError) {
    if !pending.isEmpty { try flush() }
    try file.finish()
  }
}
