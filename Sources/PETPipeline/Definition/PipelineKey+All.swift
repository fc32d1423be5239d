import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETStudy

extension PipelineKey {
  /// Every key, in the order of a pipeline.
  package static let all: [PipelineKey] =
    top + read + regions + motion + align + curves + input + models + maps + balance + uncertainty + report

  private static let top = [
    PipelineKey(
      "name", .text("a name"), standard: "that of the file",
      "what the analysis is called; results of another name are "
        + "never replaced unasked", example: "my-analysis", reaches: []),
    PipelineKey(
      "description", .text("a sentence"), standard: "none", "what it is, for pages and the README",
      example: "DAT over SERT", reaches: [.pages]),
  ]

  private static let read =
    [
      PipelineKey(
        "read.tracers", .text("a YAML file"), standard: "none",
        "tracers of your own; one with a built-in id takes its place", example: "mine.yaml",
        reaches: [.curves, .fits, .pairs, .pages]),
      pairingBy, pairingWithin,
      PipelineKey(
        "read.pairing.table", .text("a table"), standard: "none",
        "which scans make a pair, a row each; it decides alone",
        example: "pairs.tsv", reaches: [.pairs]),
      PipelineKey(
        "read.*.tracer", .text("id, name or another spelling of a tracer"), standard: nil,
        "the tracer of the system's scans", example: "raclopride", reaches: [.curves, .fits, .pairs, .pages]),
      fwhm,
    ]
    + EntityFilter.keys.map { entity in
      PipelineKey(
        "read.*.\(entity)", .text("a value, or none for scans without it"), standard: "any",
        "which scans are meant, where a session has several of the tracer", example: "1", reaches: [.curves])
    }

  static let pairingBy = PipelineKey(
    "read.pairing.by", .value(.words(["session", "date"])), standard: "session",
    "whether scans of one session make a pair, or those nearest in time", example: "date", reaches: [.pairs])
  static let pairingWithin = PipelineKey(
    "read.pairing.within", .value(.number(0...36_525, unit: "days")), standard: "any",
    "how far apart the scans of a pair may lie", example: "60", reaches: [.pairs])
  static let fwhm = PipelineKey(
    "read.*.fwhm", .resolution, standard: "not known",
    "the resolution of the scans, FWHM of the point spread without the voxel: the finer of two is smoothed to the other, "
      + "and partial volume is corrected by it; auto corrects by each scan's own estimate, and smooths nothing",
    example: "6",
    reaches: [.curves, .pairs])

  private static let regions = [
    PipelineKey(
      "regions.segmentation", .text("auto, a path, or a file name with *"), standard: "auto",
      "the label image: auto takes the only _dseg of scan, session or person", example: "'*_seg-gtm_dseg.nii.gz'",
      reaches: [.curves]),
    PipelineKey(
      "regions.masks", .text("a pattern with * and ?, from the study's folder"), standard: "none",
      "masks in place of a label image: one file a region (0 and 1, or fractions) or one 4-D file; {participant} and "
        + "{session} stand for the scan's", example: "'derivatives/rois/{participant}/roi_*.nii.gz'", reaches: [.curves]
    ),
    PipelineKey(
      "regions.atlas", .text("a path from the study's folder"), standard: "none",
      "a template's label image, which regions.transform brings to every scan",
      example: "atlases/tpl-MNI152_dseg.nii.gz",
      reaches: [.curves]),
    PipelineKey(
      "regions.transform", .text("patterns with * and ?, from the study's folder, joined by commas"), standard: "none",
      "transforms from the labels to the scan, first to last: ITK (ANTs, its warps too), .lta (FreeSurfer), a matrix of FSL; the last "
        + "may hold one for each frame (PETPrep)",
      example: "'derivatives/xfm/{participant}/{participant}_from-T1w_to-pet_xfm.txt'", reaches: [.curves]),
    PipelineKey(
      "regions.definitions", .text("auto, labels, or a table"), standard: "auto",
      "auto merges left and right and makes composites; labels takes the labels alone; a table adds its own",
      example: "regions.tsv", reaches: [.curves]),
    PipelineKey(
      "regions.vocabulary", .text("a table with columns word and labels"), standard: "none",
      "anatomical words of your own (labels joined by +), in place of built-in words and regions of those names",
      example: "words.tsv",
      reaches: [.curves]),
  ]

  static let motionMode = PipelineKey(
    "motion.mode", .value(.words(MotionRule.Mode.allCases.map(\.rawValue))), standard: MotionRule.usual.mode.rawValue,
    "how the head moved from frame to frame: told, or curves taken with the labels where each frame has them",
    example: "correct", reaches: [.curves])
  static let motionLimit = PipelineKey(
    "motion.limit", .value(.number(0.1...50, unit: "mm")), standard: NumberText.exact(MotionRule.usual.limit),
    "how far the head may move (rms over head and time after 5 min) before the scan's data are in doubt",
    example: "3", reaches: [.curves])
  private static let motion = [motionMode, motionLimit]

