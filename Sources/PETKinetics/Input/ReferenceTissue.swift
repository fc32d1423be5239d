import PETCore

/// A reference curve made ready for the models of one scan.
struct ReferenceTissue: Sendable {
  let reconstruction: CurveReconstruction
  let values: [Double]
  let curve: SegmentedCurve

  init(_ input: ScanInput) {
    reconstruction = CurveReconstruction(frames: input.frames, sampling: input.sampling)
    values = input.reference
    curve = reconstruction.curve(input.reference)
  }

  /// The running-integral operator: (A x)(frame) = ∫0^t x as the frame sees it.
  var integralOperator: Matrix { reconstruction.matrix { $0.observedIntegral() } }

  /// The convolution operator with exp(-rate t).
  func convolutionOperator(rate: Double) -> Matrix {
    reconstruction.matrix { $0.observedConvolution(rate: rate) }
  }
}
