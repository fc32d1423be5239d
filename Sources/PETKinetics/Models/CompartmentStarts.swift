/// Where the search of a compartment model begins.
///
/// Two tissues: a plane of exponents, in which K1, the mixture of the two exponentials within the bounds of all rates, vB
/// and vB Kb are linear and solved (variable projection; Golub and Pereyra 1973, doi:10.1137/0710036). Valleys in which
/// the rates change together by orders of magnitude are short there. One tissue, a common VND, or rates that are known:
/// the rates themselves, with what is left linear.
struct CompartmentStarts {
  private typealias Unknown = CompartmentModel.Unknown

  let grid: StartGrid
  private let bounds: [ClosedRange<Double>]
  private let exponents: TwoTissueExponents?
  private let hasWall: Bool
  private let commonVolume: Double?

  init(
    _ tissue: PlasmaTissue, bounds: [ClosedRange<Double>], weights: [Double], integral: [Double], commonVolume: Double?
  ) {
    self.bounds = bounds
    self.commonVolume = commonVolume
    hasWall = !integral.isEmpty
    func range(_ unknown: Unknown) -> ClosedRange<Double> { bounds[unknown.rawValue] }
    func axis(_ range: ClosedRange<Double>, _ least: Double, _ most: Double, _ count: Int) -> [Double] {
      range == 0.0...0.0 ? [0] : StartGrid.logarithmic(range, from: least / 60, to: most / 60, count: count)
    }
    let response = PlasmaResponse(tissue: tissue)
    let (blood, wall) = (range(.vB), range(.Kb))
    let common = [tissue.blood] + (hasWall ? [integral] : [])
    let commonBounds =
      [blood] + (hasWall ? [wall.lowerBound * blood.lowerBound...wall.upperBound * blood.upperBound] : [])
    let isTwoTissue = range(.k3) != 0.0...0.0
    let plane = TwoTissueExponents(k2: range(.k2), k3: range(.k3), k4: range(.k4))
    if isTwoTissue, commonVolume == nil, !plane.isThin {
      exponents = plane
      let most = range(.K1).upperBound * (1 - blood.lowerBound)
      let (slow, fast) = (axis(plane.slow, 3e-5, 2, 36), axis(plane.fast, 1e-3, 5, 36))
      var exponentials: [Double: [Double]] = [:]
      for rate in slow + fast { exponentials[rate] = tissue.parent.observedConvolution(rate: rate) }
      grid = StartGrid(
        axes: [[0, 1], slow, fast], isFirstApart: true,
        bounds: [0...most, 0...most] + commonBounds, weights: weights, common: common,
        columns: { node in
          guard let interval = plane.interval(Int(node[0]), slow: node[1], fast: node[2]),
            let late = exponentials[node[1]], let early = exponentials[node[2]]
          else { return nil }
          return [interval.lowerBound, interval.upperBound].map { k2 in
            let share = (node[2] - k2) / (node[2] - node[1])
            return zip(late, early).map { share * $0 + (1 - share) * $1 }
          }
        })
      return
    }
    exponents = nil
    // (1 - vB) K1; with a common VND, K1 = VND k2 is not free, and 1 - vB is the known coefficient.
    let delivery = commonVolume == nil ? range(.K1) : 1...1
    grid = StartGrid(
      axes: [
        axis(range(.k2), 0.004, 2, isTwoTissue ? 10 : 32), axis(range(.k3), 1e-4, 2, 9), axis(range(.k4), 1e-4, 2, 9),
      ],
      bounds: [delivery.lowerBound * (1 - blood.upperBound)...delivery.upperBound * (1 - blood.lowerBound)]
        + commonBounds, weights: weights, common: common,
      columns: { node in
        let unit = response.values(k2: node[0], k3: node[1], k4: node[2])
        return [commonVolume.map { volume in unit.map { $0 * volume * node[0] } } ?? unit]
      })
  }

  /// The unknowns at a start.
  func point(_ start: StartGrid.Start) -> [Double] {
    let node = grid.nodes[start.node]
    let tissues = exponents == nil ? 1 : 2
    let blood = start.linear[tissues]
    // Without blood nothing tells Kb, and the search would not leave that corner.
    let vB = hasWall ? max(blood, min(0.005, bounds[Unknown.vB.rawValue].upperBound)) : blood
    let kb = hasWall && vB > 0 ? start.linear[tissues + 1] / vB : 0
    var delivery = start.linear[0]
    var rates = (k2: node[0], k3: node[1], k4: node[2])
    if let interval = exponents?.interval(Int(node[0]), slow: node[1], fast: node[2]) {
      let (lower, upper) = (start.linear[0], start.linear[1])
      delivery = lower + upper
      let k2 =
        delivery > 0
        ? (lower * interval.lowerBound + upper * interval.upperBound) / delivery : interval.lowerBound
      let others = TwoTissueExponents.rates(slow: node[1], fast: node[2], k2: k2)
      rates = (k2, others.k3, others.k4)
    }
    return [commonVolume == nil ? delivery / max(1 - vB, 1e-3) : 0, rates.k2, rates.k3, rates.k4, kb, vB]
  }
}
