package import PETCore

/// The curve of a reference region with what is known of its noise.
package struct ReferenceCurve: Sendable {
  /// kBq/mL, one value a frame.
  package let values: [Double]
  /// Relative variance of each frame.
  let variance: [Double]
  /// Variance scale of its own noise; nil when its frames do not tell.
  package let noise: Double?

  package init(_ values: [Double], frames: FrameSchedule, weights: FrameWeights) {
    self.values = values
    variance = weights.variance(of: values)
    noise = CurveNoise.scale(of: values, frames: frames, variance: variance)
  }

  private init(_ values: [Double], variance: [Double], noise: Double?) {
    self.values = values
    self.variance = variance
    self.noise = noise
  }

  /// Another curve with the same noise, for resampling.
  func moved(by change: [Double]) -> ReferenceCurve {
    ReferenceCurve(zip(values, change).map { $0 + $1 }, variance: variance, noise: noise)
  }
}

/// A reference curve made ready for the models of one scan.
struct ReferenceTissue: Sendable {
  let reconstruction: CurveReconstruction
  let values: [Double]
  let curve: SegmentedCurve
  let carriesNoise: Bool
  /// For the noise of the reference; empty when there is none to carry.
  private let units: [Double]

  init(_ input: ScanInput, _ card: ModelCard) throws(PETError) {
    let reference = try input.requiredReference(card)
    reconstruction = CurveReconstruction(frames: input.frames, sampling: input.sampling)
    values = reference.values
    curve = reconstruction.curve(reference.values)
    carriesNoise = reference.noise != nil
    units = carriesNoise ? reconstruction.unitCoefficients() : []
  }

  /// The running-integral operator: (A x)(frame) = ∫0^t x as the frame sees it.
  var integralOperator: Matrix { reconstruction.matrix { $0.observedIntegral() } }

  /// The convolution operator with exp(-rate t).
  func convolutionOperator(rate: Double) -> Matrix { reconstruction.convolutionMatrix(rate: rate, units: units) }
}
