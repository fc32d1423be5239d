package import PETCore
package import PETKinetics

/// The parameters of one scan as `_kinpar.tsv` and its sidecar: headers and units are made from the model's card.
package struct KinparTable: Sendable {
  package static let tail = ["frames", "dof", "rss", "aic", "status", "note"]
  private let fits: RegionalFits
  private let level: Double

  package init(_ fits: RegionalFits, level: Double) {
    self.fits = fits
    self.level = level
  }

  private var hasVolumes: Bool { fits.volumes.contains { $0 != nil } }

  package var columns: [String] {
    ["region"] + (hasVolumes ? ["volume-mm3"] : [])
      + fits.card.parameters.flatMap { parameter in ["", "-se", "-low", "-high"].map { parameter.symbol + $0 } }
      + Self.tail
  }

  package var rows: [[String]] {
    let scan = fits.warnings.isEmpty ? [] : ["scan: " + fits.warnings.joined(separator: ", ")]
    return fits.fits.indices.map { i in
      let fit = fits.fits[i]
      var cells = [fit.region]
      if hasVolumes { cells.append(NumberText.exact(fits.volumes[i] ?? .nan)) }
      for (p, parameter) in fits.card.parameters.enumerated() {
        let unit = parameter.unit.fromInternal
        let limits = fit.limits(p, level: level)
        cells += [fit.estimates[p].value, fit.estimates[p].standardError, limits.low, limits.high]
          .map { NumberText.exact($0 * unit) }
      }
      let fitted = fit.status.hasEstimates
      cells += [
        "\(fit.frames)", fitted ? "\(fit.freedom)" : "n/a", NumberText.exact(fit.residualSum),
        NumberText.exact(fit.aic),
        fit.status.rawValue, (fit.notes + scan).joined(separator: "; "),
      ]
      return cells
    }
  }

  package var tsv: String {
    var text = TSVText(columns: columns)
    for row in rows { text.add(row) }
    return text.text
  }

  /// - Parameter details: members that name the scan, its tracer and its sources.
  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    let card = fits.card
    let input = fits.input
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string("Regional estimates of the \(card.title.lowercased())")),
      ("ModelName", .string(card.id)), ("ModelCitation", .string("\(card.citation), doi:\(card.doi)")),
      ("ReferenceRegion", .string(fits.reference)),
    ]
    members += details
    members += [
      ("ConfidenceLevel", .number(level)), ("FrameSampling", .string(input.sampling.rawValue)),
      ("Weights", .string(input.weights.scheme.rawValue)), ("Covariance", .string(input.weights.statement)),
      ("FrameWeights", .array(input.weights.values.map(JSONValue.number))),
    ]
    if !input.excluded.isEmpty {
      members.append(("ExcludedFrames", .array(input.excluded.sorted().map { .number(Double($0 + 1)) })))
    }
    if card.needs.contains(.linearStart) {
      members.append(("TStar", .object([("Value", .number(input.linearStart / 60)), ("Units", "min")])))
    }
    if card.needs.contains(.window) {
      let window = input.window ?? 0...(input.frames.ends.last ?? 0)
      members.append(
        (
          "Window",
          .object([
            ("Start", .number(window.lowerBound / 60)), ("End", .number(window.upperBound / 60)), ("Units", "min"),
          ])
        ))
    }
    members.append(
      (
        "ReferenceNoise",
        .string(
          input.referenceNoise == nil
            ? "not known; standard errors leave it out" : "estimated from the reference curve's late frames and carried"
        )
      ))
    for parameter in card.parameters {
      var about: [(name: String, value: JSONValue)] = [
        ("Description", .string(parameter.meaning)), ("Units", .string(parameter.unit.label)),
      ]
      if parameter.symbol == "k2prime", let rate = input.k2prime {
        about += [
          ("Value", .number(rate.value * 60)), ("StandardError", .number(rate.standardError * 60)),
          ("Origin", .string(rate.origin)),
        ]
      }
      members.append((parameter.symbol, .object(about)))
      members.append(
        (
          parameter.symbol + "-se",
          .object([
            ("Description", .string("absolute standard error of \(parameter.symbol)")),
            ("Units", .string(parameter.unit.label)),
          ])
        ))
    }
    members.append(("Findings", .array(fits.findings.map(\.json))))
    members.append(("GeneratedBy", Product.generatedBy))
    return .object(members)
  }
}
