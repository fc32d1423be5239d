package import PETCore

/// The numbers of an image as they are stored: whether their type was taken for one with, or without, a sign, and
/// whether they end where the type does.
///
/// An unsigned value above the signed range comes back below its lower end, and a negative one, read without its sign, at
/// the upper end: in both cases neighbours lie nearly the whole range apart, which no activity does. An image is scaled so that
/// its largest value is the type's: that is in one frame, unless values were cut off there, or each frame had a scale of its own
/// that was lost.
struct StoredRange {
  private var least = Double.infinity
  private var most = -Double.infinity
  private var jumps = 0
  /// Values at the upper end, of all frames and of the present one.
  private var atEnd = 0
  private var atEndHere = 0
  /// Frames with values there.
  private var fullFrames = 0
  /// The largest value of each frame, and of the present one.
  private var peaks: [Double] = []
  private var peak = -Double.infinity

  /// Fewer neighbours than this may lie so far apart by an artefact.
  private static let fewestJumps = 3

  /// Ends a frame: what is added then is of the next one.
  mutating func endFrame() {
    if atEndHere > 0 { fullFrames += 1 }
    atEnd += atEndHere
    atEndHere = 0
    peaks.append(peak)
    peak = -.infinity
  }

  /// - Parameter voxels: a frame, or a part of one.
  mutating func add(_ voxels: VoxelBytes) {
    switch voxels.type {
    case .int16: add(voxels, Int16.self)
    case .int8: add(voxels, Int8.self)
    case .uint16: add(voxels, UInt16.self)
    case .float32: addFloats(voxels)
    default: break
    }
  }

  private mutating func addFloats(_ voxels: VoxelBytes) {
    typealias Lanes = SIMD16<Float>
    let bytes = UnsafeRawBufferPointer(start: voxels.base, count: voxels.count * MemoryLayout<Float>.size)
    var most = Lanes(repeating: -.infinity)
    let whole = voxels.count / Lanes.scalarCount
    for i in 0..<whole {
      let values = bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<Lanes>.size, as: Lanes.self)
      most.replace(with: values, where: values .> most)
    }
    var top = most.max()
    for i in (whole * Lanes.scalarCount)..<voxels.count {
      let value = bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<Float>.size, as: Float.self)
      if value > top { top = value }
    }
    peak = max(peak, Double(top))
  }

  private mutating func add<T: FixedWidthInteger>(_ voxels: VoxelBytes, _: T.Type) {
    let elements = UnsafeBufferPointer(start: voxels.base.assumingMemoryBound(to: T.self), count: voxels.count)
    var (low, high) = (T.max, T.min)
    for value in elements {
      low = Swift.min(low, value)
      high = Swift.max(high, value)
    }
    least = min(least, Double(low))
    most = max(most, Double(high))
    peak = max(peak, Double(high))
    if high == T.max { atEndHere += elements.reduce(0) { $0 + ($1 == T.max ? 1 : 0) } }
    let range = Double(T.max) - Double(T.min)
    // Signed: half the range apart and of both signs; without a sign: from one end to the other.
    let apart = T.isSigned ? range / 2 : 0.9 * range
    guard Double(high) - Double(low) > apart else { return }
    for i in 1..<max(1, elements.count) {
      let (a, b) = (elements[i - 1], elements[i])
      if abs(Double(a) - Double(b)) > apart, !T.isSigned || (a < 0) != (b < 0) { jumps += 1 }
    }
  }

  /// What is to be said of an image; nil when its numbers are what its type says.
  func finding(_ header: ImageHeader) -> Finding? { signFinding(header) ?? scaleFinding(header) ?? endFinding(header) }

  /// Few frames may reach the end together by chance, and uniform test objects do in one.
  private static let fewestFrames = 4

  /// Frames whose largest values are all the same: each had a scale of its own, so that its largest was the type's.
  private func scaleFinding(_ header: ImageHeader) -> Finding? {
    // Scaled anew in float32 they agree to that; a few frames may be empty.
    let most = peaks.filter(\.isFinite).max() ?? 0
    let alike = peaks.filter { $0 > 0 && $0.isFinite && $0 >= most * (1 - 1e-6) }.count
    guard alike >= Self.fewestFrames, Double(alike) > 0.8 * Double(peaks.count), atEnd < 3 * alike else { return nil }
    return Finding(
      .warning, .frameScales, file: header.file, field: "datatype", value: "\(header.type)",
      "\(alike) of \(peaks.count) frames have the same largest value, \(NumberText.short(most)): each had a "
        + "scale of its own, which was lost",
      remedy: "convert the image again, with the slope of each frame", castsDoubt: true)
  }

  /// Values at the end of the type in more than one frame: what was larger was cut off.
  private func endFinding(_ header: ImageHeader) -> Finding? {
    guard fullFrames >= Self.fewestFrames || fullFrames > 1 && atEnd > 3 * fullFrames else { return nil }
    return Finding(
      .warning, .cutOff, file: header.file, field: "datatype", value: "\(header.type)",
      "the largest number of the type, \(NumberText.short(most)), stands in \(atEnd) voxels of \(fullFrames) frames: what "
        + "was larger was cut off there", remedy: "convert the image again, with a larger slope or as float32",
      castsDoubt: true)
  }

  private func signFinding(_ header: ImageHeader) -> Finding? {
    guard jumps >= Self.fewestJumps else { return nil }
    let ends = [least, most].map { $0 * header.slope + header.intercept }.sorted()
    func warn(_ code: Finding.Code, _ problem: String, _ remedy: String) -> Finding {
      Finding(
        .fault, code, file: header.file, field: "datatype", value: "\(header.type)",
        "stored values run from \(NumberText.short(least)) to \(NumberText.short(most)), and \(jumps) neighbours lie "
          + problem, remedy: remedy, castsDoubt: true)
    }
    switch header.type {
    case .int16, .int8:
      // Images scaled to the whole of a range by their intercept are not negative.
      guard ends[0] < -0.3 * ends[1] else { return nil }
      return warn(
        .unsignedAsSigned, "on both sides of 0 and half the range apart: unsigned values were stored as signed",
        "convert the image again, as unsigned or as float32")
    default:
      return warn(
        .signedAsUnsigned, "at both ends of the range: negative values were stored as unsigned",
        "convert the image again, as signed or as float32")
    }
  }
}

extension Finding.Code {
  package static let cutOff = Finding.Code("cut-off")
  package static let frameScales = Finding.Code("frame-scales")
  package static let signedAsUnsigned = Finding.Code("signed-as-unsigned")
  package static let unsignedAsSigned = Finding.Code("unsigned-as-signed")
}
