import PETCore

/// One or two tissue compartments driven by plasma, with blood in the region.
///
/// C = (1 - vB) K1 U + vB (C_b + Kb ∫C_p), U the tissue's response to plasma for K1 = 1: one exponential for one tissue,
/// two for two. Unknowns in order: K1, k2, k3, k4, Kb, vB, those that a model has not being known to be 0. With a common
/// VND, K1 = VND k2. Convolutions are closed form for a piecewise linear input.
/// Source: Gunn et al. 2001, doi:10.1097/00004647-200106000-00002; equations as in Innis et al. 2007,
/// doi:10.1038/sj.jcbfm.9600493.
struct CompartmentModel: NonlinearStarts {
  enum Unknown: Int, CaseIterable { case K1, k2, k3, k4, Kb, vB }

  let card: ModelCard
  let bounds: [ClosedRange<Double>]
  let nested: [NestedModel]
  private let tissue: PlasmaTissue
  private let starts: CompartmentStarts
  /// ∫C_p as the frames see it, for Kb.
  private let integral: [Double]
  private let commonVolume: Double?

  init(_ card: ModelCard, _ input: ScanInput, weights: [Double], commonVolume: Double? = nil) throws(PETError) {
    self.card = card
    let tissue = try PlasmaTissue(input, card)
    self.tissue = tissue
    self.commonVolume = commonVolume
    let hasWall = card.index(of: "Kb") != nil
    integral = hasWall ? tissue.parent.observedIntegral() : []
    let none = 0.0...0.0
    func range(_ symbol: String) -> ClosedRange<Double> {
      card.index(of: symbol) == nil ? none : card.bounds(symbol, in: input)
    }
    let blood: ClosedRange<Double> =
      switch input.bloodVolume(card) {
      case .fitted: card.index(of: "vB") == nil ? StandardParameters.named("vB").bounds : range("vB")
      case .fixed(let volume): volume...volume
      }
    var bounds = [range("K1"), range("k2"), range("k3"), range("k4"), range("Kb"), blood]
    if commonVolume != nil {
      bounds[Unknown.K1.rawValue] = 0...0
      for unknown in [Unknown.k2, .k3, .k4] {
        bounds[unknown.rawValue] =
          input.bounds["\(unknown)"] ?? StandardParameters.named(unknown == .k2 ? "k2plasma" : "\(unknown)").bounds
      }
    }
    self.bounds = bounds
    nested = NestedCompartments(bounds: bounds).all
    starts = CompartmentStarts(
      tissue, bounds: bounds, weights: weights, integral: integral, commonVolume: commonVolume)
  }

  var grid: StartGrid { starts.grid }

  var curved: [Int] { [Unknown.k2, .k3, .k4].map(\.rawValue) }

  func point(_ start: StartGrid.Start) -> [Double] { starts.point(start) }

  func evaluate(
    _ point: UnsafeBufferPointer<Double>, predicted: UnsafeMutableBufferPointer<Double>,
    jacobian: UnsafeMutableBufferPointer<Double>
  ) {
    let n = predicted.count
    let k1 = commonVolume.map { $0 * point[1] } ?? point[0]
    let vB = point[5]
    let kb = point[4]
    // Columns of the Jacobian double as room for the response's derivatives.
    func column(_ j: Int) -> UnsafeMutableBufferPointer<Double> {
      UnsafeMutableBufferPointer(rebasing: jacobian[j * n..<(j + 1) * n])
    }
    let isTwoTissue = bounds[2].upperBound > 0
    PlasmaResponse(tissue: tissue).evaluate(
      k2: point[1], k3: isTwoTissue ? point[2] : nil, k4: point[3], response: column(0),
      by: (column(1), column(2), column(3)))
    let rest = 1 - vB
    let hasWall = !integral.isEmpty
    for i in 0..<n {
      let unit = jacobian[i]
      let blood = tissue.blood[i] + (hasWall ? kb * integral[i] : 0)
      predicted[i] = rest * k1 * unit + vB * blood
      jacobian[i] = commonVolume == nil ? rest * unit : 0
      jacobian[n + i] = rest * k1 * jacobian[n + i] + (commonVolume.map { rest * $0 * unit } ?? 0)
      jacobian[2 * n + i] *= rest * k1
      jacobian[3 * n + i] *= rest * k1
      jacobian[4 * n + i] = hasWall ? vB * integral[i] : 0
      jacobian[5 * n + i] = blood - k1 * unit
    }
  }

