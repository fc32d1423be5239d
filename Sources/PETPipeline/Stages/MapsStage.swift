package import PETCore
package import PETImaging
package import PETKinetics
package import PETMaps
package import PETStudy

/// Maps of a scan beside the regional fits that they were made with.
package struct ScanMaps: Sendable {
  package let maps: ParametricMaps
  /// The maps' model fitted to the regions, or to the mask's mean curve when there are none.
  package let fits: RegionalFits
  package let regions: MapRegions?
  /// FWHM in mm.
  package let smoothing: Double?
  /// Whether frames were read with the head in one pose.
  package let areInPose: Bool
  /// What is to be said of the maps as a whole.
  package let findings: [Finding]
}

/// Stage 6, maps: a model fitted to every voxel, with input, weights and k2' of the regions.
package enum MapsStage {
  /// Fewer voxels than this make no reference curve, only noise.
  package static let fewestReferenceVoxels = 10

  /// How the voxels are chosen and fitted.
  package struct Choices: Sendable {
    /// Path of a mask image; nil for the segmentation's voxels, or the brain by its uptake without one.
    package var mask: String?
    /// FWHM in mm of a Gaussian over each frame before the voxels are fitted; regions are not smoothed.
    package var smoothing: Double?
    package var withErrors = false
    /// Of a reference that is named by a word.
    package var words = AnatomicalVocabulary.builtIn
    package var effort = ParametricMaps.Effort()
    /// Called with the share of frames that were read.
    package var reading: (@Sendable (Double) -> Void)?

    package init() {}
  }

  /// Maps of one image named on the command line.
  ///
  /// - Parameter segmentation: with the regions of it; nil for models that need no region.
  package static func run(
    _ scan: DynamicScan, segmentation: (named: NamedSegmentation, regions: [RegionDefinition])?,
    model: any KineticModel.Type, reference: String?, settings: FitSettings, choices: Choices
  ) throws(PETError) -> ScanMaps {
    let timing = scan.timing
    let mask = try mask(scan, weights: segmentation?.named.weights, choices)
    let request = VoxelRequest(
      mask: mask, smoothing: choices.smoothing, jobs: choices.effort.jobs, progress: choices.reading)
    var curves: ScanCurves
    if let segmentation {
      var regions = ScanRegions(segmentation.named, segmentation.regions, of: scan)
      regions.findings += mask.findings
      curves = try CurvesStage.measured(
        scan.path, timing: timing, regions, sampling: .labelsToImage, findings: timing.findings + scan.findings,
        voxels: request)
    } else {
      let (voxels, findings) = try VoxelCurves.read(path: scan.path, request, frames: timing.storedFrames)
      var table = CurveTable(frames: timing.frames, names: ["mask"], curves: [timing.activity(voxels.means)])
      table.isotope = timing.isotope
      table.findings =
        timing.findings + scan.findings + mask.findings + findings + CurveChecks.findings(table, file: scan.path)
      curves = ScanCurves(
        table: table, indices: [nil], voxelCounts: [voxels.count], label: "", sources: [scan.path], voxels: voxels,
        keptFrames: timing.keptFrames)
    }
    curves.table.vocabulary = choices.words
    return try run(
      curves, weights: segmentation?.named.weights, model: model, reference: reference,
      settings: settings, choices: choices)
  }

  /// Maps of a scan of a pipeline; nil when none are asked for, or the scan has curves and no image.
  static func run(
    _ role: PipelineDefinition.Role, _ curves: ScanCurves, _ inputs: ModelInputs, _ definition: PipelineDefinition,
    weights: RegionWeights?
  ) throws(PETError) -> ScanMaps? {
    guard let maps = definition.maps, let name = definition.mapModel(of: role), let weights, curves.voxels != nil
    else { return nil }
    var choices = Choices()
    choices.smoothing = definition.mapSmoothing(of: role)
    choices.withErrors = maps.withErrors
    let model = try ModelCatalogue.named(name)
    return try run(
      curves, weights: weights, model: model, reference: role.reference,
      settings: try inputs.settings(for: model.card), choices: choices)
  }

  /// Maps of curves that were gathered voxel by voxel.
  static func run(
    _ curves: ScanCurves, weights: RegionWeights?, model: any KineticModel.Type,
    reference: String?, settings: FitSettings, choices: Choices
  ) throws(PETError) -> ScanMaps {
    guard let voxels = curves.voxels else {
      throw PETError(.internalFault, field: "maps", "no voxels were gathered", remedy: "please report it")
    }
    if model.card.needs.contains(.referenceCurve), let reference {
      let members = try curves.table.curve(of: reference).members
      let count = members.reduce(0) { $0 + curves.voxelCounts[$1] }
      guard count >= fewestReferenceVoxels else {
        throw PETError(
          .wrongInput, file: curves.sources.last, field: "reference",
          "'\(reference)' has \(count) voxels: its curve would be noise",
          remedy: "choose a region of \(fewestReferenceVoxels) voxels or more")
      }
    }
    let fits = try RegionalFits(curves.table, model: model, reference: reference, settings: settings)
    let frames = fits.keptFrames.map { curves.keptFrames[$0] }
    let maps = try ParametricMaps(
      voxels, frames: frames, model: model, input: fits.input, withErrors: choices.withErrors, effort: choices.effort)
    let regions = try weights.map { (weights) throws(PETError) in
      try MapRegions(
        maps, voxels: voxels, frames: frames, fits: fits, weights: weights, regions: curves.regions,
        jobs: choices.effort.jobs)
    }
    let empty = maps.statuses.count { !$0.hasEstimates }
    let weak = maps.statuses.count { $0 != .converged } - empty
    var findings: [Finding] = []
    for (count, code, words) in [
      (empty, Finding.Code.voxelsWithoutValue, "have no estimate"),
      (weak, .voxelsMarked, "ended at a bound or are poorly identified"),
    ] where count > maps.statuses.count / 5 {
      findings.append(
        Finding(
          .warning, code, file: curves.sources.first, field: "voxels", value: "\(count)",
          "\(count) of \(maps.statuses.count) voxels \(words)", remedy: "look at the status map, and at the settings"))
    }
    return ScanMaps(
      maps: maps, fits: fits, regions: regions, smoothing: choices.smoothing, areInPose: voxels.areInPose,
      findings: findings)
  }

  /// Refuses models that are no voxel's.
  package static func check(_ card: ModelCard) throws(PETError) {
    if card.needs.contains(.regions) {
      throw PETError(
        .usage, field: "--model", "\(card.id) is estimated over regions together and has no map",
        remedy: "choose another model")
    }
  }

  private static func mask(_ scan: DynamicScan, weights: RegionWeights?, _ choices: Choices) throws(PETError)
    -> VoxelMask
  {
    if let path = choices.mask { return try VoxelMask(path: path, on: scan.header.grid, image: scan.path) }
    if let weights { return try VoxelMask(labelled: weights, on: scan.header.grid, image: scan.path) }
    return try VoxelMask(brainOf: scan.path, durations: scan.timing.storedDurations)
  }
}

extension Finding.Code {
  package static let voxelsMarked = Finding.Code("voxels-marked")
  package static let voxelsWithoutValue = Finding.Code("voxels-without-value")
}
