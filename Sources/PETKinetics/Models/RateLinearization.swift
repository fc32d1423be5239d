import PETCore

/// SRTM or SRTM2 around a solution.
///
/// Unknowns are R1, 1 + BPND and k2a, with k2' fixed R1 and k2a. Where another of R1, BPND and k2 is held or at its bound
/// it takes the place of the one that then slides with k2a.
struct RateLinearization {
  let tissue: ReferenceTissue
  let weights: [Double]
  let bounds: RateLinearPart
  /// Bounds of k2a, 1/s.
  let rates: ClosedRange<Double>
  let total: Double
  let r1: Double
  let k2a: Double

  /// An unknown with the range it is searched in.
  private typealias Unknown = (value: Double, range: ClosedRange<Double>)

  func of(_ curve: [Double]) -> Linearization {
    var b = [Double](repeating: 0, count: weights.count)
    var slope = b
    tissue.curve.observedConvolution(rate: k2a, value: &b, slope: &slope)
    let frames = weights.indices
    let share = (total - r1) * k2a
    let prediction = (
      values: frames.map { r1 * tissue.values[$0] + share * b[$0] },
      byReference: tissue.carriesNoise
        ? r1 * Matrix.identity(weights.count) + share * tissue.convolutionOperator(rate: k2a) : nil
    )
    var fit = bounds.fixedRate.map { fixed(rate: $0, b, slope) } ?? free(b, slope)
    let unknowns = fit.unknowns
    let fitted = unknowns.indices.filter { unknowns[$0].range.lowerBound < unknowns[$0].range.upperBound }
    fit.result.held = Set(
      fitted.indices.filter { unknowns[fitted[$0]].range.hasEnd(at: unknowns[fitted[$0]].value) })
    fit.result.design = fit.result.design.keepingColumns(fitted)
    fit.result.outcome = fit.result.outcome.keepingColumns(fitted)
    fit.result.predicted = prediction.values
    fit.result.observed = curve
    fit.result.referenceOperator = prediction.byReference
    return fit.result
  }

  private func linearization(_ design: Matrix, _ outcome: Matrix) -> Linearization {
    Linearization(predicted: [], observed: [], weights: weights, design: design, outcome: outcome)
  }

  /// Whether a quantity is held, or lies at its bound.
  private func isStuck(_ value: Double, _ range: ClosedRange<Double>) -> Bool {
    range.lowerBound == range.upperBound || range.hasEnd(at: value)
  }

  private func free(_ b: [Double], _ slope: [Double]) -> (result: Linearization, unknowns: [Unknown]) {
    let design = Matrix(columns: [
      b.indices.map { tissue.values[$0] - k2a * b[$0] }, b.map { k2a * $0 },
      b.indices.map { (total - r1) * (b[$0] + k2a * slope[$0]) },
    ])
    let outcome = OutcomeGradient.rates(r1: r1, total: total, k2a: k2a).matrix(parameters: 5, unknowns: 3)
    let (delivery, rate): (Unknown, Unknown) = ((r1, bounds.delivery), (k2a, rates))
    guard isStuck(total * k2a, bounds.efflux), !isStuck(total, bounds.distribution) else {
      return (linearization(design, outcome), [delivery, (total, bounds.distribution), rate])
    }
    // 1 + BPND = k2/k2a.
    let change = Matrix(rows: [[1, 0, 0], [0, 1 / k2a, -total / k2a], [0, 0, 1]])
    return (
      linearization(
        design * change,
        Matrix(rows: [
          [0, 1 / k2a, -total / k2a], [1, 0, 0], [0, 1, 0], [0, 0, 1], [-total * k2a / (r1 * r1), 1 / r1, 0],
        ])),
      [delivery, (total * k2a, bounds.efflux), rate]
    )
  }

  private func fixed(rate k2prime: Double, _ b: [Double], _ slope: [Double]) -> (
    result: Linearization, unknowns: [Unknown]
  ) {
    let byDelivery = b.indices.map { tissue.values[$0] + (k2prime - k2a) * b[$0] }
    let design = Matrix(columns: [byDelivery, b.indices.map { r1 * ((k2prime - k2a) * slope[$0] - b[$0]) }])
    let outcome = OutcomeGradient.rates(r1: r1, k2a: k2a, k2prime: k2prime)
    let rate: Unknown = (k2a, rates)
    /// Without R1 as an unknown; the prediction and R1 then slide with k2'.
    func withoutDelivery(_ change: Matrix, _ outcome: Matrix, _ unknown: Unknown) -> (
      result: Linearization, unknowns: [Unknown]
    ) {
      var result = linearization(design * change, outcome)
      result.k2primeGradient = b.indices.map { r1 * b[$0] - r1 / k2prime * byDelivery[$0] }
      result.outcomeByK2prime = [0, -r1 / k2prime, 0, 0, 1]
      return (result, [unknown, rate])
    }
    if isStuck(total, bounds.distribution) {
      // R1 = (1 + BPND) k2a/k2'.
      return withoutDelivery(
        Matrix(rows: [[k2a / k2prime, total / k2prime], [0, 1]]),
        Matrix(rows: [[1, 0], [k2a / k2prime, total / k2prime], [k2a, total], [0, 1], [0, 0]]),
        (total, bounds.distribution))
    }
    if isStuck(r1 * k2prime, bounds.efflux) {
      // R1 = k2/k2'.
      return withoutDelivery(
        Matrix(rows: [[1 / k2prime, 0], [0, 1]]),
        Matrix(rows: [[1 / k2a, -total / k2a], [1 / k2prime, 0], [1, 0], [0, 1], [0, 0]]),
        (r1 * k2prime, bounds.efflux))
    }
    var result = linearization(design, outcome.matrix(parameters: 5, unknowns: 2))
    result.k2primeGradient = b.map { r1 * $0 }
    result.outcomeByK2prime = outcome.byK2prime(parameters: 5)
    return (result, [(r1, bounds.delivery), rate])
  }
}
