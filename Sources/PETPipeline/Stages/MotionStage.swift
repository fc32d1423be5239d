import PETCore
import PETImaging
import PETRegistration
import PETStudy

/// Of stage 3, how the head moved from frame to frame of one image.
struct MotionStage {
  let rule: MotionRule
  let path: String
  let timing: ScanTiming
  /// That is given for the scan, mm; nil for none.
  let fwhm: Double?

  /// Poses within this of each other share the weights of regions, mm.
  private static let step = 0.2

  /// A motion that curves are corrected for.
  struct Corrected {
    let motion: FrameMotion
    /// Nil where no frame was looked at.
    let blocks: FrameBlocks?
    /// Whether the regions can be moved.
    let isMade: Bool
    /// Nil where they lie in one place throughout, or cannot be moved.
    let moved: MovedWeights?
    /// The same as labels at their own resolution.
    let labels: MovedWeights?
  }

  /// What a check says of the head's motion; why it cannot be looked at is told by a run.
  func findings() -> [Finding] {
    guard let blocks = try? FrameBlocks(path: path, frames: timing.storedFrames, kept: timing.keptFrames),
      let motion = try? FrameMotion(blocks, timing.frames, effort: .check, jobs: 1)
    else { return [] }
    return motion.findings(limit: rule.limit, isCorrected: rule.mode == .correct, file: path)
  }

  /// How the head moved, before curves are measured, where they are corrected for it or transforms tell it; nil where they are not,
  /// and what is to be said where it cannot be told: that costs the correction, and not the scan.
  ///
  /// - Parameters:
  ///   - stated: the motion that transforms tell, by which the regions lie in the reference pose; nil where none do.
  ///   - areMoved: whether labels are taken where frames have them, whatever was said.
  ///   - areShared: whether voxels on borders are parted among regions, as they are where labels were moved to the scan or
  ///     transforms bring them to its frames: these are measured as they would be without motion.
  func corrected(_ regions: ScanRegions, stated: FrameMotion?, areMoved: Bool, areShared: Bool) throws(PETError) -> (
    Corrected?, lost: Finding?
  ) {
    guard timing.frames.count > 1 else { return (nil, nil) }
    if rule.mode != .correct {
      return (
        try stated.map { (own) throws(PETError) in
          try corrected(own, nil, regions, areMoved: false, areShared: areShared)
        }, nil
      )
    }
    let blocks = try FrameBlocks(path: path, frames: timing.storedFrames, kept: timing.keptFrames)
    let hasLabels = Self.areMovable(regions.weights)
    let motion: FrameMotion
    do throws(PETError) {
      motion = try FrameMotion(
        blocks, timing.frames, weights: hasLabels ? regions.weights : nil, fwhm: fwhm ?? 6, jobs: 1)
    } catch {
      // A file that cannot be read is another matter.
      guard error.code == .wrongInput else { throw error }
      return (
        nil,
        Finding(
          .warning, .motionUnsure, file: error.file ?? path, field: error.field ?? "motion",
          "curves are not corrected for motion: \(error.problem)", remedy: error.remedy, castsDoubt: true)
      )
    }
    return (try corrected(motion, blocks, regions, areMoved: areMoved, areShared: areShared), nil)
  }

  /// Whether labels can be taken in other poses: masks that do not part the space, and labels under a field, cannot.
  private static func areMovable(_ weights: RegionWeights) -> Bool {
    weights.ownLabels != nil && weights.pose.map { $0.affine != nil } ?? true
  }

  private func corrected(
    _ motion: FrameMotion, _ blocks: FrameBlocks?, _ regions: ScanRegions, areMoved: Bool, areShared: Bool
  ) throws(PETError) -> Corrected {
    let isMade = Self.areMovable(regions.weights)
    let labels = isMade ? moved(regions.weights, motion, areMoved: areMoved, within: Self.step) : nil
    let grid = try VoxelStream(path: path).header.grid
    let shared = try labels.map { (labels) throws(PETError) in
      MovedWeights(
        try labels.weights.map { (own) throws(PETError) in areShared ? try own.shared(on: grid) : own },
        places: labels.places)
    }
    return Corrected(motion: motion, blocks: blocks, isMade: isMade, moved: shared, labels: labels)
  }

  /// The motion that transforms of regions tell, which brings the labels to the reference pose; nil where they tell none.
  ///
  /// - Parameter files: of the transforms.
  static func stated(_ weights: inout RegionWeights, _ poses: [Affine], _ files: [String], _ timing: ScanTiming)
    throws(PETError) -> FrameMotion?
  {
    guard !poses.isEmpty else { return nil }
    guard poses.count == timing.storedFrames else {
      throw PETError(
        .wrongInput, file: files.last, field: "transform",
        "it holds transforms of \(poses.count) frames, the scan has \(timing.storedFrames)",
        remedy: "give those of this scan, one a frame")
    }
    let motion = FrameMotion(
      stated: timing.keptFrames.map { poses[$0.index] }, timing.frames, points: weights.points(most: 2000))
    if areMovable(weights), let back = motion.placing.inverse {
      weights.pose = PointMap((weights.pose?.affine ?? .identity).after(back))
    }
    return motion
  }

