/// A continuous curve: on each segment constant + linear s + quadratic s², s from the segment's start.
package struct SegmentedCurve: Sendable {
  let grid: SegmentGrid
  let constant: [Double]
  let linear: [Double]
  /// Empty for a curve of straight pieces.
  let quadratic: [Double]

  func curvature(_ segment: Int) -> Double { quadratic.isEmpty ? 0 : quadratic[segment] }

  /// The curve itself as the frames see it (mean over the frame, or value at its middle).
  package func observed() -> [Double] {
    var observed = [Double](repeating: 0, count: grid.frameCount)
    for (j, segment) in grid.segments.enumerated() where segment.frame >= 0 {
      let d = segment.length
      switch grid.sampling {
      case .average:
        observed[segment.frame] += segment.share * (constant[j] + d * (linear[j] / 2 + d * curvature(j) / 3))
      case .midpoint: observed[segment.frame] = constant[j] + d * (linear[j] + d * curvature(j))
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
      let (a, b, c) = (constant[j], linear[j], curvature(j))
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
      grid.segments.withUnsafeBufferPointer { segments in
        constant.withUnsafeBufferPointer { constant in
          linear.withUnsafeBufferPointer { linear in
            quadratic.withUnsafeBufferPointer { quadratic in
              var y = 0.0
              var z = 0.0
              for j in segments.indices {
                let segment = segments[j]
                let h = segment.length
                let phi = phis.baseAddress.unsafelyUnwrapped + segment.lengthIndex
                let a = constant[j]
                let b = linear[j] * h
                let decay = phi.pointee.value[0]
                let (v1, v2, s1, s2) = (
                  phi.pointee.value[1], phi.pointee.value[2], phi.pointee.slope[1], phi.pointee.slope[2]
                )
                // ∫y over the segment, divided by its length; then y and its derivative at the end.
                var mean = y * v1 + h * (a * v2 + b * phi.pointee.value[3])
                var meanSlope = z * v1 - h * y * s1 - h * h * (a * s2 + b * phi.pointee.slope[3])
                var next = decay * y + h * (a * v1 + b * v2)
                var nextSlope = decay * z - h * decay * y - h * h * (a * s1 + b * s2)
                if !quadratic.isEmpty {
                  let c = 2 * quadratic[j] * h * h
                  mean += h * c * phi.pointee.value[4]
                  meanSlope -= h * h * c * phi.pointee.slope[4]
                  next += h * c * phi.pointee.value[3]
                  nextSlope -= h * h * c * phi.pointee.slope[3]
                }
                if segment.frame >= 0 {
                  if averages {
                    value[segment.frame] += segment.share * mean
                    slope[segment.frame] += segment.share * meanSlope
                  } else {
                    value[segment.frame] = next
                    slope[segment.frame] = nextSlope
                  }
                }
                y = next
                z = nextSlope
              }
            }
          }
        }
      }
    }
  }

  /// As above at two rates in one pass, for curves of straight pieces: the two recursions do not wait for each other.
  ///
  /// - Parameters:
  ///   - values: receives both convolutions, lane by lane.
  ///   - slopes: receives their derivatives by their rates.
  func observedConvolutions(
    rates: SIMD2<Double>, values: UnsafeMutableBufferPointer<SIMD2<Double>>,
    slopes: UnsafeMutableBufferPointer<SIMD2<Double>>
  ) {
    precondition(quadratic.isEmpty, "straight pieces only")
    for i in 0..<grid.frameCount {
      values[i] = .zero
      slopes[i] = .zero
    }
    let averages = grid.sampling == .average
    // φ0…φ3, then their derivatives, of each distinct length.
    withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: 8 * grid.distinctLengths.count) { phis in
      for (i, length) in grid.distinctLengths.enumerated() {
        let first = PhiFunctions(-rates[0] * length)
        let second = PhiFunctions(-rates[1] * length)
        for j in 0..<4 {
          phis[8 * i + j] = SIMD2(first.value[j], second.value[j])
          phis[8 * i + 4 + j] = SIMD2(first.slope[j], second.slope[j])
        }
      }
      grid.segments.withUnsafeBufferPointer { segments in
        constant.withUnsafeBufferPointer { constant in
          linear.withUnsafeBufferPointer { linear in
            var y = SIMD2<Double>.zero
            var z = SIMD2<Double>.zero
            for j in segments.indices {
              let segment = segments[j]
              let h = segment.length
              let phi = phis.baseAddress.unsafelyUnwrapped + 8 * segment.lengthIndex
              let a = constant[j]
              let b = linear[j] * h
              let next = phi[0] * y + h * (a * phi[1] + b * phi[2])
              let nextSlope = phi[0] * z - h * (phi[0] * y) - (h * h) * (a * phi[5] + b * phi[6])
              if segment.frame >= 0 {
                if averages {
                  let mean = y * phi[1] + h * (a * phi[2] + b * phi[3])
                  let meanSlope = z * phi[1] - h * (y * phi[5]) - (h * h) * (a * phi[6] + b * phi[7])
                  values[segment.frame] += segment.share * mean
                  slopes[segment.frame] += segment.share * meanSlope
                } else {
                  values[segment.frame] = next
                  slopes[segment.frame] = nextSlope
                }
              }
              y = next
              z = nextSlope
            }
          }
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
