import CISAL

/// Streaming gzip decompression by ISA-L: several members, stream end and CRC required.
final class GzipInflater {
  private let state: UnsafeMutablePointer<inflate_state>

  /// What a call to `inflate` came to.
  enum Outcome: Equatable {
    /// Output is full or more input is wanted.
    case more
    /// The member's end and its CRC were seen; unread input may be left.
    case memberEnd
    case failed(String)
  }

  init() {
    state = .allocate(capacity: 1)
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
    supply(UnsafeMutableRawBufferPointer(start: nil, count: 0))
  }

  deinit { state.deallocate() }

  /// Gets ready for the next member, keeping unread input.
  func begin() {
    let input = state.pointee.next_in
    let left = state.pointee.avail_in
    isal_inflate_init(state)
    state.pointee.crc_flag = UInt32(ISAL_GZIP)
    state.pointee.next_in = input
    state.pointee.avail_in = left
  }

  var unread: Int { Int(state.pointee.avail_in) }
  var unreadBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: state.pointee.next_in, count: Int(state.pointee.avail_in))
  }

  func supply(_ input: UnsafeMutableRawBufferPointer) {
    state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_in = UInt32(input.count)
  }

  /// Decompresses into `output`; returns how many bytes it wrote.
  func inflate(into output: UnsafeMutableRawPointer, count: Int) -> (written: Int, outcome: Outcome) {
    let room = min(count, 1 << 30)
    state.pointee.next_out = output.assumingMemoryBound(to: UInt8.self)
    state.pointee.avail_out = UInt32(room)
    let code = isal_inflate(state)
    cisal_clear_vector_state()
    let written = room - Int(state.pointee.avail_out)
    switch code {
    case ISAL_DECOMP_OK, ISAL_END_INPUT:
      return (written, state.pointee.block_state == ISAL_BLOCK_FINISH ? .memberEnd : .more)
    case ISAL_INCORRECT_CHECKSUM: return (written, .failed("the CRC of the gzip stream is wrong: the data are damaged"))
    case ISAL_INVALID_WRAPPER, ISAL_UNSUPPORTED_METHOD: return (written, .failed("the gzip header is invalid"))
    default: return (written, .failed("the gzip stream is corrupt"))
    }
  }
}
