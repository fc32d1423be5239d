/// A continuous curve: on each segment constant + linear s + quadratic s², s from the segment's start.
package struct SegmentedCurve: Sendable {
  let reconstruction: CurveReconstruction
  let constant: [Double]
  let linear: [Double]
  let quadratic: [Double]

  /// The running integral ∫0^t C as the frames see it (mean over the frame, or value at its middle).
  package func observedIntegral() -> [Double] {
    var observed = [Double](repeating: 0, count: reconstruction.frameCount)
    var integral = 0.0
    for (j, segment) in reconstruction.segments.enumerated() {
      let d = segment.length
      let whole = d * (constant[j] + d * (linear[j] / 2 + d * quadratic[j] / 3))
      if segment.frame >= 0 {
        switch reconstruction.sampling {
        case .average:
          observed[segment.frame] = integral + d * (constant[j] / 2 + d * (linear[j] / 6 + d * quadratic[j] / 12))
        case .midpoint: observed[segment.frame] = integral + whole
        }
      }
      integral += whole
    }
    return observed
  }

  /// C ⊗ exp(-rate t) as the frames see it, and its derivative by the rate; closed form on every segment.
  ///
  /// - Parameters:
  ///   - rate: 1/s.
  ///   - value: receives the convolution, one value a frame, in curve units x s.
  ///   - slope: receives d/d(rate).
  package func observedConvolution(rate: Double, value: inout [Double], slope: inout [Double]) {
    let phis = reconstruction.distinctLengths.map { PhiFunctions(-rate * $0) }
    var y = 0.0
    var z = 0.0
    for (j, segment) in reconstruction.segments.enumerated() {
      let h = segment.length
      let phi = phis[segment.lengthIndex]
      let a = constant[j]
      let b = linear[j] * h
      let c = 2 * quadratic[j] * h * h
      let decay = phi.value[0]
      if segment.frame >= 0, reconstruction.sampling == .average {
        // ∫y over the frame, divided by its length.
        value[segment.frame] =
          y * phi.value[1] + h * (a * phi.value[2] + b * phi.value[3] + c * phi.value[4])
        slope[segment.frame] =
          z * phi.value[1] - h * y * phi.slope[1]
          - h * h * (a * phi.slope[2] + b * phi.slope[3] + c * phi.slope[4])
      }
      let next = decay * y + h * (a * phi.value[1] + b * phi.value[2] + c * phi.value[3])
      z = decay * z - h * decay * y - h * h * (a * phi.slope[1] + b * phi.slope[2] + c * phi.slope[3])
      y = next
      if segment.frame >= 0, reconstruction.sampling == .midpoint {
        value[segment.frame] = y
        slope[segment.frame] = z
      }
    }
  }

  /// As above, the value alone.
  package func observedConvolution(rate: Double) -> [Double] {
    var value = [Double](repeating: 0, count: reconstruction.frameCount)
    var slope = value
    observedConvolution(rate: rate, value: &value, slope: &slope)
    return value
  }
}
