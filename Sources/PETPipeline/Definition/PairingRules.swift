import PETStudy

/// How scans become pairs.
package struct PairingRules: Sendable, Equatable {
  /// Whether dates alone decide, whatever the sessions.
  var byDate = false
  /// Days that two scans may lie apart at most; nil for no limit.
  var within: Double?
  /// What the user says, which decides alone.
  var table: PairingTable?
}
