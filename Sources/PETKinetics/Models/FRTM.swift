package import PETCore

/// Full reference tissue model: a two-tissue target against a one-tissue reference.
///
/// C_T = R1 C_R + (k2 - R1 c) p E_c + (k2 - R1 d) (1 - p) E_d, E = C_R ⊗ exp(-· t), c and d the exponents of the target's
/// two-tissue model, p = (d - k2)/(d - c); BPND = k3/k4. Source: Lammertsma et al. 1996, doi:10.1097/00004647-199601000-00005.
package struct FRTM: KineticModel {
  package static let card = ModelCard(
    id: "FRTM", title: "Full reference tissue model", needs: [.referenceCurve],
    parameters: [
      StandardParameters.named("BPND", fitted: false), StandardParameters.named("R1"),
      .init("k2", "efflux rate of the target", .perMinute, in: 1e-4 / 60...3.0 / 60, typical: 0.15 / 60),
      StandardParameters.named("k3"), StandardParameters.named("k4"),
    ],
    outcome: "BPND", references: [.lammertsma1996full],
    sentence: "Binding potential was estimated with the full (four-parameter) reference tissue model.",
    formulas: ["BPND": ["R1", "k2", "k3", "k4"]],
    extends: "SRTM",
    errors:
      "Errors hold the noise of target and reference; that of BPND follows k3/k4 beyond the straight line. Where one "
      + "tissue nearly describes the target k3 and k4 cannot be told apart. Of fits to regions of 0.5 mL or less in simulated "
      + "scans of [11C]DASB, 6 to 12 % noise in a 5 min frame at 40 min, 58 % converged; their 95 % limits held the truth "
      + "in 96 %.")

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    let weights = input.usedWeights()
    return try NonlinearKernel(Model(input, weights: weights), card: card, weights: weights, input: input, starts: 16)
  }

  struct Model: NonlinearStarts {
    let bounds: [ClosedRange<Double>]
    let grid: StartGrid
    private let tissue: ReferenceTissue

    init(_ input: ScanInput, weights: [Double]) throws(PETError) {
      let tissue = try ReferenceTissue(input, card)
      self.tissue = tissue
      bounds = ["R1", "k2", "k3", "k4"].map { card.bounds($0, in: input) }
      func axis(_ range: ClosedRange<Double>, _ least: Double, _ most: Double) -> [Double] {
        StartGrid.logarithmic(range, from: least / 60, to: most / 60, count: 10)
      }
      // R1 multiplies the first column; the second is known.
      grid = StartGrid(
        axes: [axis(bounds[1], 0.01, 2), axis(bounds[2], 1e-4, 2), axis(bounds[3], 1e-4, 2)],
        bounds: [bounds[0], 1...1], weights: weights,
        columns: { node in
          let (k2, k3, k4) = (node[0], node[1], node[2])
          let rates = TwoTissueRates(k2: k2, k3: k3, k4: k4)
          let p = (rates.slow - k2) / (rates.slow - rates.fast)
          let fast = tissue.curve.observedConvolution(rate: rates.fast)
          let slow = tissue.curve.observedConvolution(rate: rates.slow)
          return [
            fast.indices.map { tissue.values[$0] - rates.fast * p * fast[$0] - rates.slow * (1 - p) * slow[$0] },
            fast.indices.map { k2 * (p * fast[$0] + (1 - p) * slow[$0]) },
          ]
        })
    }

    func point(_ start: StartGrid.Start) -> [Double] { [start.linear[0]] + grid.nodes[start.node] }

    func evaluate(
      _ point: UnsafeBufferPointer<Double>, predicted: UnsafeMutableBufferPointer<Double>,
      jacobian: UnsafeMutableBufferPointer<Double>
    ) {
      let n = predicted.count
      let (r1, k2) = (point[0], point[1])
      let rates = TwoTissueRates(k2: k2, k3: point[2], k4: point[3])
      let (c, d) = (rates.fast, rates.slow)
      let p = (d - k2) / (d - c)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * n) { memory in
        let fast = UnsafeMutableBufferPointer(rebasing: memory[0..<n])
        let fastSlope = UnsafeMutableBufferPointer(rebasing: memory[n..<2 * n])
        let slow = UnsafeMutableBufferPointer(rebasing: memory[2 * n..<3 * n])
        let slowSlope = UnsafeMutableBufferPointer(rebasing: memory[3 * n..<4 * n])
        tissue.curve.observedConvolution(rate: c, value: fast, slope: fastSlope)
        tissue.curve.observedConvolution(rate: d, value: slow, slope: slowSlope)
        let onFast = (k2 - r1 * c) * p
        let onSlow = (k2 - r1 * d) * (1 - p)
        for i in 0..<n {
          predicted[i] = r1 * tissue.values[i] + onFast * fast[i] + onSlow * slow[i]
          jacobian[i] = tissue.values[i] - c * p * fast[i] - d * (1 - p) * slow[i]
        }
        for j in 0..<3 {
          let cBy = rates.fastBy[j]
          let dBy = rates.slowBy[j]
          let k2By = j == 0 ? 1.0 : 0.0
          let pBy = (dBy - k2By - p * (dBy - cBy)) / (d - c)
          let fastBy = (k2By - r1 * cBy) * p + (k2 - r1 * c) * pBy
          let slowBy = (k2By - r1 * dBy) * (1 - p) - (k2 - r1 * d) * pBy
          for i in 0..<n {
            jacobian[(j + 1) * n + i] =
              fastBy * fast[i] + onFast * cBy * fastSlope[i] + slowBy * slow[i] + onSlow * dBy * slowSlope[i]
          }
        }
      }
    }

    func outcome(_ point: [Double]) -> (estimates: [Double], gradient: Matrix) {
      let (k3, k4) = (point[2], point[3])
      // Nothing leaves a compartment that nothing enters: without k3 there is no k4 to tell.
      let isTold = k3 > 0 || bounds[3].lowerBound == bounds[3].upperBound
      return (
        [k3 / k4] + point[..<3] + [isTold ? k4 : .nan],
        Matrix(rows: [[0, 0, 1 / k4, -k3 / (k4 * k4)]] + (0..<4).map { Matrix.identity(4).row($0) })
      )
    }

    func point(of estimates: [Double]) -> [Double]? {
      estimates[1..<4] + [estimates[4].isNaN ? bounds[3].upperBound : estimates[4]]
    }

    func referenceOperator(_ point: [Double]) -> Matrix? {
      guard tissue.carriesNoise else { return nil }
      let rates = TwoTissueRates(k2: point[1], k3: point[2], k4: point[3])
      let p = (rates.slow - point[1]) / (rates.slow - rates.fast)
      let onFast = (point[1] - point[0] * rates.fast) * p
      let onSlow = (point[1] - point[0] * rates.slow) * (1 - p)
      return point[0] * Matrix.identity(tissue.values.count) + onFast * tissue.convolutionOperator(rate: rates.fast)
        + onSlow * tissue.convolutionOperator(rate: rates.slow)
    }
  }
}
