import PETCore

/// What is done about labels that do not lie where they are said to.
package struct AlignmentRule: Sendable, Equatable {
  package enum Mode: String, Sendable, CaseIterable {
    /// Nothing is looked at.
    case none
    /// How far they lie off is told.
    case check
    /// They are taken where they lie.
    case move
  }

  package let mode: Mode
  /// Displacement that counts, mm.
  package let limit: Double

  package init(mode: Mode, limit: Double) { (self.mode, self.limit) = (mode, limit) }

  package static let usual = AlignmentRule(mode: .check, limit: 2)
}
