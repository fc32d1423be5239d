import Foundation
import PETImaging
import Testing

@testable import PETSimulation

/// A head that moves in a simulated scan.
struct HeadMotionTests {
  /// One jump, before which the head lies still; a frame that it falls in has both places by their shares.
  @Test func oneJump() {
    let motion = HeadMotion(size: 4, start: 20, end: 5400, seed: 3)
    #expect(motion.step(at: 1199) == [0, 0, 0, 0, 0, 0] && motion.step(at: 1200) == motion.step(at: 5000))
    let step = motion.step(at: 1200)
    func size(_ part: ArraySlice<Double>) -> Double { part.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let whole = hypot(size(step[0..<3]), 70 * size(step[3..<6]))
    #expect(abs(whole - 4) < 0.01, "\(whole)")
    let parts = motion.parts(of: 1140, 240)
    #expect(parts.map(\.share) == [0.25, 0.75] && parts[0].step != parts[1].step)
    #expect(motion.parts(of: 1200, 300).count == 1)
    #expect(HeadMotion(size: 4, start: 20, end: 5400, seed: 4).step(at: 1200) != step)
  }

  @Test func driftAndJumps() {
    let motion = HeadMotion(size: 3, start: nil, end: 5400, seed: 1)
    #expect(motion.step(at: 0) == [0, 0, 0, 0, 0, 0] && motion.step(at: 600) != motion.step(at: 300))
    #expect(motion.parts(of: 600, 300).count == 2 && motion.parts(of: 900, 300).count == 1)
  }

  /// Rz Ry Rx, then the shift: a quarter turn about z takes x to y.
  @Test func thePose() {
    let p = HeadMotion.pose([1, 2, 3, 0, 0, .pi / 2]).apply(10, 0, 0)
    #expect(abs(p.0 - 1) < 1e-12 && abs(p.1 - 12) < 1e-12 && abs(p.2 - 3) < 1e-12)
    let q = HeadMotion.pose([0, 0, 0, .pi / 2, .pi / 2, 0]).apply(0, 1, 0)
    // About x to z, then about y to x.
    #expect(abs(q.0 - 1) < 1e-12 && abs(q.1) < 1e-12 && abs(q.2) < 1e-12)
  }

  /// At rest a moved image is the still one's average; a whole voxel to the right it is that image, moved.
  @Test func theImage() throws {
    let phantom = Phantom(.tiny, factor: 2, isWhole: true)
    let still = BlurredRegions(phantom, fwhm: 8, tail: 0)
    let moving = BlurredRegions(phantom, fwhm: 8, tail: 0, isMoving: true)
    #expect(moving.shares.isEmpty)
    let field = try #require(moving.fields[18])
    let own = phantom.labelGrid
    var fine = [Float](repeating: 0, count: own.count)
    for (at, value) in field.values.enumerated() {
      let (x, y, z) = (
        at % field.shape[0], at / field.shape[0] % field.shape[1], at / (field.shape[0] * field.shape[1])
      )
      fine[x + field.low[0] + own.nx * (y + field.low[1] + own.ny * (z + field.low[2]))] = value
    }
    let image = MovedImage(phantom, fine)
    let rest = image.averaged(HeadMotion.pose([0, 0, 0, 0, 0, 0]))
    let expected = try #require(still.shares[18])
    #expect(zip(rest, expected).allSatisfy { abs($0 - Double($1)) < 1e-5 })
    let moved = image.averaged(HeadMotion.pose([phantom.grid.voxelSize.0, 0, 0, 0, 0, 0]))
    let middle = phantom.grid.count / 2
    #expect((middle - 200..<middle + 200).allSatisfy { abs(moved[$0 + 1] - rest[$0]) < 1e-5 })
  }
}
