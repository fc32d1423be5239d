package import PETCore

/// Whether fits of a scan leave more than the noise of their curves.
///
/// The noise of a curve is what a smooth curve leaves of it, whatever the model (`CurveNoise`); the residuals of a model that
/// describes the tissue hold no more. Their ratio is an F but for what the two share, which brings it nearer to one: a p of
/// this test is too large rather than too small.
package struct LackOfFit: Sendable {
  /// Regions with both.
  package let tested: Int
  /// Those whose residuals are more than noise, p below 0.001.
  package let regions: [String]
  /// Median over regions of residual SD over noise SD.
  package let median: Double

  private static let significance = 0.001

  /// Nil where the model predicts no measured curve, or no curve tells its noise.
  init?(_ fits: [CurveFit], _ table: CurveTable, weights: FrameWeights) {
    var ratios: [Double] = []
    var regions: [String] = []
    for (fit, curve) in zip(fits, table.curves) {
      guard fit.predictsCurve, fit.freedom > 0, let scale = fit.noiseScale,
        let noise = CurveNoise.estimate(
          of: curve, frames: table.frames, variance: weights.variance(of: curve)),
        noise.scale > 0
      else { continue }
      let ratio = scale / noise.scale
      ratios.append(ratio.squareRoot())
      if Distribution.upperF(ratio, Double(fit.freedom), Double(noise.freedom)) < Self.significance {
        regions.append(fit.region)
      }
    }
    guard !ratios.isEmpty else { return nil }
    tested = ratios.count
    self.regions = regions
    median = Order.quantile(ratios.sorted(), 0.5)
  }

  /// Nil where no more than a region of ten has it.
  func finding(_ card: ModelCard) -> Finding? {
    guard regions.count > max(1, tested / 10) else { return nil }
    let ratio = NumberText.fixed(median, decimals: 1)
    return Finding(
      .note, .lackOfFit, field: "model", value: card.id,
      "\(card.id) leaves more than noise in \(regions.count) of \(tested) regions (F test, p below 0.001 each; residuals are "
        + "\(ratio) times the noise in the median)",
      remedy: "try a fuller model, or see what it changes: uncertainty: {model: fuller}")
  }
}

extension Finding.Code {
  package static let lackOfFit = Finding.Code("lack-of-fit")
}
