import PETCore
import PETImaging

/// The frames of a scan as they are fitted to each other: smooth, and read between blocks.
struct SmoothFrames {
  let grid: Grid
  let schedule: FrameSchedule
  private let images: [[Float]]
  private let splines: [CubicSpline]
  /// Frames that the mean is of.
  let late: [Int]
  /// Frames that may tell a pose.
  let isTold: [Bool]
  /// Of these the longest late one.
  private let longest: Int
  /// Of mass, of the late mean, mm.
  let centre: (x: Double, y: Double, z: Double)
  /// Of the head, mm.
  let points: [(x: Double, y: Double, z: Double)]

  /// FWHM of the smoothing, mm.
  static let smoothing = 6.0
  /// Middles of frames before this tell no pose, s: frames of the first minute are wrong by 2 to 12 mm in any way that was tried.
  private static let first = 60.0
  /// From here on frames make the mean, s.
  static let lateStart = 300.0
  /// Share of the late mean below which a frame holds too little, as PETPrep has it.
  private static let leastActivity = 0.2

  /// - Throws: for one frame, and for a scan that holds no head, or no frame with enough of it.
  init(_ blocks: FrameBlocks, _ frames: FrameSchedule, jobs: Int) throws(PETError) {
    guard frames.count > 1 else {
      throw PETError(.wrongInput, field: "frames", "one frame tells no motion", remedy: "give a dynamic scan")
    }
    (grid, schedule, late) = (blocks.grid, frames, Self.late(frames))
    let own = blocks.grid
    let smoothing = GaussianSmoothing(fwhm: Self.smoothing, grid: own)
    let images = Parallel.map(blocks.frames.count, jobs: jobs) { frame -> [Float] in
      var values = blocks.frames[frame].map(Double.init)
      smoothing.apply(to: &values)
      return values.map(Float.init)
    }
    self.images = images
    splines = Parallel.map(images.count, jobs: jobs) { CubicSpline(images[$0], on: own) }
    let mean = Self.mean(late.map { images[$0] }, late.map { frames.durations[$0] })
    let places = MotionReference.places(mean, on: own)
    guard places.count > 200 else {
      throw PETError(
        .wrongInput, field: "voxels", "the scan holds no head that a motion could be seen of",
        remedy: "check the image, or leave motion out")
    }
    centre = Self.centre(mean, places, on: own)
    points = stride(from: 0, to: places.count, by: max(1, places.count / 2000)).map { Self.point(places[$0], own) }
    func level(_ image: [Float]) -> Double { places.reduce(0) { $0 + Double(image[$1]) } / Double(places.count) }
    let least = Self.leastActivity * level(mean)
    let middles = frames.midpoints
    let isTold = middles.indices.map { middles[$0] >= Self.first && level(images[$0]) > least }
    self.isTold = isTold
    guard let longest = late.filter({ isTold[$0] }).max(by: { frames.durations[$0] < frames.durations[$1] }) else {
      throw PETError(
        .wrongInput, field: "frames", "no frame holds enough to tell where the head lies",
        remedy: "check the image, or leave motion out")
    }
    self.longest = longest
  }

  /// Frames after 5 min; all where there is none.
  static func late(_ frames: FrameSchedule) -> [Int] {
    let late = frames.midpoints.indices.filter { frames.midpoints[$0] >= lateStart }
    return late.isEmpty ? Array(frames.midpoints.indices) : late
  }

  /// Outwards from the longest late frame, each from the pose of the one beside it.
  ///
  /// - Parameter points: that are fitted to, few: it is a start.
  func chained(points most: Int) -> [Affine] {
    let reference = MotionReference(images[longest], on: grid, centre: centre, most: most)
    var poses = [Affine](repeating: .identity, count: splines.count)
    for order in [Array(longest + 1..<max(longest + 1, splines.count)), (0..<longest).reversed()] {
      var pose = Affine.identity
      for frame in order {
        if isTold[frame] {
          let fit = FrameFit(splines[frame], to: reference, from: pose, steps: 25)
          if fit.error < FrameMotion.mostError { pose = fit.pose }
        }
        poses[frame] = pose
      }
    }
    return poses
  }

  /// Each frame fitted to the mean of the late ones at their poses, without itself; nil where it may tell none.
  ///
  /// - Parameter points: that are fitted to.
  func fits(to poses: [Affine], points most: Int, jobs: Int) -> [FrameFit?] {
    let used = late.filter { isTold[$0] }
    let resampled = Parallel.map(used.count, jobs: jobs) { Self.resampled(splines[used[$0]], poses[used[$0]], grid) }
    let whole = Self.mean(resampled, used.map { schedule.durations[$0] })
    let total = used.reduce(0) { $0 + schedule.durations[$1] }
    return Parallel.map(splines.count, jobs: jobs) { frame -> FrameFit? in
      guard isTold[frame] else { return nil }
      var others = whole
      // A frame would be drawn to its own noise.
      if used.count > 1, let place = used.firstIndex(of: frame) {
        let share = Float(schedule.durations[frame] / total)
        for voxel in others.indices { others[voxel] -= share * resampled[place][voxel] }
      }
      let reference = MotionReference(others, on: grid, centre: centre, most: most)
      return FrameFit(splines[frame], to: reference, from: poses[frame], steps: 15)
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
}
