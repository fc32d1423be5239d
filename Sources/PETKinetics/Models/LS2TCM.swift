package import PETCore

/// Two-tissue compartment model as a linear equation, integrated twice (the columns of MA2).
///
/// With T = (C - vB C_b)/(1 - vB): T = γ1 ∫∫C_p + γ2 ∫∫T + γ3 ∫T + γ4 ∫C_p, linear for each vB; vB, when fitted, is found
/// by its residual sum. K1 = γ4, k2 = -γ3 - γ1/γ4, k4 = -γ2/k2, k3 = -γ3 - k2 - k4.
/// Source: Blomqvist 1984, doi:10.1038/jcbfm.1984.89.
package struct LS2TCM: KineticModel {
  package static let card = ModelCard(
    id: "LS2TCM", title: "Linear two-tissue compartment model", needs: [.plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("K1", fitted: false), StandardParameters.named("k2plasma", fitted: false),
      StandardParameters.named("k3", fitted: false), StandardParameters.named("k4", fitted: false),
      StandardParameters.named("vB"), StandardParameters.named("VT", fitted: false),
    ],
    outcome: "VT", references: [.blomqvist1984],
    sentence: "The total distribution volume was estimated with the linearised two-tissue compartment model.",
    kinetics: "2TCM",
    bloodVolume: .fitted, errors: LinearErrors.carried)

  package static func kernel(for input: ScanInput) throws(PETError) -> Kernel { try Kernel(input) }

  package struct Kernel: FitKernel {
    package let weights: [Double]
    private let terms: PlasmaTerms
    private let blood: (mean: [Double], integral: [Double], double: [Double])
    private let volumes: ClosedRange<Double>
    private let single: Matrix
    private let double: Matrix

    init(_ input: ScanInput) throws(PETError) {
      weights = input.usedWeights()
      var other = input
      // The correction is part of the search here.
      other.vB = .fixed(0)
      let terms = try PlasmaTerms(other, card)
      self.terms = terms
      let zero = Array(repeating: 0.0, count: input.frames.count)
      blood = terms.wholeBlood ?? (zero, zero, zero)
      single = terms.targetIntegral.onTarget?.matrix ?? Matrix(rows: 0, columns: 0)
      double = terms.targetDoubleIntegral.onTarget?.matrix ?? Matrix(rows: 0, columns: 0)
      switch input.bloodVolume(card) {
      case .fixed(let volume): volumes = volume...volume
      case .fitted: volumes = card.bounds("vB", in: input)
      }
      // The check that whole blood is there when it is needed.
      _ = try PlasmaTissue(input, card)
      try input.check(card, used: weights, parameters: volumes.lowerBound < volumes.upperBound ? 5 : 4)
    }

    private typealias Solution = (
      g: InlineArray<4, Double>, vB: Double, sum: Double, columns: [[Double]], data: [Double]
    )

    /// Coefficients and residual sum, in the units of the measured curve, at a blood volume.
    private func solve(_ curve: [Double], _ once: [Double], _ twice: [Double], vB: Double) -> Solution? {
      let n = weights.count
      let columns = [
        terms.plasmaDoubleIntegral.constant.map { (1 - vB) * $0 }, (0..<n).map { twice[$0] - vB * blood.double[$0] },
        (0..<n).map { once[$0] - vB * blood.integral[$0] }, terms.plasmaIntegral.constant.map { (1 - vB) * $0 },
      ]
      let data = (0..<n).map { curve[$0] - vB * blood.mean[$0] }
      var g: InlineArray<4, Double> = .init(repeating: 0)
      let flat = columns.flatMap { $0 }
      let solved = flat.withUnsafeBufferPointer { columns in
        weights.withUnsafeBufferPointer { weights in
          data.withUnsafeBufferPointer {
            SmallLeastSquares.solve(columns: columns, unknowns: 4, weights: weights, data: $0, into: &g)
          }
        }
      }
      guard solved else { return nil }
      var sum = 0.0
      for i in 0..<n {
        var residual = data[i]
        for k in 0..<4 { residual -= g[k] * columns[k][i] }
        sum += weights[i] * residual * residual
      }
      return (g, vB, sum, columns, data)
    }

    private func best(_ curve: [Double]) -> Solution? {
      let once = (single * Matrix(columns: [curve])).values
      let twice = (double * Matrix(columns: [curve])).values
      let sum = { (vB: Double) in solve(curve, once, twice, vB: vB)?.sum ?? .infinity }
      let vB = LineSearch.minimum(volumes, steps: 26, of: sum)
      return solve(curve, once, twice, vB: vB)
    }

    package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
      guard let best = best((0..<curve.count).map { curve[$0] }) else { return .singular }
      let values = outcome(best.g, best.vB).estimates
      for i in values.indices { estimates[i] = values[i] }
      return volumes.hasEnd(at: best.vB) ? .atBound : .converged
    }

    private func outcome(_ g: InlineArray<4, Double>, _ vB: Double) -> (estimates: [Double], gradient: Matrix) {
      let k1 = g[3]
      let k2 = -g[2] - g[0] / k1
      let k4 = -g[1] / k2
      let k3 = -g[2] - k2 - k4
      let k2By: [Double] = [-1 / k1, 0, -1, g[0] / (k1 * k1), 0]
      let k4By = (0..<5).map { (i: Int) -> Double in (i == 1 ? -1 / k2 : 0) + g[1] / (k2 * k2) * k2By[i] }
      let k3By = (0..<5).map { (i: Int) -> Double in (i == 2 ? -1 : 0) - k2By[i] - k4By[i] }
      let vTBy: [Double] = [-1 / g[1], g[0] / (g[1] * g[1]), 0, 0, 0]
      return (
        [k1, k2, k3, k4, vB, -g[0] / g[1]],
        Matrix(rows: [[0, 0, 0, 1, 0], k2By, k3By, k4By, [0, 0, 0, 0, 1], vTBy])
      )
    }

    package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
      let n = weights.count
      let vB = estimates[4]
      let once = (single * Matrix(columns: [curve])).values
      let twice = (double * Matrix(columns: [curve])).values
      guard let solution = solve(curve, once, twice, vB: vB) else {
        return Linearization(
          predicted: curve, observed: curve, weights: weights, design: Matrix(rows: n, columns: 5),
          outcome: Matrix(rows: 6, columns: 5))
      }
      let g = solution.g
      let modelled = (0..<n).map { i in (0..<4).reduce(0) { $0 + g[$1] * solution.columns[$1][i] } }
      let byVolume = (0..<n).map { i in
        blood.mean[i] - g[0] * terms.plasmaDoubleIntegral.constant[i] - g[3] * terms.plasmaIntegral.constant[i]
          - g[1] * blood.double[i] - g[2] * blood.integral[i]
      }
      let isFree = volumes.lowerBound < volumes.upperBound
      let outcome = outcome(g, vB).gradient
      return Linearization(
        predicted: (0..<n).map { modelled[$0] + vB * blood.mean[$0] }, observed: curve, weights: weights,
        design: Matrix(columns: solution.columns + (isFree ? [byVolume] : [])), held: volumes.hasEnd(at: vB) ? [4] : [],
        dataOperator: Matrix.identity(n) - g[1] * double - g[2] * single,
        outcome: isFree ? outcome : outcome.keepingColumns([0, 1, 2, 3]))
    }
  }
}