  static let alignMode = PipelineKey(
    "align.mode", .value(.words(AlignmentRule.Mode.allCases.map(\.rawValue))),
    standard: AlignmentRule.usual.mode.rawValue,
    "where the labels lie on the scan, by the scan itself: told, or taken as found", example: "move", reaches: [.curves]
  )
  static let alignLimit = PipelineKey(
    "align.limit", .value(.number(0.1...50, unit: "mm")), standard: NumberText.exact(AlignmentRule.usual.limit),
    "how far labels may lie off before the scan's data are in doubt", example: "3", reaches: [.curves])
  private static let align = [alignMode, alignLimit]

  static let sampling = PipelineKey(
    "curves.sampling", .value(.words(GridSampling.allCases.map(\.rawValue))), standard: "labels-to-image",
    "how labels meet voxels of another grid", example: "image-to-labels", reaches: [.curves])
  static let smooth = PipelineKey(
    "curves.smooth", .value(.number(0...50, unit: "mm")), standard: "0",
    "FWHM of a Gaussian over each frame before regional curves are taken", example: "4", reaches: [.curves])
  static let partialVolume = PipelineKey(
    "curves.partial-volume", .value(.words(PartialVolume.allCases.map(\.rawValue))),
    standard: PartialVolume.none.rawValue,
    "whether the curves of both scans are corrected for what neighbours spill into each region; it takes fwhm of each",
    example: PartialVolume.gtm.rawValue, reaches: [.curves, .pairs])
  private static let curves = [sampling, smooth, partialVolume]

  static let parentFraction = PipelineKey(
    "input.parent-fraction", .value(.words(ParentFraction.Model.allCases.map(\.rawValue) + ["auto", "none"])),
    standard: InputChoices().parentFraction?.rawValue ?? "auto",
    "the model of the metabolite-free fraction; none takes all activity as parent", example: "hill", reaches: [.fits])
  static let bloodRatio = PipelineKey(
    "input.blood-ratio", .value(.words(BloodRatio.Model.allCases.map(\.rawValue))),
    standard: InputChoices().ratio.rawValue, "whole blood over plasma, where one is made of the other",
    example: "interpolation", reaches: [.fits])
  static let aif = PipelineKey(
    "input.aif", .value(.words(ArterialCurve.Model.allCases.map(\.rawValue) + ["auto"])),
    standard: InputChoices().arterial?.rawValue ?? "auto", "the model of the arterial curve", example: "feng",
    reaches: [.fits])
  static let dispersion = PipelineKey(
    "input.dispersion", .value(.number(0...120, unit: "s")), standard: "none",
    "the time constant of the sampling line, taken out of automatic samples", example: "5", reaches: [.fits])
  private static let input =
    settings(of: .scan, in: "input.") + [parentFraction, bloodRatio, aif, dispersion]

  private static func settings(of scope: FitSetting.Scope, in section: String) -> [PipelineKey] {
    FitSetting.all.filter { $0.scope == scope }.map { setting in
      PipelineKey(
        section + setting.key, .value(setting.kind), standard: setting.standard, setting.meaning,
        example: setting.yaml, reaches: [.fits])
    }
  }

  static let fitLevel = level("models.level", "of the limits of fits", reaches: [.fits])
  static let choose = PipelineKey(
    "models.*.choose", .value(.words(ModelChoice.Rule.allCases.map(\.rawValue))), standard: "reliable",
    "how otherwise is chosen: the first that is reliable in the region, or the better by AIC", example: "aic",
    reaches: [.fits])
  private static let models =
    [
      fitLevel,
      PipelineKey(
        "models.*.model", .text("one of petbalance models"), standard: nil, "the model of the system's scans",
        example: "SRTM", reaches: [.fits]),
      PipelineKey(
        "models.*.otherwise", .text("a model of the same input and outcome"), standard: "none",
        "the model that follows in regions where the first tells no measure", example: "MA1", reaches: [.fits]),
      choose,
      PipelineKey(
        "models.*.reference", .text("a region, or several joined by +"), standard: "none",
        "the reference region of models that need one", example: "cerebellum", reaches: [.fits]),
    ] + settings(of: .role, in: "models.*.")

  static let mapSmooth = PipelineKey(
    "maps.smooth", .value(.number(0.1...50, unit: "mm")), standard: "none",
    "FWHM of a Gaussian over each frame before voxels are fitted", example: "6", reaches: [.maps])
  private static let maps = [
    PipelineKey(
      "maps.model", .text("one of petbalance models"), standard: "each scan's own", "the model of the maps",
      example: "MRTM2", reaches: [.maps]),
    mapSmooth,
    PipelineKey(
      "maps.se-maps", .flag, standard: "true", "maps of standard errors", example: "true", reaches: [.maps]),
    PipelineKey(
      "maps.status-map", .flag, standard: "true", "a label image of how every voxel's fit ended", example: "true",
      reaches: [.maps]),
    PipelineKey(
      "maps.balance", .flag, standard: "true", "the balance in every voxel", example: "true", reaches: [.pairs]),
  ]

