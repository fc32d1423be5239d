import PETBinding
import PETCore

/// Curves of a scan as they would be with its labels elsewhere or another resolution taken out, for the budget of a ratio.
struct ChangedCurves: Sendable {
  struct Member: Sendable {
    let effect: String
    let component: String
    /// In the unit of the effect.
    let amount: Double
    let table: CurveTable
  }

  var members: [Member] = []
  /// How large the errors are that a budget takes, by key of the effect.
  var spreads: [String: Refits.Spread] = [:]
  /// Effects that have no meaning for the curves, with the reason.
  var leftOut: [String: String] = [:]

  /// What is asked of an image's curves.
  struct Wish {
    let rule: UncertaintyRule
    /// Whether labels were moved to where they were found.
    let areMoved: Bool

    init(_ rule: UncertaintyRule, areMoved: Bool) {
      (self.rule, self.areMoved) = (rule, areMoved)
    }
  }

  /// Poses of a moving head that labels are moved in: more of them cost more than they tell.
  static let mostPoses = 3

  /// What aligned labels are off by on simulated scans beyond the error of their fit, rms over the labels, mm.
  static let leastDisplacement = 0.15
}
