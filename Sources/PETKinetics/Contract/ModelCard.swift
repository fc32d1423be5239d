package import PETCore

/// Everything the rest of the product needs to know of a model without running it.
///
/// Help, validation, table headers, sidecars and the methods sentence are all made from cards.
package struct ModelCard: Sendable, Identifiable {
  package enum Need: String, Sendable, CaseIterable {
    case referenceCurve = "reference curve"
    case plasma = "plasma input"
    case wholeBlood = "whole blood"
    case k2prime = "k2'"
    case linearStart = "t*"
    case window
    case dose = "dose and body weight"
    case regions = "all regions together"
  }

  package struct Parameter: Sendable {
    package let symbol: String
    package let meaning: String
    package let unit: Unit
    /// Internal units.
    package let bounds: ClosedRange<Double>
    /// Internal units.
    package let typical: Double
    package let fitted: Bool

    package init(
      _ symbol: String, _ meaning: String, _ unit: Unit, in bounds: ClosedRange<Double>, typical: Double,
      fitted: Bool = true
    ) {
      self.symbol = symbol
      self.meaning = meaning
      self.unit = unit
      self.bounds = bounds
      self.typical = typical
      self.fitted = fitted
    }
  }

  /// The token of tables, file names and pipelines, in the spelling of BEP023.
  package let id: String
  package let title: String
  package let needs: Set<Need>
  package let parameters: [Parameter]
  /// The parameter that counts as the outcome.
  package let outcome: String
  /// The works that it is cited by, the one that describes it first.
  package let references: [Reference]
  /// One sentence for the methods paragraph.
  package let sentence: String
  /// Parameters that a measure follows from, where these are more than the measure itself: one of them at its bound takes
  /// the measure's meaning with it.
  package var formulas: [String: [String]] = [:]
  /// The model that predicts the measured curve by the same compartments, where this one does not or holds k2' too.
  package var kinetics: String?
  /// The model that it becomes without what it has more.
  package var extends: String?
  /// The blood volume of the model when nothing is asked for.
  package var bloodVolume = BloodVolume.fixed(0)
  /// Whether the running integral of a measured curve enters, so that its beginning and its gaps count; nil for what the
  /// needs tell: all but models of a window.
  package var integrates: Bool?
  package var integratesCurves: Bool { integrates ?? !needs.contains(.window) }
  /// What its standard errors hold, where that is not the whole story of every model.
  package var errors = ""

  /// What a measure's error is set against to say whether the data tell it: VT itself, 1 + BPND.
  ///
  /// Nil for measures that may be 0, such as an influx rate.
  package static func base(of measure: String, _ value: Double) -> Double? {
    switch measure {
    case "BPND": 1 + value
    case "VT": value
    default: nil
    }
  }

  /// A measure whose standard error is above its base times this is not told by the data: its 95 % limits reach 0.
  package static let largestRelativeError = 0.5

  /// The works that it is cited by, in one line.
  package var citation: String { references.map(\.full).joined(separator: "; ") }

  /// Of the first work that has one.
  package var doi: String? { references.lazy.compactMap(\.doi).first }

  func outcomeBase(_ value: Double) -> Double? { Self.base(of: outcome, value) }

  /// The parameters that a measure follows from.
  package func factors(of measure: String) -> [String] { formulas[measure] ?? [measure] }

  /// Whether the blood volume can be among what is fitted.
  package var canFitBlood: Bool { needs.contains(.wholeBlood) }

  package func index(of symbol: String) -> Int? { parameters.firstIndex { $0.symbol == symbol } }

  /// The bounds of a parameter that the card has.
  package func bounds(_ symbol: String, in input: ScanInput) -> ClosedRange<Double> {
    if let own = input.bounds[symbol] { return own }
    guard let index = index(of: symbol) else { return -Double.infinity...Double.infinity }
    return parameters[index].bounds
  }
}
