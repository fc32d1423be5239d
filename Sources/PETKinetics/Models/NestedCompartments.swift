import PETCore

/// What a compartment model is without its wall, without blood, and with one tissue.
struct NestedCompartments {
  private typealias Unknown = CompartmentModel.Unknown

  /// Bounds of the compartment model's unknowns.
  let bounds: [ClosedRange<Double>]

  /// k3/k4 where the search beside one tissue begins.
  private static let besideRatio = 0.05

  var all: [NestedModel] { noWall + noBlood + oneTissue }

  private func range(_ unknown: Unknown) -> ClosedRange<Double> { bounds[unknown.rawValue] }

  private static func without(_ unknown: Unknown) -> @Sendable ([Double]) -> [Double] {
    { point in
      var simple = point
      simple[unknown.rawValue] = 0
      return simple
    }
  }

  /// No wall: a tissue that traps is much like a wall that does, and the valley from one to the other is too long to be
  /// walked down.
  private var noWall: [NestedModel] {
    guard range(.Kb).lowerBound == 0, range(.Kb).upperBound > 0 else { return [] }
    return [NestedModel(closed: Unknown.Kb.rawValue, simpler: Self.without(.Kb))]
  }

  /// No blood: nothing tells Kb where vB is 0.
  ///
  /// The sum's slope by vB is linear in Kb there: if any Kb lets the sum fall, an end of its range does.
  private var noBlood: [NestedModel] {
    let kb = range(.Kb)
    guard range(.vB).lowerBound == 0, range(.vB).upperBound > 0, kb.lowerBound < kb.upperBound else { return [] }
    return [
      NestedModel(
        closed: Unknown.vB.rawValue, idle: Unknown.Kb.rawValue, slopes: [kb.lowerBound, kb.upperBound],
        simpler: Self.without(.vB))
    ]
  }

  /// One tissue: nothing tells k4 where k3 is 0.
  ///
  /// With a wall in the model the sum may fall within a factor of 2 of k4 only, and from k3 = 0 on.
  private var oneTissue: [NestedModel] {
    let (k3, k4) = (range(.k3), range(.k4))
    guard k3.lowerBound == 0, k3.upperBound > 0, k4.lowerBound < k4.upperBound else { return [] }
    func values(_ count: Int) -> [Double] {
      StartGrid.logarithmic(k4, from: 1e-4 / 60, to: 2.0 / 60, count: count)
    }
    return [
      NestedModel(
        closed: Unknown.k3.rawValue, idle: Unknown.k4.rawValue, values: values(12),
        slopes: range(.Kb).upperBound > 0 ? values(24) : [],
        simpler: { point in
          var simple = point
          simple[Unknown.k3.rawValue] = 0
          if point[Unknown.k4.rawValue] > 0 {
            simple[Unknown.k2.rawValue] /= 1 + point[Unknown.k3.rawValue] / point[Unknown.k4.rawValue]
          }
          return simple
        },
        beside: { point, k4 in
          var whole = point
          whole[Unknown.k3.rawValue] = Self.besideRatio * k4
          whole[Unknown.k4.rawValue] = k4
          whole[Unknown.k2.rawValue] *= 1 + Self.besideRatio
          return whole
        })
    ]
  }
}
