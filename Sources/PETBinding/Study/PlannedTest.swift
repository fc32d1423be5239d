import Foundation
import PETCore

/// What a test of persons that are still to come will find: by the noncentral t, of an effect in residual SDs.
struct PlannedTest {
  let design: StudyPower.Design
  /// Of the two-sided test.
  let alpha: Double
  /// Columns of covariates that the test holds.
  var held = 0

  /// More persons than anybody scans.
  static let most = 100_000

  /// Fewest persons (in each group) that leave a degree of freedom.
  var fewest: Int {
    switch design {
    case .groups: 2 + held / 2
    case .sessions: 2 + held
    case .association: 3 + held
    }
  }

  /// Probability that an effect is found.
  ///
  /// - Parameters:
  ///   - effect: groups: their difference; sessions: the change; association: the slope for one SD of the quantity, which is drawn
  ///     from a normal distribution. All in SDs of what is left.
  ///   - persons: in each group, or in all.
  func power(_ effect: Double, persons: Int) -> Double {
    guard effect.isFinite, persons >= fewest else { return .nan }
    let n = Double(persons)
    switch design {
    case .groups:
      return NoncentralT.power(
        freedom: 2 * n - 2 - Double(held), noncentrality: effect * (n / 2).squareRoot(), alpha: alpha)
    case .sessions:
      return NoncentralT.power(
        freedom: n - 1 - Double(held), noncentrality: effect * n.squareRoot(), alpha: alpha)
    case .association:
      let freedom = n - 2 - Double(held)
      // Over what the quantity's own spread may turn out to be.
      return GaussLegendre.integral(from: 0, to: 1) { share in
        NoncentralT.power(
          freedom: freedom, noncentrality: effect * Quantile.chiSquared(share, n - 1).squareRoot(), alpha: alpha)
      }
    }
  }

  /// The fewest persons (in each group) with a power; nil beyond `most`.
  func persons(_ effect: Double, power: Double) -> Int? {
    guard effect.isFinite, effect != 0 else { return nil }
    func suffices(_ persons: Int) -> Bool { self.power(effect, persons: persons) >= power }
    var high = fewest
    while !suffices(high) {
      guard high < Self.most else { return nil }
      high = min(2 * high, Self.most)
    }
    var low = max(fewest, high / 2)
    if suffices(low) { return low }
    while high - low > 1 {
      let middle = (low + high) / 2
      if suffices(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// The smallest effect that so many persons find with a power.
  func effect(persons: Int, power: Double) -> Double {
    guard persons >= fewest else { return .nan }
    return LineSearch.zero(0...100) { self.power($0, persons: persons) - power }
  }
}
