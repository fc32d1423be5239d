import PETCore
import PETImaging
import PETRegistration
import PETStudy

/// Stage 3 of a scan that has an image: labels aligned, curves measured and corrected, as the pipeline asks.
struct ImageCurves {
  let definition: PipelineDefinition
  let role: PipelineDefinition.Role
  let path: String
  let timing: ScanTiming

  private var isCorrected: Bool { definition.curves.partialVolume == .gtm }

  /// - Parameter findings: on the scan, before those on its regions.
  func run(_ stated: ScanRegions, findings: [Finding]) throws(PETError) -> ScanCurves {
    var regions = stated
    let told = try MotionStage.stated(&regions.weights, regions.poses, regions.transforms, timing)
    var alignment: LabelAlignment?
    // Where labels are moved to is known before curves are measured; what else is asked is worked out of the same pass.
    if definition.alignment.mode == .move {
      let found = try align(try LateMean(path: path, shares: timing.lateShares), regions, .search)
      if found.isSure { regions.weights.pose = PointMap(found.pose) }
      alignment = found
    }
    let isEstimated = isCorrected && role.resolution == .estimated
    var sums: CurvesStage.Sums = []
    if definition.report.html { sums.insert(.picture) }
    if isCorrected { sums.insert(.mean) }
    if alignment == nil, definition.alignment.mode == .check || isEstimated, regions.weights.ownLabels != nil {
      sums.insert(.late)
    }
    let isMoved = definition.alignment.mode == .move && alignment?.isSure ?? false
    let motion = MotionStage(rule: definition.motion, path: path, timing: timing, fwhm: role.resolution?.width)
    // Samples of the scan at the labels' own voxels need no shares.
    let areShared = (isMoved || !regions.poses.isEmpty) && definition.curves.sampling == .labelsToImage
    let (corrected, lost) = try motion.corrected(regions, stated: told, areMoved: isMoved, areShared: areShared)
    let isStated = corrected?.motion.isStated ?? false
    // The mean over time is blurred by motion: frames tell better where the labels lie.
    if isMoved, !isStated, corrected?.labels != nil, let placing = corrected?.motion.placing.inverse,
      let pose = regions.weights.pose?.affine
    {
      regions.weights.pose = PointMap(pose.after(placing))
    }
    if definition.motion.mode == .check, !isStated || definition.report.html { sums.insert(.blocks) }
    // Once the labels lie where they are taken.
    let request = try definition.maps.map { (_) throws(PETError) in
      VoxelRequest(
        mask: try VoxelMask(labelled: regions.weights, on: try VoxelStream(path: path).header.grid, image: path),
        smoothing: definition.mapSmoothing(of: role), poses: corrected.flatMap(motion.poses))
    }
    var measuring = regions
    if areShared {
      measuring.weights = try regions.weights.shared(on: try VoxelStream(path: path).header.grid)
    }
    var curves = try CurvesStage.measured(
      path, timing: timing, measuring, sampling: definition.curves.sampling,
      smoothing: definition.curveSmoothing(of: role),
      findings: findings, voxels: request, sums: sums, moved: corrected?.moved)
    motion.tell(
      corrected, areMoved: isMoved, displaced: definition.alignment.limit, isShown: definition.report.html, &curves)
    curves.table.findings += [lost].compactMap { $0 }
    curves.table.findings += try MotionStage.confounds(beside: path, frames: timing.frames, definition.motion)
    if let late = curves.sums.late {
      do throws(PETError) { alignment = try align(late, regions, .check) } catch {
        curves.table.findings.append(Self.unchecked(error))
      }
    }
    curves.weights = regions.weights
    if let alignment {
      curves.alignments = [ScanCurves.Alignment(found: alignment, isMoved: isMoved)]
      if definition.alignment.mode != .none {
        curves.table.findings += alignment.findings(
          limit: definition.alignment.limit, isMoved: isMoved, given: role.resolution?.width,
          isTaken: isCorrected, labels: stated.weights.file)
      }
    }
    if isCorrected {
      try curves.correct(path, timing: timing, regions, resolution(alignment), moved: corrected?.labels, jobs: 1)
    }
    if let rule = definition.uncertainty {
      curves.changed = try changed(
        curves, regions, corrected, motion, ChangedCurves.Wish(rule, areMoved: isMoved))
    }
    curves.sums = MeasuredSums()
    return curves
  }

  private func align(_ late: LateMean, _ regions: ScanRegions, _ effort: LabelAlignment.Effort) throws(PETError)
    -> LabelAlignment
  {
    try AlignmentStage.run(late, of: path, regions.weights, fwhm: role.resolution?.width, effort: effort)
  }

  /// The point spread that is taken out; nil where the scan's own is not told.
  private func resolution(_ alignment: LabelAlignment?) -> CurveCorrection.Resolution? {
    switch role.resolution {
    case .given(let spread)?: return CurveCorrection.Resolution(inPlane: spread.inPlane, axial: spread.axial)
    case .estimated?, nil: return alignment?.resolution.flatMap(CurveCorrection.Resolution.init(estimate:))
    }
  }

  private static func unchecked(_ error: PETError) -> Finding {
    Finding(
      .note, .alignmentUnsure, file: error.file, field: error.field ?? "align",
      "where the labels lie on the scan was not looked at: \(error.problem)", remedy: error.remedy)
  }
}

extension ScanCurves {
  /// Where labels were found to lie.
  struct Alignment: Sendable {
    let found: LabelAlignment
    /// Whether the curves were taken with the labels there.
    let isMoved: Bool
  }
}

extension ScanCurves {
  /// How the head moved.
  struct Motion: Sendable {
    let found: FrameMotion
    /// Whether the curves were taken with the labels where each frame has them.
    let isCorrected: Bool
    /// For the page, where there is something to see.
    var means: MotionMeans?
  }
}

/// Sums of frames that were made while a scan was read.
struct MeasuredSums: Sendable {
  /// Over the scan, kBq/mL, one value a voxel.
  var mean: [Float]?
  var late: LateMean?
  /// Every frame, kBq/mL.
  var blocks: FrameBlocks?
  var grid: Grid?
  /// What a correction for partial volume was made with.
  var correction: CorrectedCurves.Basis?
}