  /// The labels where the frames have them; nil where that is one place.
  ///
  /// - Parameter areMoved: whether they are taken where the frames have them, whatever was said; else they lie in the reference
  ///   pose as they are said to.
  private func moved(_ weights: RegionWeights, _ motion: FrameMotion, areMoved: Bool, within step: Double)
    -> MovedWeights?
  {
    let (poses, frames) = motion.groups(within: step)
    guard poses.count > 1 else { return nil }
    let own = weights.pose?.affine ?? .identity
    let said = areMoved ? own.after(motion.placing.inverse ?? .identity) : own
    let all = poses.map { pose -> RegionWeights in
      var own = weights
      own.pose = PointMap(said.after(pose.inverse ?? .identity))
      return own
    }
    // Frames that do not count lie anywhere.
    var places = [Int](repeating: 0, count: timing.storedFrames)
    for (kept, group) in zip(timing.keptFrames, frames) { places[kept.index] = group }
    return MovedWeights(all, places: places)
  }

  /// The labels where the frames have them, in a few poses; nil where that is one place.
  ///
  /// - Parameters:
  ///   - weights: where the labels lie in the reference pose.
  ///   - most: how many poses there may be.
  func coarse(_ weights: RegionWeights, _ corrected: Corrected, most: Int) -> MovedWeights? {
    var step = Self.step
    while let moved = moved(weights, corrected.motion, areMoved: false, within: step) {
      if moved.weights.count <= most { return moved }
      step *= 1.5
    }
    return nil
  }

  /// Of each stored frame, for images of which voxels are read where the head has them; nil where it lies in one place.
  func poses(_ corrected: Corrected) -> [Affine]? {
    corrected.moved == nil ? nil : corrected.motion.poses(of: timing)
  }

  /// Says how the head moved, of a motion that was found before or of blocks that were made with the curves.
  ///
  /// - Parameters:
  ///   - areMoved: whether labels are taken where the frames have them.
  ///   - displaced: how far labels may lie off before data are in doubt, mm.
  ///   - isShown: whether a page shows the scan's mean before and after, of a motion that counts.
  func tell(_ corrected: Corrected?, areMoved: Bool, displaced: Double, isShown: Bool, _ curves: inout ScanCurves) {
    guard timing.frames.count > 1 else { return }
    var motion = corrected?.motion
    if motion == nil, let blocks = curves.sums.blocks {
      do throws(PETError) {
        motion = try FrameMotion(blocks, timing.frames, effort: .check, jobs: 1)
      } catch {
        curves.table.findings.append(
          Finding(
            .note, .motionUnsure, file: error.file ?? path, field: error.field ?? "motion",
            "how the head moved was not looked at: \(error.problem)", remedy: error.remedy))
      }
    }
    guard let motion else { return }
    let isCorrected = corrected?.isMade ?? false
    let isSeen = isShown && motion.extent > rule.limit
    let means = (isSeen ? corrected?.blocks ?? curves.sums.blocks : nil).map { MotionMeans(motion, $0, jobs: 1) }
    curves.motions = [ScanCurves.Motion(found: motion, isCorrected: isCorrected, means: means)]
    curves.table.findings += motion.findings(limit: rule.limit, isCorrected: isCorrected, file: path)
    if isCorrected, !areMoved, !motion.isStated, motion.labelsOff > displaced {
      curves.table.findings.append(
        Finding(
          .warning, .motionUnsure, file: path, field: PipelineKey.alignMode.path,
          value: NumberText.fixed(motion.labelsOff, decimals: 1),
          "the labels lie \(NumberText.fixed(motion.labelsOff, decimals: 1)) mm off the mean pose of the head, in which they are said to lie",
          remedy: "take them where the frames have them (align: move)", castsDoubt: true))
    }
    if corrected != nil, !isCorrected {
      curves.table.findings.append(
        Finding(
          .warning, .motionUnsure, file: path, field: PipelineKey.motionMode.path,
          "curves are not corrected for motion: masks, and labels under a field of displacements, are not moved",
          remedy: "give a label image that lies on the scan, or is brought there by a matrix"))
    }
  }
}

extension MotionStage {
  /// That curves of a table cannot be corrected.
  static func withoutImage(_ file: String) -> Finding {
    Finding(
      .warning, .motionUnsure, file: file, field: PipelineKey.motionMode.path,
      "curves of a table are not corrected for motion: there is no image of the scan",
      remedy: "give the image and its labels, or check in \(PipelineKey.motionMode.path)")
  }

  /// What a derivative's table of confounds says of curves or an image that it has corrected; why it cannot be read is told too.
  static func confounds(beside file: String, frames: FrameSchedule, _ rule: MotionRule) throws(PETError) -> [Finding] {
    guard rule.mode != .none, let path = try ConfoundsTable.path(beside: file) else { return [] }
    do throws(PETError) {
      return [try ConfoundsTable(path: path).finding(frames, limit: rule.limit)].compactMap { $0 }
    } catch {
      return [Finding(error, .note, .motionCorrected)]
    }
  }
}
