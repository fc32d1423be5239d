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
    let path = header.file
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
      var (own, known, isEmpty) = (0.0, 0, true)
      while left > 0 {
        progress((Double(frame) + 1 - Double(left) / Double(header.grid.count)) / Double(header.frames))
        // Elsewhere a sum of many equal numbers is not their product.
        let unwritten = header.intercept == 0 ? stream.skipUnwritten(atMost: left) : 0
        if unwritten > 0 {
          left -= unwritten
          known += unwritten
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
        for i in 0..<count {
          let value = values[i]
          if value != 0 { isEmpty = false }
          guard value.isFinite else {
            notFinite += 1
            continue
          }
          known += 1
          own += value
          least = min(least, value)
          most = max(most, value)
        }
      }
      range.endFrame()
      sum += own
      finite += known
      if known == 0 { unknown.append(frame) }
      frameMeans.append(known > 0 ? own / Double(known) : .nan)
      if isEmpty { empty.append(frame) }
    }
    try stream.finish()
    let isLong = header.type == .int64 || header.type == .uint64
    let largest = max(abs(most - header.intercept), abs(least - header.intercept)) / abs(header.slope)
    let beyondExact = isLong && largest > 0x1p53
    mean = finite > 0 ? sum / Double(finite) : .nan
    findings = stream.findings + [range.finding(header)].compactMap { $0 }
    guard finite > 0 else {
      throw PETError(
        .wrongInput, file: path, field: "voxels", "no voxel is finite (all NaN or infinite)",
        remedy: "check the reconstruction")
    }
    if notFinite > 0 {
      findings.append(
        Finding(
          .warning, "non-finite", file: path, field: "voxels", value: "\(notFinite)",
          "\(notFinite) voxels are not finite (NaN or inf)"
            + (unknown.isEmpty ? "" : ", among them all of \(FrameSchedule.words(unknown))"),
          remedy: "they are left out of every mean, and counted"))
    }
    if least == most {
      findings.append(
        Finding(
          .warning, "constant", file: path, field: "voxels", value: NumberText.short(least),
          least == 0 ? "every voxel is zero" : "every voxel has the same, constant value", remedy: "check the image"))
    }
    // Frames before the first activity may well be empty.
    let lost = empty.enumerated().filter { $0.element != $0.offset }.map(\.element)
    if !lost.isEmpty { findings.append(.emptyFrames(lost, file: path)) }
    if most <= 0, least < 0 {
      findings.append(
        Finding(
          .warning, "negative", file: path, field: "voxels", value: NumberText.short(most),
          "no voxel is above 0", remedy: "activity is not negative: check sign, slope and intercept"))
    }
    if beyondExact {
      findings.append(
        Finding(
          .warning, "precision", file: path, field: "voxels",
          "int64 values beyond 2^53 are not exact in double precision", remedy: "store the image as float32"))
    }
  }
}
