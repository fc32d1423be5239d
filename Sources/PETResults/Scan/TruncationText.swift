package import PETCore
package import PETKinetics

/// The outcome against scan length as a table.
package struct TruncationText: Sendable {
  private let study: Truncation
  private let level: Double

  package init(_ study: Truncation, level: Double) {
    self.study = study
    self.level = level
  }

  package var tsv: String {
    let symbol = study.card.outcome
    var text = TSVText(
      columns: ["region", "end-min"] + ["", "-se", "-low", "-high"].map { symbol + $0 } + [
        "change-percent", "frames", "dof", "status", "note",
      ])
    let index = study.card.index(of: symbol) ?? 0
    let unit = study.card.parameters[index].unit.fromInternal
    let full = study.whole.table.frames.ends.last ?? 0
    // An end that leaves out no frame is the whole scan, which has its own row.
    let steps = study.steps.filter { $0.end < full - FrameSchedule.overlapTolerance }
    for (r, region) in study.regions.enumerated() {
      for (end, fits) in steps.map({ ($0.end, $0.fits) }) + [(full, study.whole.fits)] {
        let fit = fits[r]
        let limits = fit.limits(index, level: level)
        let change = 100 * (fit.estimates[index].value / study.whole.fits[r].estimates[index].value - 1)
        text.add(
          [region, NumberText.exact(end / 60)]
            + [fit.estimates[index].value, fit.estimates[index].standardError, limits.low, limits.high]
            .map { NumberText.exact($0 * unit) }
            + [
              NumberText.exact(change), "\(fit.frames)", fit.status.hasEstimates ? "\(fit.freedom)" : "n/a",
              fit.status.rawValue, fit.notes.joined(separator: "; "),
            ])
      }
    }
    return text.text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    let card = study.card
    let index = card.index(of: card.outcome) ?? 0
    return .object(
      [
        ("Description", .string("\(card.outcome) of the \(card.title.lowercased()) against scan length")),
        (Sidecar.modelName, .string(card.id)),
      ] + details + [
        (Sidecar.confidenceLevel, .number(level)),
        (card.outcome, .object([("Units", .string(card.parameters[index].unit.label))])),
        ("end-min", .object([("Description", "end of the scan: frames that end by it count"), ("Units", "min")])),
        ("change-percent", .object([("Description", "difference from the whole scan"), ("Units", "%")])),
        ("GeneratedBy", Product.generatedBy),
      ])
  }
}
