import PETCore

/// Parameters that several models share, with one meaning, unit and set of bounds.
enum StandardParameters {
  /// BPND, R1, k2, k2a and k2prime; those not named as fitted are derived from the others or given.
  static func reference(fitted: Set<String>) -> [ModelCard.Parameter] {
    ["BPND", "R1", "k2", "k2a", "k2prime"].map { named($0, fitted: fitted.contains($0)) }
  }

  /// What BPND and k2' follow from where delivery and efflux rates are searched: BPND = k2/k2a - 1 = R1 k2'/k2a - 1.
  static let rateFormulas = ["BPND": ["BPND", "R1", "k2", "k2a"], "k2prime": ["R1", "k2"]]

  static func named(_ symbol: String, fitted: Bool = true) -> ModelCard.Parameter {
    func parameter(_ meaning: String, _ unit: Unit, _ bounds: ClosedRange<Double>, _ typical: Double)
      -> ModelCard.Parameter
    {
      let factor = unit.fromInternal
      return .init(
        symbol, meaning, unit, in: bounds.lowerBound / factor...bounds.upperBound / factor, typical: typical / factor,
        fitted: fitted)
    }
    // In the field's units.
    switch symbol {
    case "BPND": return parameter("binding potential relative to non-displaceable uptake", .unitless, -0.99...100, 1.5)
    case "R1": return parameter("delivery relative to the reference region, K1/K1'", .unitless, 0.01...10, 1)
    case "k2": return parameter("efflux rate of the target", .perMinute, 0...12, 0.15)
    case "k2a": return parameter("apparent efflux rate, k2/(1 + BPND)", .perMinute, 6e-4...3, 0.06)
    case "k2prime": return parameter("efflux rate of the reference, k2/R1", .perMinute, 0...60, 0.15)
    case "K1": return parameter("clearance from plasma to tissue", .clearance, 1e-4...3, 0.2)
    case "k2plasma":
      return .init(
        "k2", "efflux rate to plasma", .perMinute, in: 1e-4 / 60...3.0 / 60, typical: 0.1 / 60, fitted: fitted)
    case "k3": return parameter("rate of binding or trapping", .perMinute, 0...2, 0.05)
    case "k4": return parameter("rate of dissociation", .perMinute, 1e-4...2, 0.05)
    case "Kb": return parameter("rate of uptake by the vessel wall", .perMinute, 0...2, 0.1)
    case "vB": return parameter("blood volume of the tissue", .unitless, 0...0.5, 0.05)
    case "VT": return parameter("total distribution volume", .volumeRatio, 0...500, 5)
    case "VND": return parameter("distribution volume of non-displaceable uptake", .volumeRatio, 0...500, 2)
    case "Ki": return parameter("net influx rate, K1 k3/(k2 + k3)", .clearance, 0...3, 0.03)
    case "V0": return parameter("intercept of the plot", .volumeRatio, -500...500, 1)
    case "intercept": return parameter("intercept of the plot", .minutes, -1.7e4...0, -10)
    default: preconditionFailure("no standard parameter '\(symbol)'")
    }
  }
}
