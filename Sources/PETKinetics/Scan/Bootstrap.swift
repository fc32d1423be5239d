package import PETCore

/// Seeded resampling of a scan's fits, as the check of their standard errors.
package struct Bootstrap: Sendable {
  package let count: Int
  package let seed: UInt64
  /// Estimates of each region, sample and parameter; empty for regions without a fit.
  private let samples: [[[Double]]]

  /// What is resampled, for the sidecar.
  package static let statement =
    "Each region's residuals, divided by the deviation of their frame, are drawn anew and added to its fitted curve "
    + "(models linear in the curve's own integrals: normal deviates to its measured curve); the reference gets normal "
    + "deviates of its own noise, and an estimated k2' moves with it, both common to all regions of a sample"

  package init(_ fits: RegionalFits, count: Int, seed: UInt64) throws(PETError) {
    self.count = count
    self.seed = seed
    var random = SeededGenerator(seed: seed)
    let regions = fits.fits.indices
    let noises = regions.map { i in
      fits.fits[i].diagnostics.map { Noise(fits.fits[i], $0, fits.table.curves[i], fits.input) }
    }
    var samples = regions.map { _ in [[Double]]() }
    for _ in 0..<count {
      var input = fits.input
      if let reference = input.reference, let noise = reference.noise {
        let moved = reference.values.indices.map { i in
          (noise * reference.variance[i]).squareRoot() * random.normal()
        }
        input.reference = reference.moved(by: moved)
        if let rate = input.k2prime {
          let common = zip(rate.referenceGradient, moved).reduce(0) { $0 + $1.0 * $1.1 }
          let value = rate.value + common + rate.ownVariance.squareRoot() * random.normal()
          input.k2prime = rate.moved(to: max(value, 1e-3 * rate.value))
        }
      }
      let curves = regions.map { i in noises[i]??.draw(&random) ?? fits.table.curves[i] }
      for (i, fit) in try fits.refitted(curves, input: input).enumerated() {
        if let fit, fit.status.hasEstimates { samples[i].append(fit.estimates.map(\.value)) }
      }
    }
    self.samples = samples
  }

  /// Standard deviation and percentile limits of a parameter over the samples, internal units; NaN where it has none.
  package func spread(region: Int, parameter: Int, level: Double) -> (error: Double, low: Double, high: Double) {
    let values = samples[region].map { $0[parameter] }.filter(\.isFinite).sorted()
    guard values.count >= 10 else { return (.nan, .nan, .nan) }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let tail = (1 - level) / 2
    return (variance.squareRoot(), Order.quantile(values, tail), Order.quantile(values, 1 - tail))
  }

  /// What is drawn from for one region.
  private struct Noise {
    let centre: [Double]
    /// Standard deviation of each frame.
    let deviations: [Double]
    /// Residuals of unit mean square; empty for normal deviates.
    let residuals: [Double]

    init?(_ fit: CurveFit, _ diagnostics: FitDiagnostics, _ curve: [Double], _ input: ScanInput) {
      guard let scale = fit.noiseScale else { return nil }
      let deviations = input.weights.variance(of: curve).map { (scale * $0).squareRoot() }
      self.deviations = deviations
      // Where the data stand on both sides of the equation its residuals are not those of the curve.
      guard diagnostics.isOfCurve else {
        centre = curve
        residuals = []
        return
      }
      centre = diagnostics.predicted
      let relative = curve.indices.filter { diagnostics.weights[$0] > 0 }
        .map { (curve[$0] - diagnostics.predicted[$0]) / deviations[$0] }.filter(\.isFinite)
      let mean = relative.reduce(0, +) / Double(max(1, relative.count))
      let size = (relative.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, relative.count))).squareRoot()
      residuals = size > 0 ? relative.map { ($0 - mean) / size } : []
    }

    func draw(_ random: inout SeededGenerator) -> [Double] {
      centre.indices.map { i in
        let deviate =
          residuals.isEmpty ? random.normal() : residuals[Int(random.next() % UInt64(residuals.count))]
        return centre[i] + deviations[i] * deviate
      }
    }
  }
}
