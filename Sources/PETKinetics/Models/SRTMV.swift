package import PETCore

/// SRTM with blood in the reference and in the target, whole blood being known.
///
/// C_T = (1 - vBt) (R1 X + (k2 - R1 k2a) X ⊗ exp(-k2a t)) + vBt C_b with X = (C_R - vBr C_b)/(1 - vBr), the reference
/// tissue without its blood. Source: Tomasi et al. 2008, doi:10.2967/jnumed.108.050583.
package struct SRTMV: KineticModel {
  package static let card = ModelCard(
    id: "SRTMV", title: "Simplified reference tissue model with blood volume",
    needs: [.referenceCurve, .plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("BPND", fitted: false), StandardParameters.named("R1"),
      .init("k2", "efflux rate of the target", .perMinute, in: 1e-4 / 60...3.0 / 60, typical: 0.15 / 60),
      StandardParameters.named("k2a"),
      .init("vBr", "blood volume of the reference", .unitless, in: 0...0.3, typical: 0.05),
      .init("vBt", "blood volume of the target", .unitless, in: 0...0.3, typical: 0.05),
    ],
    outcome: "BPND", references: [.tomasi2008],
    sentence: "Binding potential was estimated with the simplified reference tissue model with blood volumes of target "
      + "and reference.",
    formulas: StandardParameters.rateFormulas,
    extends: "SRTM", bloodVolume: .fitted,
    errors: "Errors hold the noise of target and reference; whole blood is taken as exact.")

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    let weights = input.usedWeights()
    return try NonlinearKernel(Model(input, weights: weights), card: card, weights: weights, input: input)
  }

  struct Model: NonlinearStarts {
    let bounds: [ClosedRange<Double>]
    let grid: StartGrid
    private let tissue: ReferenceTissue
    private let blood: SegmentedCurve
    private let bloodMean: [Double]

    init(_ input: ScanInput, weights: [Double]) throws(PETError) {
      let tissue = try ReferenceTissue(input, card)
      guard let blood = try PlasmaTissue(input, card).bloodCurve else {
        throw PETError(
          .wrongInput, field: "whole_blood_radioactivity", "SRTMV needs whole blood",
          remedy: "give an input with that column, or use SRTM")
      }
      let bloodMean = blood.observed()
      self.tissue = tissue
      self.blood = blood
      self.bloodMean = bloodMean
      let target: ClosedRange<Double> =
        switch input.bloodVolume(card) {
        case .fitted: card.bounds("vBt", in: input)
        case .fixed(let volume): volume...volume
        }
      bounds = ["R1", "k2", "k2a", "vBr"].map { card.bounds($0, in: input) } + [target]
      let own = bounds[3]
      let volumes =
        own.lowerBound == own.upperBound ? [own.lowerBound] : [0.01, 0.03, 0.05, 0.08, 0.12].filter(own.contains)
      grid = StartGrid(
        axes: [
          StartGrid.logarithmic(bounds[2], from: 0.003 / 60, to: 1.0 / 60, count: 32),
          volumes.isEmpty ? [own.lowerBound] : volumes,
        ],
        bounds: [0...1e3, -1e3...1e3, target], weights: weights,
        columns: { node in
          let convolved = zip(
            tissue.curve.observedConvolution(rate: node[0]), blood.observedConvolution(rate: node[0])
          ).map { $0 - node[1] * $1 }
          return [zip(tissue.values, bloodMean).map { $0 - node[1] * $1 }, convolved, bloodMean]
        })
    }

    func point(_ start: StartGrid.Start) -> [Double] {
      let (k2a, vBr) = (grid.nodes[start.node][0], grid.nodes[start.node][1])
      let vBt = start.linear[2]
      let q = (1 - vBt) / (1 - vBr)
      let r1 = start.linear[0] / q
      return [r1, start.linear[1] / q + r1 * k2a, k2a, vBr, vBt]
    }

    func evaluate(
      _ point: UnsafeBufferPointer<Double>, predicted: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      let n = predicted.count
      let (r1, k2, k2a, vBr, vBt) = (point[0], point[1], point[2], point[3], point[4])
      let q = (1 - vBt) / (1 - vBr)
      let share = k2 - r1 * k2a
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * n) { memory in
        let own = UnsafeMutableBufferPointer(rebasing: memory[0..<n])
        let ownSlope = UnsafeMutableBufferPointer(rebasing: memory[n..<2 * n])
        let ofBlood = UnsafeMutableBufferPointer(rebasing: memory[2 * n..<3 * n])
        let ofBloodSlope = UnsafeMutableBufferPointer(rebasing: memory[3 * n..<4 * n])
        tissue.curve.observedConvolution(rate: k2a, value: own, slope: ownSlope)
        blood.observedConvolution(rate: k2a, value: ofBlood, slope: ofBloodSlope)
        for i in 0..<n {
          let x = tissue.values[i] - vBr * bloodMean[i]
          let y = own[i] - vBr * ofBlood[i]
          let yBy = ownSlope[i] - vBr * ofBloodSlope[i]
          let whole = r1 * x + share * y
          predicted[i] = q * whole + vBt * bloodMean[i]
          jacobian[i] = q * (x - k2a * y)
          jacobian[n + i] = q * y
          jacobian[2 * n + i] = q * (share * yBy - r1 * y)
          jacobian[3 * n + i] = q * (whole / (1 - vBr) - r1 * bloodMean[i] - share * ofBlood[i])
          jacobian[4 * n + i] = bloodMean[i] - whole / (1 - vBr)
        }
      }
    }

    func outcome(_ point: [Double]) -> (estimates: [Double], gradient: Matrix) {
      let (k2, k2a) = (point[1], point[2])
      return (
        [k2 / k2a - 1] + point,
        Matrix(rows: [[0, 1 / k2a, -k2 / (k2a * k2a), 0, 0]] + (0..<5).map { Matrix.identity(5).row($0) })
      )
    }

    func point(of estimates: [Double]) -> [Double]? { Array(estimates.dropFirst()) }

    func referenceOperator(_ point: [Double]) -> Matrix? {
      guard tissue.carriesNoise else { return nil }
      let q = (1 - point[4]) / (1 - point[3])
      return (q * point[0]) * Matrix.identity(tissue.values.count)
        + (q * (point[1] - point[0] * point[2])) * tissue.convolutionOperator(rate: point[2])
    }
  }
}
