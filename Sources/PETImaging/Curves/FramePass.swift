import PETCore

/// One pass over the frames of a 4-D scan: two frames in memory, one being read while the other is worked on.
final class FramePass {
  private let stream: VoxelStream
  var header: ImageHeader { stream.header }
  private var range = StoredRange()
  /// Complete after the pass.
  var findings: [Finding] { stream.findings + [range.finding(header)].compactMap { $0 } }

  /// - Parameter frames: how many frames the sidecar tells of; another number in the image is an error.
  init(path: String, frames: Int?) throws(PETError) {
    stream = try VoxelStream(path: path)
    if let frames, frames != stream.header.frames {
      throw PETError(
        .wrongInput, file: path, field: "dim[4]",
        "the image has \(stream.header.frames) frames, its sidecar \(frames)",
        remedy: "check that image and sidecar belong together")
    }
  }

  /// Hands over every frame as stored, one after the other; the end of the stream and its CRC are checked after the last.
  func eachFrame(_ body: (VoxelBytes) -> Void) throws(PETError) {
    let buffers = (0..<2).map { _ in
      UnsafeMutableRawBufferPointer.allocate(byteCount: header.frameBytes, alignment: 64)
    }
    defer { for buffer in buffers { buffer.deallocate() } }
    var failure: PETError?
    withoutActuallyEscaping(body) { body in
      let helper = Helper()
      defer { helper.end() }
      for index in 0..<header.frames {
        let buffer = buffers[index % 2]
        do throws(PETError) { try stream.readRaw(into: buffer) } catch { failure = error }
        helper.wait()
        guard failure == nil, let base = buffer.baseAddress else { return }
        let work = Work(body: body, frame: VoxelBytes(type: header.type, base: base, count: header.grid.count))
        helper.begin {
          self.range.add(work.frame)
          self.range.endFrame()
          work.body(work.frame)
        }
      }
    }
    if let failure { throw failure }
    try stream.finish()
  }

  /// One frame and what is done with it, handed to the other thread; never two at a time.
  private struct Work: @unchecked Sendable {
    let body: (VoxelBytes) -> Void
    let frame: VoxelBytes
  }
}
