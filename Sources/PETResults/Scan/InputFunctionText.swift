package import PETCore
package import PETKinetics

/// An input function as `_inputfunction.tsv` with its sidecar.
package struct InputFunctionText: Sendable {
  private let input: InputFunction

  package init(_ input: InputFunction) { self.input = input }

  package var tsv: String {
    InputFile(
      times: input.times, wholeBlood: input.wholeBlood, plasma: input.plasma, fraction: input.fraction,
      parent: input.parent
    ).tsv
  }

  /// An input that was read, as the fits took it.
  package static func tsv(of input: PlasmaInput) -> String {
    InputFile(times: input.times, wholeBlood: input.wholeBlood, parent: input.parent).tsv
  }

  package static func sidecar(of input: PlasmaInput, _ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func column(_ description: String, _ unit: String) -> (JSONValue) {
      .object([("Description", .string(description)), ("Units", .string(unit))])
    }
    return .object(
      [("Description", "Arterial input as the fits took it")] + details + [
        ("time", column("time after injection, as sampled", "s")),
        ("AIF", column("parent tracer in arterial plasma; samples are joined by straight lines", "kBq/mL")),
        ("whole_blood_radioactivity", column("activity in whole blood", "kBq/mL")),
        (Sidecar.inputDelay, .object([("Value", .number(input.delay)), ("Units", "s")])),
        ("GeneratedBy", Product.generatedBy),
      ])
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    func column(_ description: String, _ unit: String) -> JSONValue {
      .object([("Description", .string(description)), ("Units", .string(unit))])
    }
    var members: [(name: String, value: JSONValue)] = [("Description", "Arterial input function")]
    members += details
    members.append(("time", column("time after injection", "s")))
    if input.wholeBlood != nil {
      members.append(("whole_blood_radioactivity", column("activity in whole blood", "kBq/mL")))
    }
    members += [
      ("plasma_radioactivity", column("activity in plasma, parent and metabolites", "kBq/mL")),
      ("metabolite_parent_fraction", column("share of plasma activity that is parent tracer", "unitless")),
      ("AIF", column("parent tracer in arterial plasma; samples are joined by straight lines", "kBq/mL")),
      ("ParentFraction", fraction), ("BloodRatio", ratio), ("ArterialCurve", arterial),
      ("DispersionConstant", .object([("Value", .number(input.dispersion)), ("Units", "s")])),
      (Sidecar.findings, .array(input.findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }

  private var fraction: JSONValue {
    guard let model = input.parentFraction else { return .object([(Sidecar.model, .string("none"))]) }
    return fitted(model.model.rawValue, ["a", "b", "c"], model.parameters, model.residualSum, model.aic)
  }

  private var ratio: JSONValue {
    guard let ratio = input.ratio else { return .object([(Sidecar.model, .string("none"))]) }
    let names = ratio.model == .linear ? ["intercept", "slope"] : ["mean"]
    return .object(
      [(Sidecar.model, .string(ratio.model.rawValue)), ("Description", .string("whole blood over plasma"))]
        + zip(names, ratio.parameters).map { ($0, .number($1)) })
  }

  private var arterial: JSONValue {
    fitted(
      input.arterial.model.rawValue, ["t0", "A", "B", "C", "alpha", "beta", "gamma"], input.arterial.parameters,
      input.arterial.residualSum, input.arterial.aic)
  }

  private func fitted(_ model: String, _ names: [String], _ values: [Double], _ sum: Double, _ aic: Double)
    -> JSONValue
  {
    guard !values.isEmpty else { return .object([(Sidecar.model, .string(model))]) }
    return .object(
      [(Sidecar.model, .string(model))] + zip(names, values).map { ($0, .number($1)) } + [
        ("ResidualSum", .number(sum)), ("AIC", .number(aic)), ("TimeUnit", "s"),
      ])
  }
}