  private static func level(_ path: String, _ whose: String, reaches: Set<Reach>) -> PipelineKey {
    PipelineKey(
      path, .value(.number(ConfidenceLevel.range, unit: "")), standard: NumberText.exact(ConfidenceLevel.usual),
      "the confidence level \(whose)", example: "0.9", reaches: reaches)
  }

  static let balanceLevel = level("balance.level", "of sets and limits of pairs and groups", reaches: [.pairs, .pages])
  static let resolution = PipelineKey(
    "balance.resolution", .value(.words(["match", "ignore"])), standard: "match",
    "whether the finer scan is smoothed to the resolution of the other, where both are known", example: "ignore",
    reaches: [.pairs])
  static let correlation = PipelineKey(
    "balance.correlation", .value(.number(-0.99...0.99, unit: "")), standard: "0",
    "the correlation of the two estimates' errors", example: "0.2", reaches: [.pairs])
  static let retest = PipelineKey(
    "balance.retest.*", .value(.number(0...1, unit: "")), standard: "none",
    "the within-subject CV of a system between sessions, added to the errors of ratios", example: "0.05",
    reaches: [.pairs])
  static let draws = PipelineKey(
    "balance.bootstrap", .value(.whole(100...1_000_000, of: "draws")), standard: "none",
    "limits of the log ratio by normal draws beside the others", example: "2000", reaches: [.pairs])
  static let seed = PipelineKey(
    "balance.seed", .value(.whole(0...9_007_199_254_740_992)), standard: "1", "the seed of the draws",
    example: "1", reaches: [.pairs])
  private static let balance = [
    PipelineKey(
      "balance.measure", .text("a parameter of both models, or one of each: {dopamine: Kiref, serotonin: BPND}"),
      standard: "BPND, or one system's outcome", "the measure that is compared", example: "VT",
      reaches: [.fits, .pairs, .pages]),
    balanceLevel, resolution, correlation,
    PipelineKey(
      "balance.centre-over", .list("regions"), standard: "all", "the regions whose mean log ratio is taken from each",
      example: "[Putamen, Thalamus]", reaches: [.pairs]),
    PipelineKey(
      "balance.cross", .mapping("a mapping {name: [numerator, denominator]}"), standard: "none",
      "ratios of different regions", example: "{name: [Putamen, Raphe]}", reaches: [.pairs]),
    retest,
    PipelineKey(
      "balance.calibration.*", .list("a value and its standard error, pmol/mL for one"), standard: "none",
      "what turns the measure into a density", example: "[12, 1]", reaches: [.pairs]),
    draws, seed,
    PipelineKey(
      "balance.primary", .list("regions"), standard: PipelineDefinition.usualPrimary.joined(separator: ", "),
      "the regions whose ratios are shown first", example: "[Putamen, Thalamus]", reaches: [.pages]),
    PipelineKey(
      "balance.norms", .text("a table of petbalance norms"), standard: "none", "what is usual at a person's covariates",
      example: "norms.tsv", reaches: [.pairs, .pages]),
  ]

  static let bloodVolumeMean = PipelineKey(
    "uncertainty.\(BudgetEffect.bloodVolume.key).mean", .value(.number(0...0.99, unit: "mL/cm3")), standard: "none",
    BudgetEffect.bloodVolume.meaning, example: "0.05", reaches: [.fits, .pairs])
  static let bloodVolumeSpread = PipelineKey(
    "uncertainty.\(BudgetEffect.bloodVolume.key).sd", .value(.number(0.0001...0.5, unit: "mL/cm3")), standard: "none",
    "its spread", example: "0.015", reaches: [.fits, .pairs])

  /// That of an effect of one number or word.
  static func effect(_ effect: BudgetEffect, _ kind: FitSetting.Kind) -> PipelineKey {
    PipelineKey(
      "uncertainty.\(effect.key)", .value(kind), standard: "none",
      effect.meaning + (effect.sharing == .shown ? " (shown, not added)" : ""), example: effect.example,
      reaches: [.fits, .pairs])
  }

  private static let uncertainty = BudgetEffect.all.flatMap { own in
    own.kind.map { [effect(own, $0)] } ?? [bloodVolumeMean, bloodVolumeSpread]
  }

  private static let report =
    [
      PipelineKey(
        "report.html", .flag, standard: "true", "pages of persons and of the study", example: "false",
        reaches: [.curves, .pages])
    ] + colours.map(colour)

  /// The end of the colours of maps of a measure.
  static func colour(_ measure: String) -> PipelineKey {
    PipelineKey(
      "report.colours.\(measure)", .value(.number(1e-6...1e6, unit: "")),
      standard: usualColours[measure].map { NumberText.exact($0) } ?? "from each person's regions",
      "the end of the colours of maps of \(measure)", example: "4", reaches: [.pages])
  }

  static let usualColours = ["BPND": 4.0, "log-ratio": 3]
  /// Measures whose colours may be given.
  static let colours = Set(ModelCatalogue.all.map { $0.card.outcome }).union(["log-ratio"]).sorted()
}
