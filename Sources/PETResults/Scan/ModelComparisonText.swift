import Foundation
package import PETCore
package import PETKinetics

/// Several models on one table, side by side, with information criteria.
///
/// Criteria are compared among models that predict the measured curve with the same frames and weights; a plot's
/// residuals are another quantity, so there they are `n/a`. Akaike weights: Burnham and Anderson 2002.
package struct ModelComparisonText: Sendable {
  private let fits: [RegionalFits]
  private let level: Double

  package init(_ fits: [RegionalFits], level: Double) {
    self.fits = fits
    self.level = level
  }

  package var tsv: String {
    var text = TSVText(columns: [
      "region", "model", "outcome", "estimate", "se", "low", "high", "unit", "frames", "dof", "rss", "aic", "delta-aic",
      "akaike-weight", "bic", "runs-p", "condition", "status", "note",
    ])
    guard let first = fits.first else { return text.text }
    // Of all models: one that is fitted to a plot has fewer frames, wherever it stands.
    let most = fits.flatMap(\.fits).map(\.frames).max() ?? 0
    for r in first.fits.indices {
      let comparable = fits.indices.filter { isComparable(fits[$0].fits[r], most: most) }
      let best = comparable.map { fits[$0].fits[r].aic }.filter(\.isFinite).min() ?? .nan
      let total = comparable.reduce(0) { $0 + exp(-(fits[$1].fits[r].aic - best) / 2) }
      for m in fits.indices {
        let fit = fits[m].fits[r]
        let card = fits[m].card
        let index = card.index(of: card.outcome) ?? 0
        let unit = card.parameters[index].unit
        let limits = fit.limits(index, level: level)
        let counts = comparable.contains(m)
        let delta = counts ? fit.aic - best : .nan
        text.add(
          [fit.region, card.id, card.outcome]
            + [fit.estimates[index].value, fit.estimates[index].standardError, limits.low, limits.high]
            .map { NumberText.exact($0 * unit.fromInternal) }
            + [
              unit.label, "\(fit.frames)", fit.status.hasEstimates ? "\(fit.freedom)" : "n/a",
              NumberText.exact(fit.residualSum), NumberText.exact(counts ? fit.aic : .nan), NumberText.exact(delta),
              NumberText.exact(counts ? exp(-delta / 2) / total : .nan), NumberText.exact(counts ? fit.bic : .nan),
              NumberText.exact(fit.diagnostics?.runs.probability ?? .nan),
              NumberText.exact(fit.diagnostics?.condition ?? .nan), fit.status.rawValue,
              fit.notes.joined(separator: "; "),
            ])
      }
    }
    return text.text
  }

  private func isComparable(_ fit: CurveFit, most frames: Int) -> Bool {
    fit.status.hasEstimates && fit.frames == frames && fit.diagnostics?.isOfCurve == true
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    .object(
      [
        ("Description", "Models compared region by region"),
        ("Models", .array(fits.map { .string($0.card.id) })),
      ] + details + [
        (Sidecar.confidenceLevel, .number(level)),
        (
          "delta-aic",
          .object([
            (
              "Description",
              "Akaike's criterion less the lowest of the models that predict the measured curve from the same frames; n/a for the others"
            )
          ])
        ), ("GeneratedBy", Product.generatedBy),
      ])
  }
}
