import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

struct StoredRangeTests {
  /// Frames of voxels as they are stored, with a header of their type.
  private static func finding<T>(
    _ frames: [[T]], _ type: VoxelType, slope: Double = 1, intercept: Double = 0
  ) throws -> Finding? {
    var range = StoredRange()
    for frame in frames {
      frame.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        range.add(VoxelBytes(type: type, base: base, count: frame.count))
      }
      range.endFrame()
    }
    var raw = RawNIfTI()
    (raw.dims, raw.datatype, raw.bitpix) = ([4, 2, 2, 1, 1, 1, 1, 1], type.rawValue, type.bytes * 8)
    (raw.slope, raw.intercept) = (slope, intercept)
    raw.voxels = Data(count: 4 * type.bytes)
    let bytes = Array(raw.data)
    let header = try ImageHeader(
      RawHeader(bytes, file: "a.nii"), file: "a.nii", fileSize: bytes.count, isGzip: false)
    return range.finding(header)
  }

  /// Values just below zero and just above, and large ones beside small ones of one sign, are what they are.
  @Test func whatIsPlain() throws {
    #expect(try Self.finding([[-100, 30000, -100, 30000, -100, 30000] as [Int16]], .int16) == nil)
    #expect(try Self.finding([[0, 60000, 0, 58000, 0, 58000] as [UInt16]], .uint16) == nil)
    #expect(try Self.finding([[] as [Float]], .float32) == nil)
    #expect(try Self.finding([] as [[Int16]], .int16) == nil)
    // A type of 32 bits is not looked at: scanners do not fill it.
    let ends = [[Int32]](repeating: [.max, .min, .max, .min, .max], count: 5)
    #expect(try Self.finding(ends, .int32) == nil)
  }

  /// 40000 without a sign is -25536 with it: three neighbours half the range apart and of both signs tell, two do not.
  @Test func unsignedStoredAsSigned() throws {
    let two = [20000, Int16(bitPattern: 40000), 20000, 20000]
    #expect(try Self.finding([two], .int16) == nil)
    let found = try #require(try Self.finding([two, [Int16(bitPattern: 40000), 20000]], .int16))
    #expect(found.code.word == "unsigned-as-signed" && found.level == .fault && found.castsDoubt)
    #expect(found.problem.contains("from -25536 to 20000, and 3 neighbours"))
    // An image that is scaled to the whole range by its intercept is not negative.
    #expect(try Self.finding([two + two], .int16, intercept: 30000) == nil)
    #expect(try Self.finding([[100, -100, 100, -100] as [Int8]], .int8)?.code.word == "unsigned-as-signed")
  }

  /// -300 without its sign is 65236: from one end of the range to the other.
  @Test func signedStoredAsUnsigned() throws {
    let low = UInt16(bitPattern: -300)
    #expect(try Self.finding([[0, low, 5, 70] as [UInt16]], .uint16) == nil)
    let found = try #require(try Self.finding([[0, low, 5, low]], .uint16))
    #expect(found.code.word == "signed-as-unsigned" && found.problem.contains("3 neighbours"))
  }

  /// One scale a frame that was lost: the largest value is the same in more than four frames of five, once in each.
  @Test func scalesOfFrames() throws {
    let frame: [Int16] = [0, 12000, 32767, 5]
    let four = Array(repeating: frame, count: 4)
    let found = try #require(try Self.finding(four + [[0, 1, 2, 3], frame], .int16))
    #expect(found.code.word == "frame-scales" && found.problem.hasPrefix("5 of 6 frames"))
    // Three frames, or four fifths of them and no more, are chance; 32767 in four frames is an end all the same.
    #expect(try Self.finding(Array(four.dropLast()), .int16) == nil)
    #expect(try Self.finding(four + [[0, 1, 2, 3]], .int16)?.code.word == "cut-off")
    let floats: [Float] = [0, 17.25, 3, 1]
    #expect(try Self.finding(Array(repeating: floats, count: 4), .float32)?.code.word == "frame-scales")
    #expect(try Self.finding([floats, floats, floats, [0, 17.251, 3, 1]], .float32) == nil)
  }

  /// Past the first sixteen values of a frame, and in what is left of them, the largest is found.
  @Test(arguments: [0, 15, 16, 31, 32, 36])
  func largestFloatWhereverItStands(place: Int) throws {
    var frame = [Float](repeating: 1, count: 37)
    frame[place] = 250
    frame[(place + 5) % 37] = .nan
    let found = try #require(try Self.finding(Array(repeating: frame, count: 4), .float32))
    #expect(found.problem.contains("largest value, 250:"))
  }

  /// Many voxels at the end of the type, in more than one frame: cut off.
  @Test func valuesThatWereCutOff() throws {
    let full: [Int16] = [32767, 32767, 32767, 32767]
    let found = try #require(try Self.finding([full, full, [1, 2, 3, 4]], .int16))
    #expect(found.code.word == "cut-off" && found.problem.contains("32767, stands in 8 voxels of 2 frames"))
    #expect(try Self.finding([full, [1, 2, 3, 4]], .int16) == nil)
    #expect(try Self.finding([[Int16](repeating: 32767, count: 3), [32767, 32767, 32767]], .int16) == nil)
  }

  /// An infinite voxel in every frame is no scale that was lost: it says nothing of the largest value.
  @Test func infiniteVoxels() throws {
    let frames: [[Float]] = (1...5).map { [.infinity, Float($0), 0, 2] }
    #expect(try Self.finding(frames, .float32) == nil)
  }
}
