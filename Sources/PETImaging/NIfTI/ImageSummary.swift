package import PETCore

/// What one pass over an image tells: counts, mean, range, and every finding.
package struct ImageSummary: Sendable {
  package let header: ImageHeader
  package private(set) var finite = 0
  package private(set) var notFinite = 0
  package private(set) var mean = Double.nan
  package private(set) var least = Double.infinity
  package private(set) var most = -Double.infinity
  package private(set) var findings: [Finding] = []

  /// Reads the whole image in constant memory.
  package init(path: String) throws(PETError) {
    let stream = try VoxelStream(path: path)
    header = stream.header
    let block = 1 << 16
    let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: block)
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: block * 8, alignment: 64)
    defer {
      values.deallocate()
      scratch.deallocate()
    }
    var sum = 0.0
    while true {
      let count = try stream.read(into: values, scratch: scratch)
      if count == 0 { break }
      for i in 0..<count {
        let value = values[i]
        guard value.isFinite else {
          notFinite += 1
          continue
        }
        finite += 1
        sum += value
        least = min(least, value)
        most = max(most, value)
      }
    }
    try stream.finish()
    let isLong = header.type == .int64 || header.type == .uint64
    let largest = max(abs(most - header.intercept), abs(least - header.intercept)) / abs(header.slope)
    let beyondExact = isLong && largest > 0x1p53
    mean = finite > 0 ? sum / Double(finite) : .nan
    findings = stream.findings
    guard finite > 0 else {
      throw PETError(
        .wrongInput, file: path, field: "voxels", "no voxel is finite (all NaN or infinite)",
        remedy: "check the reconstruction")
    }
    if notFinite > 0 {
      findings.append(
        Finding(
          .warning, "non-finite", file: path, field: "voxels", value: "\(notFinite)",
          "\(notFinite) voxels are not finite (NaN or inf)", remedy: "they are left out of every mean, and counted"))
    }
    if least == most {
      findings.append(
        Finding(
          .warning, "constant", file: path, field: "voxels", value: NumberText.short(least),
          least == 0 ? "every voxel is zero" : "every voxel has the same, constant value", remedy: "check the image"))
    }
    if beyondExact {
      findings.append(
        Finding(
          .warning, "precision", file: path, field: "voxels",
          "int64 values beyond 2^53 are not exact in double precision", remedy: "store the image as float32"))
    }
  }
}
