package import PETKinetics

/// Something that moves an estimate and is not in its statistical error: what a pipeline may state under `uncertainty`.
package struct BudgetEffect: Sendable, Equatable {
  /// What the errors of two scans have in common.
  package enum Sharing: String, Sendable {
    /// One error for both.
    case common
    /// An error of its own for each.
    case scan
    /// Shown beside the budget, and never added to it.
    case shown
  }

  /// What a reader of a page sees as one.
  package enum Group: String, Sendable, CaseIterable {
    case labels, resolution, motion, model, days
  }

  /// The key under `uncertainty`.
  package let key: String
  /// Numbers are spreads (SD) in the unit; words have the scan's own tell it; nil for an effect of two numbers.
  package let kind: FitSetting.Kind?
  package let unit: String
  package let sharing: Sharing
  /// What it is, in a sentence.
  package let meaning: String
  package let example: String
  /// Where a spread that is given by a word is from; nil where a number must be asked for.
  package let source: String?

  /// What rows of refits are called that tell of it.
  package var rows: String { [.segmentation, .alignment].contains(self) ? Refits.labels : key }

  package var group: Group {
    switch self {
    case .segmentation, .alignment: .labels
    case .fwhm: .resolution
    case .motion: .motion
    case .days: .days
    default: .model
    }
  }

  package static func == (a: BudgetEffect, b: BudgetEffect) -> Bool { a.key == b.key }

  package static func named(_ key: String) -> BudgetEffect? { all.first { $0.key == key } }
}

extension BudgetEffect {
  /// Words by which a spread is the scan's own.
  package static let (told, between, resampled, published) = ("se", "spread", "bootstrap", "retest")
  package static let (parts, eroded, both, fuller) = ("parts", "eroded", "both", "fuller")

  package static let segmentation = BudgetEffect(
    key: "segmentation", kind: .number(0.01...10, unit: "mm"), unit: "mm", sharing: .common,
    meaning: "where the labels lie in the head: SD of each coordinate, and of turns about each axis to match at 60 mm, "
      + "in both scans together", example: "0.5", source: nil)
  package static let alignment = BudgetEffect(
    key: "alignment", kind: .number(0.01...10, unit: "mm", words: [told]), unit: "mm", sharing: .scan,
    meaning: "the same in each scan alone; se: by the fit of the labels that were moved to it", example: "0.7",
    source: "the standard error of the fit, and what such fits leave on simulated scans with right labels")
  package static let fwhm = BudgetEffect(
    key: "fwhm", kind: .number(0.01...5, unit: "mm", words: [told]), unit: "mm", sharing: .scan,
    meaning:
      "the resolution that is taken out: one error for both scans where it is given for one scanner, else one each; "
      + "se: that of each scan's own estimate", example: "0.5",
    source: "the standard error of the scan's own estimate")
  package static let motion = BudgetEffect(
    key: "motion", kind: .words([told]), unit: "mm", sharing: .scan,
    meaning: "the poses that curves are corrected by, frame by frame within their errors", example: told,
    source: "the standard errors of the poses, with the floor that a head which lay still shows")
  package static let k2prime = BudgetEffect(
    key: "k2prime", kind: .number(0.1...100, unit: "%", words: [between]), unit: "%", sharing: .scan,
    meaning: "the one k2' that stands for all regions; spread: SD of k2' between them beyond its errors",
    example: between,
    source: "the moments of Cochran's Q over the scan's regions (doi:10.1016/0197-2456(86)90046-2)")
  package static let bloodVolume = BudgetEffect(
    key: "blood-volume", kind: nil, unit: "mL/cm3", sharing: .common,
    meaning: "the blood volume of models that hold it", example: "{mean: 0.05, sd: 0.015}", source: nil)
  package static let reference = BudgetEffect(
    key: "reference", kind: .number(0.0001...0.5, unit: ""), unit: "share", sharing: .scan,
    meaning: "the height of the reference curve", example: "0.02", source: nil)
  package static let input = BudgetEffect(
    key: "input", kind: .words([resampled]), unit: "%", sharing: .scan,
    meaning: "the arterial input of plasma models: its samples drawn anew about their fits, one draw for all regions",
    example: resampled, source: "the residuals of the blood samples about smooth curves")
  package static let days = BudgetEffect(
    key: "days", kind: .words([published]), unit: "%", sharing: .scan,
    meaning: "what changes in a person between scans of different days, where the tracer's card tells it",
    example: published, source: "test-retest figures of the tracer's card")
  package static let scanEnd = BudgetEffect(
    key: "scan-end", kind: .number(0.5...600, unit: "min"), unit: "min", sharing: .shown,
    meaning: "the scan cut at its end", example: "10", source: nil)
  package static let scanStart = BudgetEffect(
    key: "scan-start", kind: .number(0.1...600, unit: "min"), unit: "min", sharing: .shown,
    meaning: "the first minutes left out of the fit", example: "2", source: nil)
  package static let referenceExtent = BudgetEffect(
    key: "reference-extent", kind: .words([parts, eroded, both]), unit: "", sharing: .shown,
    meaning: "each part of a reference of several regions alone; eroded: the reference without its outermost voxels",
    example: both, source: nil)
  package static let model = BudgetEffect(
    key: "model", kind: .words([fuller]), unit: "", sharing: .shown,
    meaning: "the fuller forms of the model: k2' in each region, FRTM, blood volume, one tissue more", example: fuller,
    source: nil)

  /// In the order of tables and pages.
  package static let all = [
    segmentation, alignment, fwhm, motion, k2prime, bloodVolume, reference, input, days, scanEnd, scanStart,
    referenceExtent, model,
  ]
}

/// What a pipeline states of errors that are not statistical.
package struct UncertaintyRule: Sendable, Equatable {
  /// How large an error is.
  package enum Spread: Sendable, Equatable {
    /// SD in the unit of the effect.
    case number(Double)
    /// As the scan itself tells it.
    case word(String)
    /// About a value.
    case about(mean: Double, sd: Double)

    package var number: Double? { if case .number(let value) = self { value } else { nil } }
  }

  private var spreads: [String: Spread] = [:]

  package init() {}

  package subscript(effect: BudgetEffect) -> Spread? {
    get { spreads[effect.key] }
    set { spreads[effect.key] = newValue }
  }

  /// Whether one of two extents of the reference is asked for.
  package func asksExtent(_ word: String) -> Bool {
    [.word(word), .word(BudgetEffect.both)].contains(self[.referenceExtent])
  }

  /// In the order of all.
  package var effects: [BudgetEffect] { BudgetEffect.all.filter { spreads[$0.key] != nil } }

  /// How far labels are moved to see what it does, mm; nil where no effect asks.
  package var step: Double? {
    let lengths = [BudgetEffect.segmentation, .alignment].compactMap { self[$0]?.number }
    if let largest = lengths.max() { return largest }
    return self[.alignment] == nil && self[.motion] == nil ? nil : Self.usualStep
  }

  /// Mm: a quarter of a usual voxel, which curves change with linearly.
  private static let usualStep = 0.5
}
