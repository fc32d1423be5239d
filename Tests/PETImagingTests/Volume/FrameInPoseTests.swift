import Foundation
import PETImaging
import Testing

/// Frames read where their pose has the voxels.
struct FrameInPoseTests {
  private static let grid = Grid(
    nx: 24, ny: 22, nz: 20, affine: Affine(rows: [2, 0, 0, -24, 0, 2.5, 0, -27, 0, 0, 3, -30]))
  private static let offsets = (0..<grid.count).map { Int32($0) }

  private static func point(_ offset: Int) -> (Double, Double, Double) {
    grid.affine.apply(Double(offset % 24), Double(offset / 24 % 22), Double(offset / 528))
  }

  /// A smooth head.
  private static func activity(_ p: (Double, Double, Double)) -> Double {
    100 * exp(-(p.0 * p.0 + p.1 * p.1 + p.2 * p.2) / 120) + 10
  }

  /// A head that moved is back in its place: within 0.3 % of its height, which the edges of the image leave.
  @Test func back() throws {
    let (s, c) = (sin(0.1), cos(0.1))
    let pose = Affine(rows: [c, -s, 0, 2.2, s, c, 0, -1.4, 0, 0, 1, 3.1])
    let inverse = try #require(pose.inverse)
    let moved = (0..<Self.grid.count).map { offset -> Float in
      let p = Self.point(offset)
      return Float(Self.activity(inverse.apply(p.0, p.1, p.2)))
    }
    let frame = FrameInPose(moved, on: Self.grid, pose: pose)
    let values = frame.values(Self.offsets, jobs: 2)
    var (told, worst) = (0, 0.0)
    for offset in values.indices where values[offset].isFinite {
      told += 1
      worst = max(worst, abs(Double(values[offset]) - Self.activity(Self.point(offset))))
    }
    #expect(told > Self.grid.count / 2 && worst < 0.3, "\(told) \(worst)")
    // Where the frame does not reach there is nothing: the top two planes would be 3.1 mm above it.
    #expect(values.suffix(24 * 22).allSatisfy { $0.isNaN })
    let one = frame.values(Self.offsets, jobs: 1)
    #expect(zip(values, one).allSatisfy { $0.bitPattern == $1.bitPattern })
  }

  /// A voxel without a number leaves none beside it, and no hole elsewhere.
  @Test func missing() {
    var values = (0..<Self.grid.count).map { Float(Self.activity(Self.point($0))) }
    let place = 12 + 24 * (11 + 22 * 10)
    values[place] = .nan
    let half = Affine(rows: [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0])
    let read = FrameInPose(values, on: Self.grid, pose: half).values(Self.offsets, jobs: 1)
    #expect(read[place].isNaN && read[place - 1].isNaN && read[place + 1].isFinite && read[place - 2].isFinite)
  }
}
