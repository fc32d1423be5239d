package import PETCore

/// An image opened for one pass from its first voxel to its last, in memory that does not grow with the scan.
package final class VoxelStream {
  package let header: ImageHeader
  private let source: ByteSource
  private var remaining: Int
  /// Whether it is a `.mgh`: tags may follow its voxels.
  private let isFreeSurfer: Bool
  private var streamFindings: [Finding] = []

  /// Header findings, and those of the stream once it is finished.
  package var findings: [Finding] { header.findings + streamFindings + source.findings }

  /// Opens the file, checks and parses its header, and stands before the first voxel.
  package convenience init(path: String) throws(PETError) { try self.init(path: path, holds: .numbers) }

  init(path: String, holds content: ImageContent) throws(PETError) {
    source = try ByteSource(path: path)
    var bytes = [UInt8](repeating: 0, count: MGHHeader.bytes)
    var got = try Self.fill(&bytes, from: source, offset: 0)
    isFreeSurfer = MGHHeader.isOne(Array(bytes.prefix(got)))
    if isFreeSurfer {
      guard content == .numbers else {
        throw PETError(
          .wrongInput, file: path, field: "header", "a FreeSurfer image holds no vectors", remedy: "give a NIfTI image")
      }
      header = ImageHeader(
        try MGHHeader(
          Array(bytes.prefix(got)), file: path, fileSize: source.fileSize, isGzip: source.isGzip), file: path,
        isGzip: source.isGzip)
      remaining = header.frameBytes * header.frames
      return
    }
    bytes += [UInt8](repeating: 0, count: RawHeader.shortest - MGHHeader.bytes)
    if got == MGHHeader.bytes { got += try Self.fill(&bytes, from: source, offset: got) }
    if got == RawHeader.shortest, bytes[0..<4] == [0x1c, 2, 0, 0] || bytes[0..<4] == [0, 0, 2, 0x1c] {
      bytes += [UInt8](repeating: 0, count: RawHeader.longest - RawHeader.shortest)
      got += try Self.fill(&bytes, from: source, offset: RawHeader.shortest)
    }
    let raw = try RawHeader(Array(bytes.prefix(got)), file: path)
    header = try ImageHeader(
      raw, file: path, fileSize: source.fileSize, isGzip: source.isGzip, holds: content)
    remaining = header.frameBytes * header.frames
    try extensions(after: raw.bytes.count)
    if path.hasSuffix(".gz") != source.isGzip {
      streamFindings.append(
        Finding(
          .note, .compressionName, file: path, "the name and the gzip compression disagree", remedy: "rename the file"
        ))
    }
  }

  private static func fill(_ bytes: inout [UInt8], from source: ByteSource, offset: Int) throws(PETError) -> Int {
    var done = 0
    var failure: PETError?
    let count = bytes.count - offset
    bytes.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(PETError) { done = try source.read(into: base + offset, count: count) } catch { failure = error }
    }
    if let failure { throw failure }
    return done
  }

  /// Steps over extensions to the voxels, with a word on extensions that are not well formed.
  private func extensions(after headerBytes: Int) throws(PETError) {
    var gap = header.dataOffset - headerBytes
    if gap >= 12 {
      var start = [UInt8](repeating: 0, count: 8)
      _ = try Self.fill(&start, from: source, offset: 0)
      gap -= 8
      if start[0] != 0 {
        let raw = start[4..<8].enumerated().reduce(UInt32(0)) { sum, byte in
          sum | UInt32(byte.element) << UInt32(8 * (header.bigEndian ? 3 - byte.offset : byte.offset))
        }
        let size = Int(Int32(bitPattern: raw))
        if size < 16 || size % 16 != 0 || size > gap + 4 {
          streamFindings.append(
            Finding(
              .warning, .headerExtension, file: header.file, field: "esize", value: "\(size)",
              "a header extension claims \(size) bytes", remedy: "extensions are ignored"))
        }
      }
    }
    guard try source.skip(gap) else { throw truncated() }
  }

  private func truncated() -> PETError {
    PETError(
      .wrongInput, file: header.file, field: "dim", "the data end early: the file is truncated by \(remaining) bytes",
      remedy: "fetch the file again")
  }

  /// Reads the next `count` stored bytes into `target` and puts them in the machine's byte order.
  func readRaw(into target: UnsafeMutableRawBufferPointer) throws(PETError) {
    guard let base = target.baseAddress else { return }
    let got = try source.read(into: base, count: target.count)
    remaining -= got
    guard got == target.count else { throw truncated() }
    if header.bigEndian { VoxelBytes.swap(target, size: header.type.bytes) }
  }

  /// Reads the next voxels, scaled, and returns how many.
  ///
  /// At most `target.count`, fewer at the end. NaN stays NaN.
  package func read(into target: UnsafeMutableBufferPointer<Double>, scratch: UnsafeMutableRawBufferPointer)
    throws(PETError) -> Int
  {
    let size = header.type.bytes
    let count = min(target.count, scratch.count / size, remaining / size)
    guard count > 0, let base = scratch.baseAddress else { return 0 }
    try readRaw(into: UnsafeMutableRawBufferPointer(rebasing: scratch[0..<count * size]))
    let voxels = VoxelBytes(type: header.type, base: base, count: count)
    voxels.withElements(Scaling(target: target, slope: header.slope, intercept: header.intercept))
    return count
  }

  /// Steps over voxels whose bytes were never written, as in a file that was only given its length, and returns how many.
  ///
  /// Each of them is stored as 0.
  func skipUnwritten(atMost count: Int) -> Int {
    let size = header.type.bytes
    let voxels = source.skipHole(min(count * size, remaining), unit: size) / size
    remaining -= voxels * size
    return voxels
  }

  private struct Scaling: ElementBody {
    let target: UnsafeMutableBufferPointer<Double>
    let slope: Double
    let intercept: Double

    func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) {
      for i in elements.indices { target[i] = elements[i].double * slope + intercept }
    }
  }

  /// After the last voxel: the end of the stream, its CRC and byte count must be right.
  package func finish() throws(PETError) {
    guard remaining == 0 else { throw truncated() }
    try source.finish(mayHaveMore: isFreeSurfer)
  }
}

extension Finding.Code {
  package static let compressionName = Finding.Code("compression-name")
  package static let headerExtension = Finding.Code("extension")
}
