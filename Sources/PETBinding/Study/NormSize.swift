import PETCore
import PETTracers

extension NormTable {
  /// Below this many persons z is no z: its tails are wider than the normal's.
  ///
  /// (x - mean)/SD is Student's t with n - 1 degrees of freedom times √(1 + 1/n) (Crawford and Howell 1998,
  /// doi:10.1076/clin.12.4.482.7241): of people like those of the norm 17.8 % lie beyond |z| = 1.96 where it is made of
  /// 4, 9.4 % of 10, 7.1 % of 20 and 5.4 % of 100, not 5 %.
  package static let fewestForZ = 20
}

extension NormTable.Deviation {
  /// The |z| that 5 % of people exceed where the norm is known exactly.
  private static let usualLimit = 1.96

  /// Share of people like those of the norm whose |z| is above 1.96.
  package var shareBeyondLimit: Double {
    let inflation = (1 + leverage).squareRoot()
    return Distribution.twoSidedT(Self.usualLimit / inflation, freedom)
  }

  /// What is to be said of z; nil where the norm rests on enough persons, or does not say on how many.
  package var caution: String? {
    // What the covariates of a norm take counts as persons that it lacks.
    guard freedom < Double(NormTable.fewestForZ - 1) else { return nil }
    let persons = count.map { "\($0) persons" } ?? "\(NumberText.short(freedom)) degrees of freedom"
    let share = NumberText.short((100 * shareBeyondLimit).rounded())
    return
      "the spread behind z is from \(persons): \(share) % of such people lie beyond 1.96, not 5 %; t and p hold that"
  }
}

extension NormTable {
  /// What is to be said of the z of either side of a balance.
  static func cautions(_ deviations: BothSides<Deviation?>?, _ systems: BalanceSystems) -> [String] {
    let sides = [(systems.numerator, deviations?.numerator), (systems.denominator, deviations?.denominator)]
    return sides.compactMap { system, deviation in deviation?.caution.map { "\(system.rawValue): \($0)" } }
  }
}
