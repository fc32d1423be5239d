import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETImaging

/// Fields of displacements, by the definitions of their intents.
struct DisplacementFieldTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two voxels of 4 mm along each axis, turned about: voxel (i, j, k) lies at (4j, -4i, 4k).
  private static func raw(intent: Int = 1007, _ change: (inout RawNIfTI) -> Void = { _ in }) -> RawNIfTI {
    var raw = RawNIfTI()
    (raw.dims, raw.intentCode) = ([5, 2, 2, 2, 1, 3, 1, 1], intent)
    raw.sform = [0, 4, 0, 0, -4, 0, 0, 0, 0, 0, 4, 0]
    raw.store((0..<24).map { Double($0) / 4 }, as: 16)
    change(&raw)
    return raw
  }

  private func field(_ raw: RawNIfTI, _ name: String = "w.nii") throws -> DisplacementField {
    try DisplacementField(path: folder.write(name, raw.data))
  }

  /// At a voxel its own numbers, between two their mean: x and y the other way in ITK's vectors.
  @Test(arguments: [(1006, 1.0), (1007, -1.0)], [1, 2]) func vectors(intent: (Int, Double), version: Int) throws {
    let field = try field(
      Self.raw(intent: intent.0) {
        $0.version = version
        $0.bigEndian = version == 2
        $0.store((0..<24).map { Double($0) / 4 }, as: 16)
      })
    // Voxel (1, 0, 0) is the second of each component.
    #expect(field.apply(0, -4, 0) == (intent.1 * 0.25, -4 + intent.1 * 2.25, 4.25))
    // Halfway between voxels (0, 0, 0) and (0, 0, 1), the first and the fifth.
    #expect(field.apply(0, 0, 2) == (intent.1 * 0.5, intent.1 * 2.5, 6.5))
    // The last voxel of each component.
    #expect(field.apply(4, -4, 4) == (4 + intent.1 * 1.75, -4 + intent.1 * 3.75, 4 + 5.75))
  }

  /// Half a voxel around the field its border counts, beyond a point stays.
  @Test func around() throws {
    let field = try field(Self.raw(intent: 1006))
    #expect(field.apply(0, 1.9, 0) == (0, 1.9 + 2, 4))
    #expect(field.apply(0, 2.1, 0) == (0, 2.1, 0))
    #expect(field.apply(100, 0, 0) == (100, 0, 0))
  }

  /// Scaled integers are numbers as well.
  @Test func scaled() throws {
    let field = try field(
      Self.raw(intent: 1006) {
        $0.store((0..<24).map(Double.init), as: 4)
        ($0.slope, $0.intercept) = (0.5, 1)
      })
    #expect(field.apply(0, 0, 0) == (1, 5, 9))
  }

  @Test func whatIsNoFieldOfDisplacements() throws {
    for (words, change) in [
      ("FSL", { $0.intentCode = 2007 }), ("SPM", { $0.intentName = Array("Mapping".utf8) }),
      ("no field", { $0.intentCode = 0 }), ("no field", { $0.dims = [4, 2, 2, 2, 3, 1, 1, 1] }),
      ("no field", { $0.dims = [5, 2, 2, 2, 1, 2, 1, 1] }),
      ("truncated", { $0.voxels.removeLast(4) }),
      ("no numbers", { $0.store([.nan] + [Double](repeating: 0, count: 23), as: 16) }),
    ] as [(String, (inout RawNIfTI) -> Void)] {
      let raw = Self.raw(change)
      let error = #expect(throws: PETError.self, "\(words)") { try field(raw) }
      #expect(error?.problem.contains(words) == true, "\(words): \(error as Any)")
    }
    // A field is no scan.
    let path = try folder.write("w.nii", Self.raw().data)
    #expect(throws: PETError.self) { try VoxelStream(path: path) }
  }
}
