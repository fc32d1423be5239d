package import Foundation

/// NIfTI bytes laid out by hand from the standard, apart from the reader and writer under test.
package struct RawNIfTI {
  package var version = 1
  package var bigEndian = false
  package var dims = [3, 2, 2, 2, 1, 1, 1, 1]
  package var datatype = 16
  package var bitpix = 32
  package var pixdim: [Double] = [1, 2, 2, 2, 1, 0, 0, 0]
  package var slope = 1.0
  package var intercept = 0.0
  package var sform: [Double] = [2, 0, 0, -2, 0, 2, 0, -2, 0, 0, 2, -2]
  package var sformCode = 1
  package var qformCode = 0
  package var quaternion: [Double] = [0, 0, 0]
  package var offsets: [Double] = [0, 0, 0]
  package var magic: [UInt8]?
  package var voxelOffset: Double?
  package var sizeOfHeader: Int?
  /// Of space and time, as they stand in one byte: mm and s.
  package var units = 10
  package var description = [UInt8]()
  package var intentCode = 0
  package var intentName = [UInt8]()
  /// What stands between header and voxels: no extension.
  package var gap: [UInt8] = [0, 0, 0, 0]
  package var voxels = Data()

  package init() {}

  private func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
  }
  private func float(_ value: Double) -> [UInt8] { bytes(Float(value).bitPattern) }
  private func double(_ value: Double) -> [UInt8] { bytes(value.bitPattern) }

  /// Appends numbers in the file's byte order, as elements of the stated type.
  package mutating func store(_ values: [Double], as type: Int) {
    datatype = type
    voxels = Data()
    for value in values {
      let raw: [UInt8] =
        switch type {
        case 2: [UInt8(value)]
        case 4: bytes(Int16(value))
        case 8: bytes(Int32(value))
        case 16: float(value)
        case 64: double(value)
        case 256: [UInt8(bitPattern: Int8(value))]
        case 512: bytes(UInt16(value))
        case 768: bytes(UInt32(value))
        case 1024: bytes(Int64(value))
        default: bytes(UInt64(value))
        }
      bitpix = raw.count * 8
      voxels.append(contentsOf: raw)
    }
  }

  package var data: Data {
    var header = [UInt8](repeating: 0, count: version == 1 ? 348 : 540)
    func put(_ offset: Int, _ value: [UInt8]) { header.replaceSubrange(offset..<offset + value.count, with: value) }
    if version == 1 {
      put(0, bytes(Int32(sizeOfHeader ?? 348)))
      for i in 0..<8 { put(40 + 2 * i, bytes(Int16(truncatingIfNeeded: dims[i]))) }
      put(68, bytes(Int16(intentCode)))
      put(328, intentName)
      put(70, bytes(Int16(datatype)))
      put(72, bytes(Int16(bitpix)))
      for i in 0..<8 { put(76 + 4 * i, float(pixdim[i])) }
      put(108, float(voxelOffset ?? 352))
      put(112, float(slope))
      put(116, float(intercept))
      put(123, [UInt8(units)])
      put(148, description)
      put(252, bytes(Int16(qformCode)))
      put(254, bytes(Int16(sformCode)))
      for i in 0..<3 { put(256 + 4 * i, float(quaternion[i])) }
      for i in 0..<3 { put(268 + 4 * i, float(offsets[i])) }
      for i in 0..<12 { put(280 + 4 * i, float(sform[i])) }
      put(344, magic ?? Array("n+1\0".utf8))
    } else {
      put(0, bytes(Int32(sizeOfHeader ?? 540)))
      put(4, magic ?? Array("n+2\0\r\n\u{1a}\n".utf8))
      put(504, bytes(Int32(intentCode)))
      put(508, intentName)
      put(12, bytes(Int16(datatype)))
      put(14, bytes(Int16(bitpix)))
      for i in 0..<8 { put(16 + 8 * i, bytes(Int64(dims[i]))) }
      for i in 0..<8 { put(104 + 8 * i, double(pixdim[i])) }
      put(168, bytes(Int64(voxelOffset ?? 544)))
      put(176, double(slope))
      put(184, double(intercept))
      put(344, bytes(Int32(qformCode)))
      put(348, bytes(Int32(sformCode)))
      for i in 0..<3 { put(352 + 8 * i, double(quaternion[i])) }
      for i in 0..<3 { put(376 + 8 * i, double(offsets[i])) }
      for i in 0..<12 { put(400 + 8 * i, double(sform[i])) }
      put(240, description)
      put(500, bytes(Int32(units)))
    }
    return Data(header) + Data(gap) + voxels
  }
}