  func outcome(_ point: [Double]) -> (estimates: [Double], gradient: Matrix) {
    let (k1, k2, k3, k4) = (point[0], point[1], point[2], point[3])
    var values: [Double] = []
    var rows: [[Double]] = []
    func add(_ value: Double, _ gradient: [Unknown: Double]) {
      values.append(value)
      rows.append(Unknown.allCases.map { gradient[$0] ?? 0 })
    }
    let reversible = k4 > 0 ? 1 + k3 / k4 : 1
    for parameter in card.parameters {
      switch parameter.symbol {
      case "VT":
        add(
          k1 / k2 * reversible,
          [
            .K1: reversible / k2, .k2: -k1 / (k2 * k2) * reversible, .k3: k4 > 0 ? k1 / (k2 * k4) : 0,
            .k4: k4 > 0 ? -k1 * k3 / (k2 * k4 * k4) : 0,
          ])
      case "VND":
        if let commonVolume { add(commonVolume, [:]) } else { add(k1 / k2, [.K1: 1 / k2, .k2: -k1 / (k2 * k2)]) }
      case "BPND": add(k3 / k4, [.k3: 1 / k4, .k4: -k3 / (k4 * k4)])
      case "Ki":
        let sum = k2 + k3
        add(k1 * k3 / sum, [.K1: k3 / sum, .k2: -k1 * k3 / (sum * sum), .k3: k1 * k2 / (sum * sum)])
      default:
        guard let unknown = Unknown.allCases.first(where: { "\($0)" == parameter.symbol }) else {
          preconditionFailure("\(card.id) has no rule for \(parameter.symbol)")
        }
        add(isTold(unknown, at: point) ? point[unknown.rawValue] : .nan, [unknown: 1])
      }
    }
    return (values, Matrix(rows: rows))
  }

  func point(of estimates: [Double]) -> [Double]? {
    // With a common VND the card does not hold the region's own rates.
    guard commonVolume == nil else { return nil }
    return Unknown.allCases.map { unknown in
      let value = card.index(of: "\(unknown)").map { estimates[$0] } ?? bounds[unknown.rawValue].lowerBound
      // What nothing tells is held.
      return value.isNaN ? bounds[unknown.rawValue].upperBound : value
    }
  }

  /// Whether the curve has a say in an unknown: nothing leaves a compartment that nothing enters, and without blood there
  /// is no wall.
  private func isTold(_ unknown: Unknown, at point: [Double]) -> Bool {
    guard bounds[unknown.rawValue].lowerBound < bounds[unknown.rawValue].upperBound else { return true }
    return switch unknown {
    case .k4: point[Unknown.k3.rawValue] > 0
    case .Kb: point[Unknown.vB.rawValue] > 0
    default: true
    }
  }

  func referenceOperator(_ point: [Double]) -> Matrix? { nil }
}

/// The response of tissue to plasma for K1 = 1.
struct PlasmaResponse {
  let tissue: PlasmaTissue

  /// Response and its derivatives by k2, k3 and k4; one tissue when there is no k3.
  func evaluate(
    k2: Double, k3: Double?, k4: Double, response: UnsafeMutableBufferPointer<Double>,
    by: (
      UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>
    )
  ) {
    let n = response.count
    guard let k3 else {
      tissue.parent.observedConvolution(rate: k2, value: response, slope: by.0)
      for i in 0..<n {
        by.1[i] = 0
        by.2[i] = 0
      }
      return
    }
    let rates = TwoTissueRates(k2: k2, k3: k3, k4: k4)
    let gap = rates.fast - rates.slow
    // U = g E_slow + (1 - g) E_fast, g = (k3 + k4 - slow)/(fast - slow).
    let share = (k3 + k4 - rates.slow) / gap
    var shareBy: InlineArray<3, Double> = .init(repeating: 0)
    for j in 0..<3 {
      shareBy[j] = ((j == 0 ? 0 : 1) - rates.slowBy[j] - share * (rates.fastBy[j] - rates.slowBy[j])) / gap
    }
    withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: 2 * n) { memory in
      let values = UnsafeMutableBufferPointer(rebasing: memory[0..<n])
      let slopes = UnsafeMutableBufferPointer(rebasing: memory[n..<2 * n])
      tissue.parent.observedConvolutions(rates: SIMD2(rates.slow, rates.fast), values: values, slopes: slopes)
      let gains = SIMD2(share, 1 - share)
      func gainTimesRate(_ j: Int) -> SIMD2<Double> { gains * SIMD2(rates.slowBy[j], rates.fastBy[j]) }
      let (first, second, third) = (gainTimesRate(0), gainTimesRate(1), gainTimesRate(2))
      for i in 0..<n {
        let value = values[i]
        let slope = slopes[i]
        let difference = value[0] - value[1]
        response[i] = (gains * value).sum()
        by.0[i] = shareBy[0] * difference + (first * slope).sum()
        by.1[i] = shareBy[1] * difference + (second * slope).sum()
        by.2[i] = shareBy[2] * difference + (third * slope).sum()
      }
    }
  }

  /// The response alone; one tissue when k3 and k4 are 0.
  func values(k2: Double, k3: Double, k4: Double) -> [Double] {
    if k3 == 0 { return tissue.parent.observedConvolution(rate: k2) }
    let rates = TwoTissueRates(k2: k2, k3: k3, k4: k4)
    let share = (k3 + k4 - rates.slow) / (rates.fast - rates.slow)
    return zip(
      tissue.parent.observedConvolution(rate: rates.slow), tissue.parent.observedConvolution(rate: rates.fast)
    ).map { share * $0 + (1 - share) * $1 }
  }
}
