import Foundation
import PETCore
import PETImaging
import Testing

@testable import PETRegistration

/// Motion of a head that is made of Gaussians, so that every frame is exact in any pose.
struct FrameMotionTests {
  private static let grid = Grid(
    nx: 44, ny: 52, nz: 40, affine: Affine(rows: [4, 0, 0, -86, 0, 4, 0, -102, 0, 0, 4.8, -94]))
  private static let centre = (x: 0.0, y: 0.0, z: 0.0)

  private struct Blob {
    let place: (Double, Double, Double)
    let sigma: Double
    /// Early and late.
    let activity: (Double, Double)
  }

  /// A head with a nose, and nuclei whose activity comes or goes.
  private static let blobs = [
    Blob(place: (0, 0, 0), sigma: 33, activity: (10, 6)), Blob(place: (0, 50, -20), sigma: 14, activity: (5, 3)),
    Blob(place: (-25, -40, -35), sigma: 12, activity: (6, 2)), Blob(place: (25, 5, 5), sigma: 8, activity: (2, 20)),
    Blob(place: (-24, 6, 4), sigma: 8, activity: (2, 18)), Blob(place: (5, -20, 25), sigma: 10, activity: (4, 6)),
    Blob(place: (40, -30, 30), sigma: 9, activity: (4, 3)),
  ]

  private static func pose(_ shift: [Double], _ turn: [Double]) -> Affine {
    Affine.rigid(shift + turn.map { $0 * .pi / 180 }, about: centre)
  }

  /// - Parameter late: how far contrast has gone, 0 to 1.
  private static func frame(_ pose: Affine, late: Double = 1, noise: Double = 0, seed: UInt64 = 1) throws -> [Float] {
    let back = try #require(pose.inverse)
    var random = SeededGenerator(seed: seed)
    let map = back.after(grid.affine)
    return (0..<grid.count).map { at in
      let p = map.apply(Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
      var value = 0.0
      for blob in blobs {
        let d = (p.0 - blob.place.0, p.1 - blob.place.1, p.2 - blob.place.2)
        let square = d.0 * d.0 + d.1 * d.1 + d.2 * d.2
        let activity = blob.activity.0 + late * (blob.activity.1 - blob.activity.0)
        value += activity * exp(-square / (2 * blob.sigma * blob.sigma))
      }
      return Float(value + (noise > 0 ? noise * random.normal() : 0))
    }
  }

  private static func schedule(_ count: Int, of seconds: Double = 300, from start: Double = 300) throws -> FrameSchedule
  {
    try FrameSchedule(
      starts: (0..<count).map { start + seconds * Double($0) },
      durations: [Double](repeating: seconds, count: count))
  }

  private static let places: [(Double, Double, Double)] = [-50.0, 0, 50].flatMap { (x: Double) in
    [-60.0, 0, 60].flatMap { (y: Double) in [(x, y, -40.0), (x, y, 40.0)] }
  }

  /// Rms over the head between poses found and true, when the mean of what lies between them is taken out.
  private static func errors(_ motion: FrameMotion, _ truth: [Affine]) throws -> [Double] {
    let common = try zip(motion.poses, truth).map { found, own in
      try #require(own.inverse).after(found).rigidStep(about: centre)
    }
    let mean = (0..<6).map { i in common.reduce(0) { $0 + $1[i] } / Double(common.count) }
    let shared = Affine.rigid(mean, about: centre)
    return zip(motion.poses, truth).map { found, own in
      let other = own.after(shared)
      var sum = 0.0
      for p in places {
        let (a, b) = (found.apply(p.0, p.1, p.2), other.apply(p.0, p.1, p.2))
        sum += (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1) + (a.2 - b.2) * (a.2 - b.2)
      }
      return (sum / Double(places.count)).squareRoot()
    }
  }

  private static let poses = [
    pose([0, 0, 0], [0, 0, 0]), pose([0.5, 0.3, -0.4], [0.3, 0, 0.2]), pose([3, -2, 1], [2, -1, 1.5]),
    pose([3.2, -2, 1.4], [2.2, -1, 1.5]), pose([-6, 4, -3], [-4, 3, 5]), pose([-6, 4, -3], [-4, 3, 5]),
  ]

  /// Without noise 0.05 mm, a hundredth of a block; what is reported is the motion against its mean.
  @Test func whereFramesLie() throws {
    let frames = try Self.poses.map { try Self.frame($0) }
    let motion = try FrameMotion(
      FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(6), jobs: 2)
    let errors = try Self.errors(motion, Self.poses)
    #expect(errors.allSatisfy { $0 < 0.05 }, "\(errors)")
    #expect(!motion.isHeld.contains(true) && !motion.hasLabels)
    #expect(motion.extent > 4 && motion.framewise[0] == 0 && motion.framewise[4] > 10 && motion.framewise[5] < 0.1)
    // About the mean over time the shifts cancel.
    let shifts = motion.parameters.reduce(0) { $0 + $1.translation[0] }
    #expect(abs(shifts) < 0.05 && motion.largest.frame >= 4)
    let one = try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(6), jobs: 1)
    #expect(one.poses == motion.poses && one.errors == motion.errors)
  }

