package import PETCore

/// Everything the rest of the product needs to know of a model without running it.
///
/// Help, validation, table headers, sidecars and the methods sentence are all made from cards.
package struct ModelCard: Sendable, Identifiable {
  package enum Need: String, Sendable, CaseIterable {
    case referenceCurve = "reference curve"
    case k2prime = "k2'"
    case linearStart = "t*"
    case window
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
  package let citation: String
  package let doi: String
  /// One sentence for the methods paragraph.
  package let sentence: String

  package func index(of symbol: String) -> Int? { parameters.firstIndex { $0.symbol == symbol } }

  /// The bounds of a parameter that the card has.
  func bounds(_ symbol: String, in input: ScanInput) -> ClosedRange<Double> {
    if let own = input.bounds[symbol] { return own }
    guard let index = index(of: symbol) else { return -Double.infinity...Double.infinity }
    return parameters[index].bounds
  }
}

/// The parameters of the reference-tissue models, with one set of bounds.
enum ReferenceParameters {
  /// BPND, R1, k2, k2a and k2prime; those not named as fitted are derived from the others or given.
  static func all(fitted: Set<String>) -> [ModelCard.Parameter] {
    [
      parameter("BPND", "binding potential relative to non-displaceable uptake", .unitless, -0.99...100, 1.5, fitted),
      parameter("R1", "delivery relative to the reference region, K1/K1'", .unitless, 0.01...10, 1, fitted),
      parameter("k2", "efflux rate of the target", .perMinute, 0...0.2, 0.15 / 60, fitted),
      parameter("k2a", "apparent efflux rate, k2/(1 + BPND)", .perMinute, 1e-5...0.05, 0.06 / 60, fitted),
      parameter("k2prime", "efflux rate of the reference, k2/R1", .perMinute, 0...1, 0.15 / 60, fitted),
    ]
  }

  private static func parameter(
    _ symbol: String, _ meaning: String, _ unit: Unit, _ bounds: ClosedRange<Double>, _ typical: Double,
    _ fitted: Set<String>
  ) -> ModelCard.Parameter {
    .init(symbol, meaning, unit, in: bounds, typical: typical, fitted: fitted.contains(symbol))
  }
}
