package import Foundation

/// Bytes of a FreeSurfer image laid out by hand from the format's description, apart from the reader under test.
package struct RawMGH {
  package var sizes: [Int32] = [2, 3, 1]
  package var frames: Int32 = 1
  /// 0 for bytes, 1 for int, 3 for float, 4 for short, 10 for unsigned short.
  package var type: Int32
  /// Voxel sizes, directions of x, y and z, centre; nil where the header states none.
  package var geometry: [Float]?
  package var voxels: [UInt8] = []
  /// Tags after the voxels.
  package var tags: [UInt8] = []

  package init(type: Int32) { self.type = type }

  private static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// Puts values down in the image's type.
  package mutating func store(_ values: [Double]) {
    voxels = values.flatMap { value -> [UInt8] in
      switch type {
      case 0: [UInt8(value)]
      case 1: Self.bytes(Int32(value))
      case 3: Self.bytes(Float(value).bitPattern)
      case 4: Self.bytes(Int16(value))
      default: Self.bytes(UInt16(value))
      }
    }
  }

  package var data: Data {
    var all = ([1] + sizes + [frames, type, 0]).flatMap { Self.bytes($0) }
    all += Self.bytes(Int16(geometry == nil ? 0 : 1))
    all += (geometry ?? Array(repeating: 0, count: 15)).flatMap { Self.bytes($0.bitPattern) }
    all += [UInt8](repeating: 0, count: 284 - all.count)
    return Data(all + voxels + tags)
  }
}
