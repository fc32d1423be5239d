package import PETCore

/// Reference Logan plot: ∫C_T/C_T = DVR (∫C_R + C_R/k2')/C_T + b for t ≥ t*; BPND = DVR - 1.
///
/// Running integrals are averaged over each frame. With decay-and-counts weights the weight of a point is multiplied by
/// C_T², since its error is that of C_T times b/C_T; the equation is then fitted without the division, which also stands
/// frames without activity. Other schemes weight the plot's points directly, so every frame from t* on needs activity.
/// Source: Logan et al. 1996, doi:10.1097/00004647-199609000-00008.
package struct LoganRef: KineticModel {
  package static let card = ModelCard(
    id: "LoganRef", title: "Reference Logan plot", needs: [.referenceCurve, .k2prime, .linearStart],
    parameters: [
      .init(
        "BPND", "binding potential relative to non-displaceable uptake", .unitless, in: -0.99...100, typical: 1.5),
      .init("intercept", "intercept of the plot", .minutes, in: -1e6...0, typical: -600),
    ],
    outcome: "BPND", citation: "Logan J, et al. J Cereb Blood Flow Metab 1996;16:834-840",
    doi: "10.1097/00004647-199609000-00008",
    sentence: "Binding potential was estimated as the slope of the reference Logan plot less one.")

  package static func kernel(for input: ScanInput) throws(PETError) -> Kernel { try Kernel(input) }

  package struct Kernel: FitKernel {
    package let weights: [Double]
    private let byCounts: Bool
    private let numerator: [Double]
    private let reference: [Double]
    private let k2prime: Double
    private let integral: Matrix
    private let carriesReferenceNoise: Bool

    init(_ input: ScanInput) throws(PETError) {
      weights = input.usedWeights(from: input.linearStart)
      try input.check(card, used: weights, parameters: 2)
      let tissue = ReferenceTissue(input)
      let rate = try input.requiredK2prime(card).value
      k2prime = rate
      reference = input.reference
      integral = tissue.integralOperator
      let running = tissue.curve.observedIntegral()
      numerator = running.indices.map { running[$0] + tissue.values[$0] / rate }
      byCounts = input.weights.scheme == .counts
      carriesReferenceNoise = input.referenceNoise != nil
    }

    /// What a frame's equation ∫C_T = DVR (∫C_R + C_R/k2') + b C_T is divided by: C_T makes it a point of the plot.
    private func divisor(_ activity: Double) -> Double { byCounts ? 1 : activity }

    package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
      let n = curve.count
      var solution: InlineArray<4, Double> = .init(repeating: 0)
      for i in 0..<n where weights[i] > 0 && divisor(curve[i]) <= 0 { return .noSignal }
      let solved = withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { scratch in
        for i in 0..<n {
          var sum = 0.0
          for j in 0..<n { sum += integral[i, j] * curve[j] }
          let scale = weights[i] > 0 ? 1 / divisor(curve[i]) : 0
          scratch[i] = numerator[i] * scale
          scratch[n + i] = curve[i] * scale
          scratch[2 * n + i] = sum * scale
        }
        let whole = UnsafeBufferPointer(scratch)
        return weights.withUnsafeBufferPointer { weights in
          SmallLeastSquares.solve(
            columns: UnsafeBufferPointer(rebasing: whole[0..<2 * n]), unknowns: 2, weights: weights,
            data: UnsafeBufferPointer(rebasing: whole[2 * n..<3 * n]), into: &solution)
        }
      }
      guard solved else { return .singular }
      estimates[0] = solution[0] - 1
      estimates[1] = solution[1]
      return .converged
    }

    package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
      let ratio = 1 + estimates[0]
      let intercept = estimates[1]
      let frames = weights.indices
      let scale = frames.map { weights[$0] > 0 ? 1 / divisor(curve[$0]) : 0 }
      let running = integral * Matrix(columns: [curve])
      let x = frames.map { numerator[$0] * scale[$0] }
      let y = frames.map { running[$0, 0] * scale[$0] }
      let last = frames.map { curve[$0] * scale[$0] }
      var data = integral
      for i in frames { data[i, i] -= byCounts ? intercept : y[i] - ratio * x[i] }
      return Linearization(
        predicted: frames.map { ratio * x[$0] + intercept * last[$0] }, observed: y, weights: weights,
        design: Matrix(columns: [x, last]), dataOperator: data.scalingRows(scale),
        referenceOperator: carriesReferenceNoise
          ? ratio * (integral + (1 / k2prime) * Matrix.identity(weights.count)).scalingRows(scale) : nil,
        k2primeGradient: frames.map { -ratio * reference[$0] * scale[$0] / (k2prime * k2prime) },
        outcome: Matrix.identity(2))
    }
  }
}
