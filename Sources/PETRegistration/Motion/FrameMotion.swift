import Foundation
package import PETCore
package import PETImaging

/// How a head moved from frame to frame of a scan, told from the scan itself.
///
/// Each frame is fitted to the mean of the late ones without itself, and, where there are labels, to these blurred, with regional
/// values of its own: what a tracer's changing contrast takes for motion is then as small as the labels are right. Poses are
/// against the reference pose, the mean over time of those after 5 min.
package struct FrameMotion: Sendable {
  /// Takes points of the reference pose to points of each frame.
  package private(set) var poses: [Affine]
  /// Standard errors of the displacement, rms over the head, mm, with the floor that changing contrast leaves; of a frame that is
  /// held that of the pose which it holds.
  package private(set) var errors: [Double]
  /// Frames that tell no pose of their own, and have that of the nearest which does.
  package private(set) var isHeld: [Bool]
  /// The scan's centre of mass, that turns are about, mm.
  package let centre: (x: Double, y: Double, z: Double)
  /// Of the head, mm.
  private let points: [(x: Double, y: Double, z: Double)]
  /// Whether labels told the poses.
  package private(set) var hasLabels: Bool
  /// Whether there are labels that do not tell them: most frames after 5 min do not fit to them.
  package private(set) var isLostByLabels = false
  /// Takes points where labels were said to lie to where they do in the reference pose; as they are where no labels told poses.
  package private(set) var placing = Affine.identity
  let frames: FrameSchedule

  /// Middles of frames before this tell no pose, and from the second one on they make the mean, s.
  static let (first, late) = (60.0, 300.0)
  /// Share of the late mean below which a frame holds too little, and error above which it tells nothing, mm.
  private static let (leastActivity, mostError) = (0.2, 1.0)
  /// What changing contrast leaves in simulated scans: against the mean, and against labels, mm.
  private static let (floor, floorOfLabels) = (0.2, 0.1)
  /// FWHM of the smoothing of frames that are fitted to a mean, mm.
  static let smoothing = 6.0

  /// How much is done.
  package enum Effort: Sendable {
    /// Enough to tell whether a head moved.
    case check
    /// Poses that labels are moved by.
    case full

    fileprivate var points: Int { self == .check ? 3000 : 8000 }
    fileprivate var passes: Int { self == .check ? 1 : 3 }
  }

  /// - Parameters:
  ///   - blocks: the frames of the schedule.
  ///   - weights: of the scan's labels; nil where there are none, or masks that do not part the space.
  ///   - fwhm: of the scan, mm, where there are labels.
  ///   - jobs: threads; the result does not depend on them.
  /// - Throws: where no frame tells a pose.
  package init(
    _ blocks: FrameBlocks, _ frames: FrameSchedule, weights: RegionWeights? = nil, fwhm: Double = 6,
    effort: Effort = .full, jobs: Int
  ) throws(PETError) {
    self.frames = frames
    let grid = blocks.grid
    let smooth = GaussianSmoothing(fwhm: Self.smoothing, grid: grid)
    let images = Parallel.map(blocks.frames.count, jobs: jobs) { frame -> [Float] in
      var values = blocks.frames[frame].map(Double.init)
      smooth.apply(to: &values)
      return values.map(Float.init)
    }
    let splines = Parallel.map(images.count, jobs: jobs) { CubicSpline(images[$0], on: grid) }
    let middles = frames.midpoints
    var late = middles.indices.filter { middles[$0] >= Self.late }
    if late.isEmpty { late = Array(middles.indices) }
    let mean = Self.mean(late.map { images[$0] }, late.map { frames.durations[$0] })
    let places = MotionReference.places(mean, on: grid)
    guard frames.count > 1 else {
      throw PETError(
        .wrongInput, field: "frames", "one frame tells no motion", remedy: "give a dynamic scan")
    }
    guard places.count > 200 else {
      throw PETError(
        .wrongInput, field: "voxels", "the scan holds no head that a motion could be seen of",
        remedy: "check the image, or leave motion out")
    }
    centre = Self.centre(mean, places, on: grid)
    points = stride(from: 0, to: places.count, by: max(1, places.count / 2000)).map { Self.point(places[$0], grid) }
    func level(_ image: [Float]) -> Double { places.reduce(0) { $0 + Double(image[$1]) } / Double(places.count) }
    let least = Self.leastActivity * level(mean)
    let isTold = middles.indices.map { middles[$0] >= Self.first && level(images[$0]) > least }
    guard let longest = late.filter({ isTold[$0] }).max(by: { frames.durations[$0] < frames.durations[$1] }) else {
      throw PETError(
        .wrongInput, field: "frames", "no frame holds enough to tell where the head lies",
        remedy: "check the image, or leave motion out")
    }
    var poses = Self.chain(images[longest], splines, from: longest, isTold: isTold, grid: grid, centre: centre)
    var errors = [Double](repeating: .infinity, count: splines.count)
    for _ in 0..<effort.passes {
      let used = late.filter { isTold[$0] }
      let start = poses
      let resampled = Parallel.map(used.count, jobs: jobs) { Self.resampled(splines[used[$0]], start[used[$0]], grid) }
      let whole = Self.mean(resampled, used.map { frames.durations[$0] })
      let total = used.reduce(0) { $0 + frames.durations[$1] }
      let (own, most) = (centre, effort.points)
      let fits = Parallel.map(splines.count, jobs: jobs) { frame -> FrameFit? in
        guard isTold[frame] else { return nil }
        var others = whole
        // A frame would be drawn to its own noise.
        if used.count > 1, let place = used.firstIndex(of: frame) {
          let share = Float(frames.durations[frame] / total)
          for voxel in others.indices { others[voxel] -= share * resampled[place][voxel] }
        }
        let reference = MotionReference(others, on: grid, centre: own, most: most)
        return FrameFit(splines[frame], to: reference, from: start[frame], steps: 15)
      }
      for (frame, fit) in fits.enumerated() {
        errors[frame] = fit?.error ?? .infinity
        if let fit, fit.error < Self.mostError { poses[frame] = fit.pose }
      }
    }
    var floor = Self.floor
    hasLabels = weights?.ownLabels != nil
    if let weights, hasLabels {
      let fitted = try Self.toLabels(blocks, weights, fwhm: fwhm, from: poses, isTold: isTold, jobs: jobs)
      let told = late.filter { isTold[$0] }
      hasLabels = told.count { fitted.errors[$0] < Self.mostError } * 2 > told.count
      isLostByLabels = !hasLabels
      if hasLabels {
        (poses, errors) = fitted
        floor = Self.floorOfLabels
      }
    }
    isHeld = errors.map { !($0 < Self.mostError) }
    self.poses = poses
    self.errors = errors.map { hypot($0, floor) }
    try hold()
    settle(late)
  }

  // MARK: - Passes

  /// Outwards from the longest late frame, each from the pose of the one beside it, with few points.
  private static func chain(
    _ image: [Float], _ splines: [CubicSpline], from first: Int, isTold: [Bool], grid: Grid,
    centre: (x: Double, y: Double, z: Double)
  ) -> [Affine] {
    let reference = MotionReference(image, on: grid, centre: centre, most: 4000)
    var poses = [Affine](repeating: .identity, count: splines.count)
    for order in [Array(first + 1..<max(first + 1, splines.count)), (0..<first).reversed()] {
      var pose = Affine.identity
      for frame in order {
        if isTold[frame] {
          let fit = FrameFit(splines[frame], to: reference, from: pose, steps: 25)
          if fit.error < mostError { pose = fit.pose }
        }
        poses[frame] = pose
      }
    }
    return poses
  }

  /// Each frame fitted to the blurred labels with regional values of its own.
  private static func toLabels(
    _ blocks: FrameBlocks, _ weights: RegionWeights, fwhm: Double, from poses: [Affine], isTold: [Bool], jobs: Int
  ) throws(PETError) -> (poses: [Affine], errors: [Double]) {
    let (labels, stated) = try weights.partition("aligned")
    let said = stated ?? .identity
    let fractions: LabelFractions
    do throws(PETError) { fractions = try LabelFractions(labels, on: weights.grid, edge: 2) } catch {
      throw error.at(file: weights.file)
    }
    let grid = blocks.grid
    let model = AlignmentSearch(
      fractions: fractions, scan: LateMean(grid: grid, sums: [blocks.frames[0]]), jobs: jobs
    ).model(fwhm: fwhm, pose: said)
    let found = Parallel.map(poses.count, jobs: jobs) { frame -> (Affine, Double) in
      guard isTold[frame], let back = poses[frame].inverse else { return (poses[frame], .infinity) }
      let own = AlignmentSearch(
        fractions: fractions, scan: LateMean(grid: grid, sums: [blocks.frames[frame]]), jobs: 1)
      let near = own.near(model, from: said.after(back), withVariance: false, steps: 8, most: 16_000)
      let fit = LabelFit(model, near.samples, from: near.pose, steps: 0)
      let freedom = Double(max(1, fit.samples.points.count - fit.values.regions.count - 8))
      let scale = fit.residual / freedom * own.inflation(model, fit)
      let error = own.displacement(from: said, to: fit.pose, inverse: fit.inverse, scale: scale).1
      guard error < mostError, let frameFromLabels = fit.pose.inverse else { return (poses[frame], .infinity) }
      return (frameFromLabels.after(said), error)
    }
    return (found.map(\.0), found.map(\.1))
  }

  /// Frames that tell nothing get the pose of the nearest that does.
  private mutating func hold() throws(PETError) {
    let good = isHeld.indices.filter { !isHeld[$0] }
    guard !good.isEmpty else {
      throw PETError(
        .wrongInput, field: "frames", "no frame tells where the head lies",
        remedy: "check the image, or leave motion out")
    }
    for frame in isHeld.indices where isHeld[frame] {
      let nearest = good.min { abs($0 - frame) < abs($1 - frame) } ?? good[0]
      (poses[frame], errors[frame]) = (poses[nearest], errors[nearest])
    }
  }

  /// Against the mean pose of the late frames by their durations.
  private mutating func settle(_ late: [Int]) {
    for _ in 0..<3 {
      let whole = late.reduce(0) { $0 + frames.durations[$1] }
      var mean = [Double](repeating: 0, count: 6)
      for frame in late {
        for (i, part) in poses[frame].rigidStep(about: centre).enumerated() {
          mean[i] += part * frames.durations[frame] / whole
        }
      }
      guard let back = Affine.rigid(mean, about: centre).inverse else { return }
      poses = poses.map { $0.after(back) }
      if hasLabels { placing = Affine.rigid(mean, about: centre).after(placing) }
    }
  }

  // MARK: - Images

  private static func mean(_ images: [[Float]], _ weights: [Double]) -> [Float] {
    let whole = weights.reduce(0, +)
    var sum = [Float](repeating: 0, count: images.first?.count ?? 0)
    for (image, weight) in zip(images, weights) {
      let share = Float(weight / whole)
      for voxel in sum.indices { sum[voxel] += share * image[voxel] }
    }
    return sum
  }

  /// A frame in the reference pose; 0 where it does not reach.
  private static func resampled(_ spline: CubicSpline, _ pose: Affine, _ grid: Grid) -> [Float] {
    let map = (grid.affine.inverse ?? .identity).after(pose).after(grid.affine)
    var result = [Float](repeating: 0, count: grid.count)
    var at = 0
    for z in 0..<grid.nz {
      for y in 0..<grid.ny {
        let start = map.apply(0, Double(y), Double(z))
        for x in 0..<grid.nx {
          let i = Double(x)
          result[at] = Float(
            spline.value(start.0 + map[0, 0] * i, start.1 + map[1, 0] * i, start.2 + map[2, 0] * i) ?? 0)
          at += 1
        }
      }
    }
    return result
  }

  private static func point(_ at: Int, _ grid: Grid) -> (x: Double, y: Double, z: Double) {
    let p = grid.affine.apply(Double(at % grid.nx), Double(at / grid.nx % grid.ny), Double(at / (grid.nx * grid.ny)))
    return (p.0, p.1, p.2)
  }

  private static func centre(_ image: [Float], _ places: [Int], on grid: Grid) -> (x: Double, y: Double, z: Double) {
    var (sum, centre) = (0.0, (x: 0.0, y: 0.0, z: 0.0))
    for place in places {
      let (p, value) = (point(place, grid), Double(image[place]))
      sum += value
      centre = (centre.x + value * p.x, centre.y + value * p.y, centre.z + value * p.z)
    }
    return (centre.x / sum, centre.y / sum, centre.z / sum)
  }

  // MARK: - What a pose is

  /// Of each frame: mm of the centre to the right, front and top, and turns about x, then y, then z, radians.
  package var parameters: [(translation: [Double], rotation: [Double])] {
    poses.map { pose in
      let step = pose.rigidStep(about: centre)
      // R = Rz Ry Rx.
      let angles = [
        atan2(pose[2, 1], pose[2, 2]), asin(min(max(-pose[2, 0], -1), 1)), atan2(pose[1, 0], pose[0, 0]),
      ]
      return (Array(step[0..<3]), angles)
    }
  }

  /// Rms over the head of how far each frame lies from the reference pose, mm.
  package var displacements: [Double] { poses.map { rms(between: .identity, $0) } }

  /// How far labels lie from where they were said to, in the reference pose: rms over the head, mm.
  package var labelsOff: Double { rms(between: .identity, placing) }

  /// Poses that stand for all of them, and which of them each frame has.
  ///
  /// - Parameter distance: that frames may lie from the pose which stands for them, rms over the head, mm.
  package func groups(within distance: Double) -> (poses: [Affine], frames: [Int]) {
    var centres: [Affine] = []
    let frames = poses.map { pose -> Int in
      if let known = centres.firstIndex(where: { rms(between: $0, pose) < distance }) { return known }
      centres.append(pose)
      return centres.count - 1
    }
    return (centres, frames)
  }

  /// Over the head, mm.
  private func rms(between first: Affine, _ second: Affine) -> Double {
    let sum = points.reduce(0.0) { sum, p in
      let (a, b) = (first.apply(p.x, p.y, p.z), second.apply(p.x, p.y, p.z))
      return sum + (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1) + (a.2 - b.2) * (a.2 - b.2)
    }
    return (sum / Double(max(1, points.count))).squareRoot()
  }

  /// From each frame to the one before: the sum of shifts along the axes and of turns on a ball of 50 mm (Power 2012, NeuroImage,
  /// doi:10.1016/j.neuroimage.2011.10.018), mm; 0 of the first.
  package var framewise: [Double] {
    let all = parameters
    return all.indices.map { frame in
      guard frame > 0 else { return 0 }
      func change(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } }
      return change(all[frame].translation, all[frame - 1].translation)
        + 50 * change(all[frame].rotation, all[frame - 1].rotation)
    }
  }

  /// Frames after 5 min; all where there is none.
  private var lateFrames: [Int] {
    let late = frames.midpoints.indices.filter { frames.midpoints[$0] >= Self.late }
    return late.isEmpty ? Array(poses.indices) : late
  }

  /// The root of the mean square over time after 5 min.
  private func rms(_ values: [Double]) -> Double {
    let whole = lateFrames.reduce(0) { $0 + frames.durations[$1] }
    return (lateFrames.reduce(0) { $0 + frames.durations[$1] * values[$1] * values[$1] } / whole).squareRoot()
  }

  /// Over time after 5 min: the rms of the displacement, mm.
  package var extent: Double { rms(displacements) }

  /// Of that the standard error of a frame, mm.
  var lateError: Double { rms(errors) }

  /// The frame after 5 min that lies farthest, and how far, mm.
  var largest: (frame: Int, displacement: Double) {
    let all = displacements
    let frame = lateFrames.max { all[$0] < all[$1] } ?? 0
    return (frame, all[frame])
  }
}
