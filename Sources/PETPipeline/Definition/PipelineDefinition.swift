package import PETBinding
package import PETCore
package import PETImaging
package import PETKinetics
package import PETStudy
package import PETTracers

/// An analysis from scans to balance: a pipeline file as values.
package struct PipelineDefinition: Sendable {
  /// One of the two systems: which tracer, and how it is quantified.
  package struct Role: Sendable {
    package let system: TracerCard.System
    package let tracer: TracerCard
    /// Which scans are meant, where a session has several of the tracer.
    package var filter = EntityFilter()
    /// Of the scans; nil when not stated.
    package let resolution: ScanResolution?
    package let model: String
    /// What follows in regions where the model tells no measure; nil for nothing.
    package var choice: ModelChoice?
    /// Nil for models without a reference region.
    package let reference: String?
    /// The parameter that a balance takes of it.
    package var measure = "BPND"
    /// What is asked of its fits.
    package var choices = FitChoices()
  }

  /// Which regions are made of the segmentation's labels.
  package enum Definitions: Sendable, Equatable {
    case automatic
    case labels
    case table(String)
  }

  /// Which labels, and what is made of them.
  package struct Regions: Sendable {
    /// Path or file-name pattern; nil for automatic.
    package let segmentation: String?
    /// Pattern of masks in place of a segmentation, from the study's folder; nil for none.
    package let masks: String?
    /// Pattern of the transforms that bring the regions to the scan; nil where they lie on it.
    package let transform: String?
    package let definitions: Definitions
    /// Table of the user's own words; nil for none.
    package let vocabulary: String?
    /// Those and the built-in ones.
    package let words: AnatomicalVocabulary
  }

  /// How regional curves are taken.
  package struct Curves: Sendable {
    package let sampling: GridSampling
    /// FWHM in mm of a Gaussian before; nil for none.
    package let smoothing: Double?
    package let partialVolume: PartialVolume
  }

  /// What pages there are.
  package struct Report: Sendable {
    package let html: Bool
    /// Ends of the colours of maps by measure, the same for everybody; others are from each person's regions.
    package let colours: [String: Double]
  }

  /// Maps of every scan that has an image.
  package struct Maps: Sendable {
    /// Nil for each role's own model.
    package let model: String?
    /// FWHM in mm of a Gaussian before the voxels are fitted.
    package let smoothing: Double?
    package let withErrors: Bool
    package let withStatus: Bool
    /// Whether the maps of a pair become a balance map.
    package let balance: Bool
  }

  package let name: String
  package let summary: String
  package private(set) var numerator: Role
  /// Nil when one system is read alone: then there is no balance.
  package private(set) var denominator: Role?
  package let pairing: PairingRules
  package let regions: Regions
  package let motion: MotionRule
  package let alignment: AlignmentRule
  package let curves: Curves
  /// What is asked of the fits of all scans.
  package let scanChoices: FitChoices
  /// How blood samples become an input, for scans without an `_inputfunction.tsv`.
  package let blood: InputChoices
  /// Nil for no maps.
  package let maps: Maps?
  package let matchResolution: Bool
  package let balance: BalanceSettings
  /// Errors that are not statistical; nil where none is stated.
  package let uncertainty: UncertaintyRule?
  /// Confidence level of the limits of fits; that of the balance concerns pairs and groups alone.
  package let fitLevel: Double
  /// What is usual at a person's age and sex; nil when no table is named.
  package let norms: NormTable?
  package let report: Report
  /// Regions whose ratios are shown first; nil for the usual ones.
  package let primary: [String]?

  /// Those that are shown where a pipeline names none.
  static let usualPrimary = ["striatum", "putamen", "thalamus", "midbrain"]

  /// Tables that it names by paths relative to itself: what they are named, and where they are.
  package let companions: [(name: String, path: String)]
  /// The file as it was read.
  package let text: String
  /// What it says, key by key.
  let values: PipelineValues
  /// SHA-256 of its name and of all its values.
  package let digest: String
  /// The built-in tracers and those of the file that the pipeline names.
  package let tracers: TracerCatalogue
  /// What is to be said of the pipeline itself.
  package let findings: [Finding]

  /// The same with entities that the user asks for, `ROLE:ENTITY=VALUE`.
  package func filtered(_ options: [String]) throws(PETError) -> PipelineDefinition {
    var definition = self
    for option in options {
      let (role, key, value) = try EntityFilter.option(option)
      switch role {
      case numerator.system.rawValue: definition.numerator.filter[key] = value
      case denominator?.system.rawValue: definition.denominator?.filter[key] = value
      default:
        throw PETError(
          .usage, field: "--filter", "the pipeline reads no '\(role)'",
          remedy: NearestName.advice(for: role, among: roles.map(\.system.rawValue)))
      }
    }
    return definition
  }

  /// What is compared: one measure, or one over the other.
  package var measures: String {
    let all = roles.map(\.measure)
    return Set(all).count == 1 ? all[0] : all.joined(separator: " over ")
  }

  /// FWHM of the Gaussian, mm, that brings a role's scans to the coarser resolution of the two; nil for none.
  ///
  /// A correction for partial volume takes the scans as they are.
  package func smoothing(of role: Role) -> Double? {
    guard matchResolution, curves.partialVolume == .none, let own = role.resolution?.width,
      let first = numerator.resolution?.width, let second = denominator?.resolution?.width
    else { return nil }
    let target = max(first, second)
    return own < target ? (target * target - own * own).squareRoot() : nil
  }

  /// FWHM in mm of all smoothing before a role's regional curves are taken; nil for none.
  package func curveSmoothing(of role: Role) -> Double? { Self.together(smoothing(of: role), curves.smoothing) }

  /// Two Gaussians one after the other.
  private static func together(_ first: Double?, _ second: Double?) -> Double? {
    let widths = [first, second].compactMap { $0 }
    return widths.isEmpty ? nil : widths.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// The model that a role's maps are made with; nil for no maps.
  package func mapModel(of role: Role) -> String? { maps.map { $0.model ?? role.model } }

  /// FWHM in mm of all smoothing before a role's voxels are fitted: that which matches resolutions, and the maps' own.
  package func mapSmoothing(of role: Role) -> Double? {
    Self.together(smoothing(of: role), maps?.smoothing)
  }

  /// Whether curves are measured with labels or resolutions otherwise, besides.
  package var changesLabels: Bool { uncertainty.map { $0.step != nil || $0[.fwhm] != nil } ?? false }

  /// What is asked of the fits of a role.
  package func choices(of role: Role) -> FitChoices { role.choices.adding(scanChoices) }

  package var roles: [Role] { [numerator, denominator].compactMap { $0 } }
  /// The pair's label in file names.
  package var pair: String { BIDSName.label(roles.map(\.tracer.id).joined()) }
}
