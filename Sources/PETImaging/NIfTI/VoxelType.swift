/// The voxel types that hold one real number.
package enum VoxelType: Int, Sendable, CaseIterable {
  case uint8 = 2
  case int16 = 4
  case int32 = 8
  case float32 = 16
  case float64 = 64
  case int8 = 256
  case uint16 = 512
  case uint32 = 768
  case int64 = 1024
  case uint64 = 1280

  package var bytes: Int {
    switch self {
    case .uint8, .int8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}

/// A voxel type of the machine, read from raw bytes.
protocol VoxelElement {
  var double: Double { get }
}

extension UInt8: VoxelElement { var double: Double { Double(self) } }
extension Int8: VoxelElement { var double: Double { Double(self) } }
extension UInt16: VoxelElement { var double: Double { Double(self) } }
extension Int16: VoxelElement { var double: Double { Double(self) } }
extension UInt32: VoxelElement { var double: Double { Double(self) } }
extension Int32: VoxelElement { var double: Double { Double(self) } }
extension UInt64: VoxelElement { var double: Double { Double(self) } }
extension Int64: VoxelElement { var double: Double { Double(self) } }
extension Float: VoxelElement { var double: Double { Double(self) } }
extension Double: VoxelElement { var double: Double { self } }

/// Raw voxel bytes in the machine's byte order.
struct VoxelBytes {
  let type: VoxelType
  let base: UnsafeRawPointer
  let count: Int

  /// Calls a generic body with the bytes as numbers of their own type: one switch for a whole frame.
  func withElements<Result>(_ body: some ElementBody<Result>) -> Result {
    func typed<T: VoxelElement>(_: T.Type) -> Result {
      body.run(UnsafeBufferPointer(start: base.assumingMemoryBound(to: T.self), count: count))
    }
    switch type {
    case .uint8: return typed(UInt8.self)
    case .int8: return typed(Int8.self)
    case .uint16: return typed(UInt16.self)
    case .int16: return typed(Int16.self)
    case .uint32: return typed(UInt32.self)
    case .int32: return typed(Int32.self)
    case .uint64: return typed(UInt64.self)
    case .int64: return typed(Int64.self)
    case .float32: return typed(Float.self)
    case .float64: return typed(Double.self)
    }
  }

  /// Reverses the bytes of every element in place.
  static func swap(_ bytes: UnsafeMutableRawBufferPointer, size: Int) {
    func swapAll<T: FixedWidthInteger>(_: T.Type) {
      for offset in stride(from: 0, to: bytes.count, by: size) {
        bytes.storeBytes(
          of: bytes.load(fromByteOffset: offset, as: T.self).byteSwapped, toByteOffset: offset, as: T.self)
      }
    }
    switch size {
    case 2: swapAll(UInt16.self)
    case 4: swapAll(UInt32.self)
    case 8: swapAll(UInt64.self)
    default: break
    }
  }
}

/// Work on a frame, written once for every voxel type.
protocol ElementBody<Result> {
  associatedtype Result
  func run<T: VoxelElement>(_ elements: UnsafeBufferPointer<T>) -> Result
}
