package import PETCore
package import PETKinetics

/// What the model of a scan makes of every region, frame by frame: `_fitted.tsv` and its sidecar.
///
/// Models that are fitted to a plot of the curve, as Logan's, have what is plotted in `_plotted.tsv` and, where that is a straight
/// line, `_abscissa.tsv`.
package struct FittedText: Sendable {
  private let fits: RegionalFits
  /// Weights of the fit, one a frame; frames that do not count have 0.
  private let weights: [Double]
  /// Whether what is fitted is the curve itself.
  package let isOfCurve: Bool
  /// Equations of more than two terms are no straight line, and have no abscissa.
  private let hasAbscissa: Bool

  /// Nil when no region has a fit.
  package init?(_ fits: RegionalFits) {
    guard let first = fits.fits.lazy.compactMap(\.points).first else { return nil }
    self.fits = fits
    weights = first.weights
    hasAbscissa = fits.fits.allSatisfy { $0.points == nil || $0.plot != nil }
    isOfCurve = fits.fits.indices.allSatisfy { i in
      guard let points = fits.fits[i].points else { return true }
      return points.weights.indices.allSatisfy {
        points.weights[$0] == 0 || points.observed[$0] == fits.table.curves[i][$0]
      }
    }
  }

  /// The tables by the kind in their names.
  package var tables: [(kind: Kind, text: String)] {
    let kinds: [Kind] = isOfCurve ? [.fitted] : hasAbscissa ? Kind.allCases : [.fitted, .plotted]
    return kinds.map { ($0, table($0)) }
  }

  package enum Kind: Sendable, CaseIterable {
    /// What the model makes: of the curve, or of the ordinate of its plot.
    case fitted
    /// The ordinate of the plot that it is compared with.
    case plotted
    case abscissa

    package var file: ResultFile {
      switch self {
      case .fitted: .fitted
      case .plotted: .plotted
      case .abscissa: .abscissa
      }
    }
  }

  private func values(_ kind: Kind, of fit: CurveFit) -> [Double]? {
    guard let points = fit.points else { return nil }
    guard !isOfCurve, hasAbscissa, let plot = fit.plot else {
      return kind == .fitted ? points.predicted : points.observed
    }
    return switch kind {
    case .fitted: zip(points.predicted, plot.divisor).map { $0 / $1 }
    case .plotted: zip(points.observed, plot.divisor).map { $0 / $1 }
    case .abscissa: plot.abscissa
    }
  }

  private func table(_ kind: Kind) -> String {
    let frames = fits.allFrames
    let weights = fits.spread(self.weights, excluded: 0)
    let counts = frames.starts.indices.map { weights[$0] > 0 || isOfCurve }
    let none = [Double](repeating: .nan, count: frames.count)
    let columns = fits.fits.map { fit in
      guard let own = values(kind, of: fit).map({ fits.spread($0, excluded: .nan) }) else { return none }
      return frames.starts.indices.map { counts[$0] ? own[$0] : .nan }
    }
    return FrameFile(
      starts: frames.starts, ends: frames.ends, weights: weights, names: fits.fits.map(\.region), columns: columns
    ).tsv
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)], _ kind: Kind) -> JSONValue {
    let what =
      switch kind {
      case .fitted where isOfCurve: "Activity of each region as the model has it, averaged over each frame"
      case .fitted: "Ordinate of the plot as the fitted line has it"
      case .plotted: "Ordinate of the plot of each region"
      case .abscissa: "Abscissa of the plot of each region"
      }
    let unit = isOfCurve ? "kBq/mL" : "those of the model's plot, time in s"
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
