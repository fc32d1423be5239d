import PETCore

/// What is done about a head that moves from frame to frame.
package struct MotionRule: Sendable, Equatable {
  package enum Mode: String, Sendable, CaseIterable {
    /// Nothing is looked at.
    case none
    /// How far it moved is told.
    case check
    /// Curves are taken with the labels where each frame has them.
    case correct
  }

  package let mode: Mode
  /// Displacement that counts: rms over the head and over time after 5 min, mm.
  package let limit: Double

  package init(mode: Mode, limit: Double) { (self.mode, self.limit) = (mode, limit) }

  package static let usual = MotionRule(mode: .check, limit: 2)
}
