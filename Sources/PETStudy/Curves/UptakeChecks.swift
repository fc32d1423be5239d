package import PETCore

/// Whether activities fit what was injected: a factor of a thousand is a unit's, no person's.
package struct UptakeChecks {
  /// kBq of injected activity for each g of body.
  private let dosePerGram: Double
  /// How sure the weight is, for the words.
  private let weightIsKnown: Bool
  /// Whether the dose is one of a person; else the dose, not the unit of activity, is likely wrong.
  private let isUsual: Bool

  /// What is taken where the weight is not stated, kg; no adult is a factor of ten away.
  private static let usualWeight = 70.0

  /// - Parameters:
  ///   - megabecquerels: injected.
  ///   - weight: kg; nil when not known.
  ///   - isUsual: whether that is a usual dose.
  package init(megabecquerels: Double, weight: Double?, isUsual: Bool) {
    self.isUsual = isUsual
    dosePerGram = megabecquerels / (weight ?? Self.usualWeight)
    weightIsKnown = weight != nil
  }

  /// kBq of injected activity for each g of body; nil where the weight is not stated.
  package var statedDosePerGram: Double? { weightIsKnown ? dosePerGram : nil }

  /// The highest activity of something in units of injected activity per body mass (SUV, g/mL), if it cannot be.
  ///
  /// - Parameters:
  ///   - activity: kBq/mL.
  ///   - range: SUV outside which only a wrong unit explains it; a thousandfold error of any usual value is outside.
  func finding(
    _ code: Finding.Code, _ what: String, activity: Double, range: ClosedRange<Double>, file: String?, field: String,
    unit: String
  ) -> Finding? {
    let uptake = activity / dosePerGram
    guard activity > 0, uptake.isFinite, !range.contains(uptake) else { return nil }
    return Finding(
      isUsual ? .fault : .warning, code, file: file, field: field, value: unit,
      "\(what) is \(NumberText.short(Rounding.significant(activity, digits: 4))) kBq/mL, an uptake (SUV) of \(NumberText.short(Rounding.significant(uptake, digits: 4))) g/mL"
        + (weightIsKnown ? "" : " in \(NumberText.short(Self.usualWeight)) kg")
        + "; \(NumberText.short(range.lowerBound)) to \(NumberText.short(range.upperBound)) is possible",
      remedy: Self.remedy(uptake, range),
      castsDoubt: isUsual)
  }

  /// A unit that is wrong by a thousand, where that would make the value possible; what is further off has no such reason.
  private static func remedy(_ uptake: Double, _ range: ClosedRange<Double>) -> String {
    let isSmall = uptake < range.lowerBound
    if range.contains(isSmall ? uptake * 1000 : uptake / 1000) {
      return isSmall
        ? "a thousand times too small: the unit is probably larger (kBq/mL for Bq/mL)"
        : "a thousand times too large: the unit is probably smaller (Bq/mL for kBq/mL)"
    }
    let factor = isSmall ? range.lowerBound / uptake : uptake / range.upperBound
    let words = NumberText.short(Rounding.significant(factor, digits: 2))
    return "at least \(words) times too \(isSmall ? "small" : "large"): check unit, dose and scale factors of the image"
  }

  /// The same of regional curves.
  package func finding(_ curves: CurveTable, file: String, unit: String) -> Finding? {
    let known = curves.curves.flatMap(\.self).filter(\.isFinite)
    // What is negative on the whole has another fault than its unit.
    guard let peak = known.max(), let least = known.min(), peak > -least else { return nil }
    return finding(
      .suvScale, "the highest activity of a region", activity: peak, range: Self.tissue, file: file, field: "Units",
      unit: unit)
  }

  /// Arterial peaks are 5 to 100, of late manual samples about 1.
  static let blood = 0.1...1000.0
  /// Brain tissue peaks at 2 to 20; poorly entering tracers at some tenths.
  static let tissue = 0.05...200.0
}
