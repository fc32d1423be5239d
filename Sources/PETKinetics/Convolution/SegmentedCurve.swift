/// A continuous curve: on each segment constant + linear s + quadratic s², s from the segment's start.
package struct SegmentedCurve: Sendable {
  let grid: SegmentGrid
  let constant: [Double]
  let linear: [Double]
  let quadratic: [Double]

  /// The curve itself as the frames see it (mean over the frame, or value at its middle).
  package func observed() -> [Double] {
    var observed = [Double](repeating: 0, count: grid.frameCount)
    for (j, segment) in grid.segments.enumerated() where segment.frame >= 0 {
      let d = segment.length
      switch grid.sampling {
      case .average:
        observed[segment.frame] += segment.share * (constant[j] + d * (linear[j] / 2 + d * quadratic[j] / 3))
      case .midpoint: observed[segment.frame] = constant[j] + d * (linear[j] + d * quadratic[j])
      }
    }
    return observed
  }

  /// The running integral ∫0^t C as the frames see it.
  package func observedIntegral() -> [Double] { observedIntegrals().single }

  /// The running integral ∫0^t C and its own running integral, as the frames see them.
  func observedIntegrals() -> (single: [Double], double: [Double]) {
    var single = [Double](repeating: 0, count: grid.frameCount)
    var double = single
    var integral = 0.0
    var second = 0.0
    for (j, segment) in grid.segments.enumerated() {
      let d = segment.length
      let (a, b, c) = (constant[j], linear[j], quadratic[j])
      let whole = d * (a + d * (b / 2 + d * c / 3))
      let wholeOfIntegral = d * d * (a / 2 + d * (b / 6 + d * c / 12))
      if segment.frame >= 0 {
        switch grid.sampling {
        case .average:
          single[segment.frame] += segment.share * (integral + wholeOfIntegral / d)
          let third = d * d * (a / 6 + d * (b / 24 + d * c / 60))
          double[segment.frame] += segment.share * (second + d * integral / 2 + third)
        case .midpoint:
          single[segment.frame] = integral + whole
          double[segment.frame] = second + d * integral + wholeOfIntegral
        }
      }
      second += d * integral + wholeOfIntegral
      integral += whole
    }
    return (single, double)
  }

  /// C ⊗ exp(-rate t) as the frames see it, and its derivative by the rate; closed form on every segment.
  ///
  /// - Parameters:
  ///   - rate: 1/s; 0 gives the running integral.
  ///   - value: receives the convolution, one value a frame, in curve units x s.
  ///   - slope: receives d/d(rate).
  package func observedConvolution(rate: Double, value: inout [Double], slope: inout [Double]) {
    value.withUnsafeMutableBufferPointer { value in
      slope.withUnsafeMutableBufferPointer { slope in
        observedConvolution(rate: rate, value: value, slope: slope)
      }
    }
  }

  /// As above, into memory of the caller.
  func observedConvolution(
    rate: Double, value: UnsafeMutableBufferPointer<Double>, slope: UnsafeMutableBufferPointer<Double>
  ) {
    for i in 0..<grid.frameCount {
      value[i] = 0
      slope[i] = 0
    }
    let averages = grid.sampling == .average
    withUnsafeTemporaryAllocation(of: PhiFunctions.self, capacity: grid.distinctLengths.count) { phis in
      for (i, length) in grid.distinctLengths.enumerated() {
        phis.initializeElement(at: i, to: PhiFunctions(-rate * length))
      }
      var y = 0.0
      var z = 0.0
      for j in grid.segments.indices {
        let segment = grid.segments[j]
        let h = segment.length
        let phi = phis[segment.lengthIndex]
        let a = constant[j]
        let b = linear[j] * h
        let c = 2 * quadratic[j] * h * h
        let decay = phi.value[0]
        if averages, segment.frame >= 0 {
          // ∫y over the segment, divided by its length.
          value[segment.frame] +=
            segment.share * (y * phi.value[1] + h * (a * phi.value[2] + b * phi.value[3] + c * phi.value[4]))
          slope[segment.frame] +=
            segment.share
            * (z * phi.value[1] - h * y * phi.slope[1]
              - h * h * (a * phi.slope[2] + b * phi.slope[3] + c * phi.slope[4]))
        }
        let next = decay * y + h * (a * phi.value[1] + b * phi.value[2] + c * phi.value[3])
        z = decay * z - h * decay * y - h * h * (a * phi.slope[1] + b * phi.slope[2] + c * phi.slope[3])
        y = next
        if !averages, segment.frame >= 0 {
          value[segment.frame] = y
          slope[segment.frame] = z
        }
      }
    }
  }

  /// As above, the value alone.
  package func observedConvolution(rate: Double) -> [Double] {
    var value = [Double](repeating: 0, count: grid.frameCount)
    var slope = value
    observedConvolution(rate: rate, value: &value, slope: &slope)
    return value
  }
}
