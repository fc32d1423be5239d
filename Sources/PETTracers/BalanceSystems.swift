/// The two transmitter systems of a balance: the first over the second.
package struct BalanceSystems: Sendable, Equatable {
  package var numerator = TracerCard.System.dopamine
  package var denominator = TracerCard.System.serotonin

  package init() {}

  package init(_ numerator: TracerCard.System, over denominator: TracerCard.System) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Such as `dopamine / serotonin`.
  package var quotient: String { "\(numerator.rawValue) / \(denominator.rawValue)" }
}