  /// A jump in the middle of a frame is told by its neighbours; one between frames, or a head that comes back, is none within.
  @Test func motionWithinAFrame() throws {
    let still = Self.pose([0, 0, 0], [0, 0, 0])
    let moved = Self.pose([9, 0, 0], [0, 0, 0])
    let (a, b) = (try Self.frame(still), try Self.frame(moved))
    let half = zip(a, b).map { ($0 + $1) / 2 }
    func found(_ frames: [[Float]]) throws -> FrameMotion {
      try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(frames.count), jobs: 2)
    }
    let within = try found([a, a, a, half, b, b])
    #expect(
      abs(within.withinFrames[3] - 4.5) < 0.3 && within.withinFrames.count { $0 > 1 } == 1, "\(within.withinFrames)")
    let told = try #require(
      within.findings(limit: 2, isCorrected: true, file: "x").first { $0.code == .motionWithinFrames })
    #expect(told.value == "1" && told.problem.contains("at 22.5 min") && !told.castsDoubt, "\(told)")
    for frames in [[a, a, a, b, b, b], [a, a, b, a, a, a]] {
      let motion = try found(frames)
      #expect(motion.withinFrames.allSatisfy { $0 < 0.2 }, "\(motion.withinFrames)")
      #expect(!motion.findings(limit: 2, isCorrected: true, file: "x").contains { $0.code == .motionWithinFrames })
    }
  }

  /// A head that left the place of its first minutes by more than 5 mm for most of the scan makes its data doubtful, corrected or
  /// not; for a short while it is a note.
  @Test func attenuation() throws {
    let (a, b) = (try Self.frame(.identity), try Self.frame(Self.pose([0, 8, 0], [0, 0, 0])))
    for (frames, doubt) in [([a, b, b, b, b], true), ([a, a, a, a, b], false), ([a, a, a, a, a], nil)]
      as [([[Float]], Bool?)]
    {
      let motion = try FrameMotion(
        FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(5, of: 250, from: 60), jobs: 2)
      let finding = motion.findings(limit: 2, isCorrected: true, file: "x").first { $0.code == .attenuationMismatch }
      #expect(finding?.castsDoubt == doubt, "\(String(describing: finding))")
      if let finding { #expect(abs((Double(finding.value) ?? 0) - 8) < 0.2) }
    }
  }

  /// A turn of 30 degrees is found within 0.5 mm from the frame before.
  @Test func aLargeTurn() throws {
    let poses = [Self.pose([0, 0, 0], [0, 0, 0]), Self.pose([4, 5, -3], [10, 10, 26])]
    let frames = try [0, 0, 0, 1, 1].map { try Self.frame(poses[$0]) }
    let motion = try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(5), jobs: 2)
    let errors = try Self.errors(motion, [0, 0, 0, 1, 1].map { poses[$0] })
    #expect(errors.allSatisfy { $0 < 0.5 }, "\(errors)")
  }

  /// Errors that are told hold those that are made, with noise of a tenth and contrast that changes.
  ///
  /// Three of what is told: of twelve frames none should lie beyond.
  @Test func errorsAreTold() throws {
    let poses = (0..<12).map { Self.poses[$0 / 2] }
    let frames = try poses.enumerated().map { place, pose in
      try Self.frame(pose, late: Double(place) / 11, noise: 1, seed: UInt64(place))
    }
    let motion = try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(12), jobs: 2)
    for (error, told) in zip(try Self.errors(motion, poses), motion.errors) {
      #expect(error < 3 * told && told < 1, "\(error) \(told)")
    }
  }

  /// Frames of the first minute, without counts and without numbers hold what the nearest tells.
  @Test func heldFrames() throws {
    let still = try Self.frame(.identity)
    let empty = [Float](repeating: 0, count: Self.grid.count)
    let frames = [empty, still, still, empty, still]
    let schedule = try FrameSchedule(starts: [0, 30, 300, 600, 900], durations: [30, 20, 300, 300, 300])
    let motion = try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), schedule, jobs: 1)
    #expect(motion.isHeld == [true, true, false, true, false])
    #expect(motion.extent < 0.02 && motion.displacements.allSatisfy { $0 < 0.02 })
    let findings = motion.findings(limit: 2, isCorrected: false, file: "x")
    #expect(findings.map(\.code) == [.framesHeld] && findings[0].problem.contains("12.5 min"), "\(findings)")
    #expect(throws: PETError.self) {
      try FrameMotion(FrameBlocks(grid: Self.grid, frames: [empty]), try Self.schedule(1), jobs: 1)
    }
  }

  /// One frame has nothing to move against.
  @Test func oneFrame() throws {
    let blocks = FrameBlocks(grid: Self.grid, frames: [try Self.frame(Self.poses[2])])
    let error = #expect(throws: PETError.self) { try FrameMotion(blocks, try Self.schedule(1), jobs: 1) }
    #expect(error?.problem == "one frame tells no motion")
  }

  /// What is said, and that data are in doubt only where nothing is done about it.
  @Test func findings() throws {
    let frames = try [0, 0, 4].map { try Self.frame(Self.poses[$0]) }
    let motion = try FrameMotion(FrameBlocks(grid: Self.grid, frames: frames), try Self.schedule(3), jobs: 2)
    // Attenuation is another matter, above.
    func findings(_ limit: Double, isCorrected: Bool) -> [Finding] {
      motion.findings(limit: limit, isCorrected: isCorrected, file: "x").filter { $0.code != .attenuationMismatch }
    }
    let told = findings(2, isCorrected: false)
    #expect(told.map(\.code) == [.motion] && told[0].castsDoubt && told[0].problem.contains("at 17.5 min"), "\(told)")
    let corrected = findings(2, isCorrected: true)
    #expect(corrected.map(\.level) == [.note] && !corrected[0].castsDoubt)
    #expect(findings(20, isCorrected: false).isEmpty)
  }

  /// A rigid step and back, up to turns of 170 degrees.
  @Test func rigidSteps() {
    for step in [[1.0, 2, 3, 0.1, -0.2, 0.3], [0, 0, 0, 0, 0, 0], [-5, 0, 9, 1.5, -1.5, 2]] {
      let found = Affine.rigid(step, about: (3, -4, 5)).rigidStep(about: (3, -4, 5))
      #expect(zip(step, found).allSatisfy { abs($0 - $1) < 1e-9 }, "\(step) \(found)")
    }
  }
}
