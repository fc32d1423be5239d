package import PETCore

/// What one pass over an image tells: counts, mean, range, and every finding.
package struct ImageSummary: Sendable {
  package let header: ImageHeader
  package private(set) var finite = 0
  package private(set) var notFinite = 0
  package private(set) var mean = Double.nan
  package private(set) var least = Double.infinity
  package private(set) var most = -Double.infinity
  /// Mean over the finite voxels of each frame; NaN where a frame has none.
  package private(set) var frameMeans: [Double] = []
  package private(set) var findings: [Finding] = []

  package init(path: String) throws(PETError) { try self.init(VoxelStream(path: path)) }

  /// Reads the whole image in constant memory; parts of the file that were never written are 0 and cost nothing.
  ///
  /// - Parameters:
  ///   - stream: before its first voxel.
  ///   - progress: told the share of the image that is done.
  package init(_ stream: VoxelStream, progress: (Double) -> Void = { _ in }) throws(PETError) {
    header = stream.header
    let block = 1 << 16
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: block)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: block * 8, alignment: 64)
    defer {
      values.deallocate()
      scratch.deallocate()
    }
    var sum = 0.0
    var range = StoredRange()
    /// Frames in which every voxel is 0.
    var empty: [Int] = []
    /// Those in which none is finite.
    var unknown: [Int] = []
    for frame in 0..<header.frames {
      var left = header.grid.count
      var own = Frame()
      while left > 0 {
        progress((Double(frame) + 1 - Double(left) / Double(header.grid.count)) / Double(header.frames))
        // Elsewhere a sum of many equal numbers is not their product.
        let unwritten = header.intercept == 0 ? stream.skipUnwritten(atMost: left) : 0
        if unwritten > 0 {
          left -= unwritten
          own.known += unwritten
          (least, most) = (min(least, 0), max(most, 0))
          scratch.storeBytes(of: 0, as: UInt64.self)
          if let base = scratch.baseAddress { range.add(VoxelBytes(type: header.type, base: base, count: 1)) }
          continue
        }
        let part = UnsafeMutableBufferPointer(rebasing: values[0..<min(left, block)])
        let count = try stream.read(into: part, scratch: scratch)
        if count == 0 { break }
        left -= count
        if let base = scratch.baseAddress { range.add(VoxelBytes(type: header.type, base: base, count: count)) }
        add(part[0..<count], to: &own)
      }
      range.endFrame()
      sum += own.sum
      finite += own.known
      if own.known == 0 { unknown.append(frame) }
      frameMeans.append(own.known > 0 ? own.sum / Double(own.known) : .nan)
      if own.isEmpty { empty.append(frame) }
    }
    try stream.finish()
    mean = finite > 0 ? sum / Double(finite) : .nan
    guard finite > 0 else {
      throw PETError(
        .wrongInput, file: header.file, field: "voxels", "no voxel is finite (all NaN or infinite)",
        remedy: "check the reconstruction")
    }
    findings =
      stream.findings + [range.finding(header)].compactMap { $0 } + voxelFindings(empty: empty, unknown: unknown)
  }

  /// What is counted of one frame.
  private struct Frame {
    var sum = 0.0
    /// Voxels that are finite.
    var known = 0
    var isEmpty = true
  }

  private mutating func add(_ values: Slice<UnsafeMutableBufferPointer<Double>>, to frame: inout Frame) {
    for value in values {
      if value != 0 { frame.isEmpty = false }
      guard value.isFinite else {
        notFinite += 1
        continue
      }
      frame.known += 1
      frame.sum += value
      least = min(least, value)
      most = max(most, value)
    }
  }

  /// What the voxels themselves tell.
  private func voxelFindings(empty: [Int], unknown: [Int]) -> [Finding] {
    func finding(_ code: Finding.Code, value: String = "", _ problem: String, _ remedy: String) -> Finding {
      Finding(.warning, code, file: header.file, field: "voxels", value: value, problem, remedy: remedy)
    }
    var findings: [Finding] = []
    if notFinite > 0 {
      findings.append(
        finding(
          .nonFinite, value: "\(notFinite)",
          "\(notFinite) voxels are not finite (NaN or inf)"
            + (unknown.isEmpty ? "" : ", among them all of \(FrameSchedule.words(unknown))"),
          "they are left out of every mean, and counted"))
    }
    if least == most {
      findings.append(
        finding(
          .constant, value: NumberText.short(least),
          least == 0 ? "every voxel is zero" : "every voxel has the same, constant value", "check the image"))
    }
    // Frames before the first activity may well be empty.
    let lost = empty.enumerated().filter { $0.element != $0.offset }.map(\.element)
    if !lost.isEmpty { findings.append(.emptyFrames(lost, file: header.file)) }
    if most <= 0, least < 0 {
      findings.append(
        finding(
          .negative, value: NumberText.short(most), "no voxel is above 0",
          "activity is not negative: check sign, slope and intercept"))
    }
    let isLong = header.type == .int64 || header.type == .uint64
    let largest = max(abs(most - header.intercept), abs(least - header.intercept)) / abs(header.slope)
    if isLong, largest > 0x1p53 {
      findings.append(
        finding(
          .precision, "int64 values beyond 2^53 are not exact in double precision", "store the image as float32"))
    }
    return findings
  }
}

extension Finding.Code {
  package static let constant = Finding.Code("constant")
  package static let negative = Finding.Code("negative")
  package static let precision = Finding.Code("precision")
}
