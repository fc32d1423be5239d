package import PETCore
package import PETKinetics

/// What the model of a scan makes of every region, frame by frame: `_fitted.tsv` and its sidecar.
///
/// Models that are fitted to a plot of the curve, as Logan's, have what is plotted in `_plotted.tsv`.
package struct FittedText: Sendable {
  private let fits: RegionalFits
  /// Weights of the fit, one a frame; frames that do not count have 0.
  private let weights: [Double]
  /// Whether what is fitted is the curve itself.
  package let isOfCurve: Bool

  /// Nil when no region has a fit.
  package init?(_ fits: RegionalFits) {
    guard let first = fits.fits.lazy.compactMap(\.points).first else { return nil }
    self.fits = fits
    weights = first.weights
    isOfCurve = fits.fits.indices.allSatisfy { i in
      guard let points = fits.fits[i].points else { return true }
      return points.weights.indices.allSatisfy {
        points.weights[$0] == 0 || points.observed[$0] == fits.table.curves[i][$0]
      }
    }
  }

  package var fitted: String { table(\.predicted) }

  /// What the fits are compared with, where that is not the curve.
  package var plotted: String? { isOfCurve ? nil : table(\.observed) }

  private typealias Points = (predicted: [Double], observed: [Double], weights: [Double])

  private func table(_ values: KeyPath<Points, [Double]>) -> String {
    let frames = fits.table.frames
    var text = TSVText(columns: ["frame_start", "frame_end", "weight"] + fits.fits.map(\.region))
    let curves = fits.fits.map { $0.points.map { $0[keyPath: values] } }
    for frame in 0..<frames.count {
      let counts = weights[frame] > 0 || isOfCurve
      text.add(
        [frames.starts[frame], frames.ends[frame], weights[frame]].map(NumberText.exact)
          + curves.map { NumberText.exact(counts ? $0?[frame] ?? .nan : .nan) })
    }
    return text.text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)], isPlotted: Bool) -> JSONValue {
    let what =
      isOfCurve
      ? "Activity of each region as the model has it, averaged over each frame"
      : isPlotted
        ? "What the model is fitted to in each region: its equation's left side"
        : "What the model makes of it in each region: its equation's right side"
    let unit = isOfCurve ? "kBq/mL" : "those of the model's equation, time in s"
    return .object(
      [("Description", .string(what)), ("Units", .string(unit))] + FitDescription.model(fits) + details + [
        (
          "weight",
          .object([("Description", "weight of the frame in the fit, mean 1 over all frames; 0 where it does not count")]
          )
        ), ("GeneratedBy", Product.generatedBy),
      ])
  }
}
