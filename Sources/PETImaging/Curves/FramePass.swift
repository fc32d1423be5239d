import PETCore

/// One pass over the frames of a 4-D scan, one frame in memory at a time.
final class FramePass {
  private let stream: VoxelStream
  var header: ImageHeader { stream.header }
  /// Complete after the pass.
  var findings: [Finding] { stream.findings }

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

  /// Hands over every frame as stored; the end of the stream and its CRC are checked after the last.
  func eachFrame(_ body: (VoxelBytes) -> Void) throws(PETError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: header.frameBytes, alignment: 64)
    defer { buffer.deallocate() }
    for _ in 0..<header.frames {
      try stream.readRaw(into: buffer)
      guard let base = buffer.baseAddress else { break }
      body(VoxelBytes(type: header.type, base: base, count: header.grid.count))
    }
    try stream.finish()
  }
}
