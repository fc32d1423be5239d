import PETCore

/// The whole numbers of an image as they are stored: whether their type was taken for one with, or without, a sign.
///
/// An unsigned value above the signed range comes back below its lower end, and a negative one, read without its sign, at
/// the upper end: in both cases neighbours lie nearly the whole range apart, which no activity does.
struct StoredRange {
  private var least = Double.infinity
  private var most = -Double.infinity
  private var jumps = 0

  /// Fewer neighbours than this may lie so far apart by an artefact.
  private static let fewestJumps = 3

  mutating func add(_ voxels: VoxelBytes) {
    switch voxels.type {
    case .int16: add(voxels, Int16.self)
    case .int8: add(voxels, Int8.self)
    case .uint16: add(voxels, UInt16.self)
    default: break
    }
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
  func finding(_ header: ImageHeader) -> Finding? {
    guard jumps >= Self.fewestJumps else { return nil }
    let ends = [least, most].map { $0 * header.slope + header.intercept }.sorted()
    func warn(_ code: String, _ problem: String, _ remedy: String) -> Finding {
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
        "unsigned-as-signed", "on both sides of 0 and half the range apart: unsigned values were stored as signed",
        "convert the image again, as unsigned or as float32")
    default:
      return warn(
        "signed-as-unsigned", "at both ends of the range: negative values were stored as unsigned",
        "convert the image again, as signed or as float32")
    }
  }
}
