package import PETCore

/// Multilinear reference tissue model: C_T = γ1 ∫C_R + γ2 ∫C_T + γ3 C_R, γ1 = k2, γ2 = -k2a, γ3 = R1.
///
/// The running integrals are averaged over each frame as the data are. Frames from t* on.
/// Source: Ichise et al. 2003, doi:10.1097/01.WCB.0000085441.37552.CA.
package struct MRTM1: KineticModel {
  package static let card = ModelCard(
    id: "MRTM1", title: "Multilinear reference tissue model", needs: [.referenceCurve, .linearStart],
    parameters: ReferenceParameters.all(fitted: ["BPND", "R1", "k2"]),
    outcome: "BPND", citation: "Ichise M, et al. J Cereb Blood Flow Metab 2003;23:1096-1112",
    doi: "10.1097/01.WCB.0000085441.37552.CA",
    sentence: "Binding potential was estimated with the multilinear reference tissue model.")

  package static func kernel(for input: ScanInput) throws(PETError) -> MRTMKernel {
    try MRTMKernel(card, input: input, fixedRate: nil)
  }
}

/// MRTM with the reference's efflux rate fixed: C_T = γ1 (∫C_R + C_R/k2') + γ2 ∫C_T.
///
/// Source: Ichise et al. 2003, doi:10.1097/01.WCB.0000085441.37552.CA.
package struct MRTM2: KineticModel {
  package static let card = ModelCard(
    id: "MRTM2", title: "Multilinear reference tissue model with fixed k2'",
    needs: [.referenceCurve, .k2prime, .linearStart],
    parameters: ReferenceParameters.all(fitted: ["k2", "k2a"]),
    outcome: "BPND", citation: "Ichise M, et al. J Cereb Blood Flow Metab 2003;23:1096-1112",
    doi: "10.1097/01.WCB.0000085441.37552.CA",
    sentence: "Binding potential was estimated with the two-parameter multilinear reference tissue model, the efflux "
      + "rate of the reference region being common to all regions.")

  package static func kernel(for input: ScanInput) throws(PETError) -> MRTMKernel {
    try MRTMKernel(card, input: input, fixedRate: try input.requiredK2prime(card))
  }
}

/// The kernel of MRTM1 (three columns) and MRTM2 (two).
package struct MRTMKernel: FitKernel {
  package let weights: [Double]
  private let fixedRate: Double?
  /// The columns that do not depend on the target: ∫C_R (+ C_R/k2'), and C_R.
  private let referenceColumn: [Double]
  private let reference: [Double]
  private let integral: Matrix
  private let carriesReferenceNoise: Bool

  init(_ card: ModelCard, input: ScanInput, fixedRate: ReferenceRate?) throws(PETError) {
    weights = input.usedWeights(from: input.linearStart)
    try input.check(card, used: weights, parameters: fixedRate == nil ? 3 : 2)
    let tissue = ReferenceTissue(input)
    self.fixedRate = fixedRate?.value
    reference = input.reference
    integral = tissue.integralOperator
    let running = tissue.curve.observedIntegral()
    let share = fixedRate.map { 1 / $0.value } ?? 0
    referenceColumn = running.indices.map { running[$0] + share * tissue.values[$0] }
    carriesReferenceNoise = input.referenceNoise != nil
  }

  package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
    let n = curve.count
    let unknowns = fixedRate == nil ? 3 : 2
    var solution: InlineArray<4, Double> = .init(repeating: 0)
    let solved = withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * n) { columns in
      for i in 0..<n {
        var sum = 0.0
        for j in 0..<n { sum += integral[i, j] * curve[j] }
        columns[i] = referenceColumn[i]
        columns[n + i] = sum
        columns[2 * n + i] = reference[i]
      }
      return weights.withUnsafeBufferPointer { weights in
        curve.withUnsafeBufferPointer { data in
          SmallLeastSquares.solve(
            columns: UnsafeBufferPointer(columns), unknowns: unknowns, weights: weights, data: data, into: &solution)
        }
      }
    }
    guard solved, solution[1] != 0 else { return .singular }
    let r1 = fixedRate.map { solution[0] / $0 } ?? solution[2]
    estimates[0] = -solution[0] / solution[1] - 1
    estimates[1] = r1
    estimates[2] = solution[0]
    estimates[3] = -solution[1]
    estimates[4] = fixedRate ?? solution[0] / r1
    return .converged
  }

  package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
    let k2 = estimates[2]
    let k2a = estimates[3]
    let r1 = estimates[1]
    let frames = weights.indices
    let running = integral * Matrix(columns: [curve])
    let target = frames.map { running[$0, 0] }
    let data = Matrix.identity(weights.count) + k2a * integral
    if let k2prime = fixedRate {
      return Linearization(
        predicted: frames.map { k2 * referenceColumn[$0] - k2a * target[$0] }, observed: curve, weights: weights,
        design: Matrix(columns: [referenceColumn, target.map { -$0 }]), dataOperator: data,
        referenceOperator: carriesReferenceNoise
          ? k2 * integral + (k2 / k2prime) * Matrix.identity(weights.count) : nil,
        k2primeGradient: frames.map { -k2 * reference[$0] / (k2prime * k2prime) },
        outcome: Matrix(rows: [[1 / k2a, -k2 / (k2a * k2a)], [1 / k2prime, 0], [1, 0], [0, 1], [0, 0]]),
        outcomeByK2prime: [0, -k2 / (k2prime * k2prime), 0, 0, 1])
    }
    return Linearization(
      predicted: frames.map { k2 * referenceColumn[$0] - k2a * target[$0] + r1 * reference[$0] }, observed: curve,
      weights: weights, design: Matrix(columns: [referenceColumn, target.map { -$0 }, reference]), dataOperator: data,
      referenceOperator: carriesReferenceNoise ? k2 * integral + r1 * Matrix.identity(weights.count) : nil,
      outcome: Matrix(rows: [
        [1 / k2a, -k2 / (k2a * k2a), 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [1 / r1, 0, -k2 / (r1 * r1)],
      ]))
  }
}
