import PETCore

/// A row of `occupancy` by VT: one line through the regions of one person, or the mean of persons.
package struct LassenRow: Sendable {
  package var participant = ""
  package var method = ""
  package var count: Int?
  package var occupancy = Double.nan
  package var error = Double.nan
  package var low = Double.nan
  package var high = Double.nan
  /// VND, mL/cm3.
  package var nondisplaceable = Double.nan
  package var nondisplaceableLow = Double.nan
  package var nondisplaceableHigh = Double.nan
  package var scatter = Double.nan
  package var notes: [String] = []

  static let columns: [TableColumn<LassenRow>] = [
    .init("participant_id", .text(\.participant)), .init("method", .text(\.method)), .init("n", .count(\.count)),
    .init("occupancy", .number(\.occupancy)), .init("occupancy-se", .number(\.error)),
    .init("occupancy-low", .number(\.low)), .init("occupancy-high", .number(\.high)),
    .init("VND", .number(\.nondisplaceable)), .init("VND-low", .number(\.nondisplaceableLow)),
    .init("VND-high", .number(\.nondisplaceableHigh)), .init("scatter", .number(\.scatter)),
    .init("note", .notes(\.notes)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["participant_id", "method", "occupancy", "VND"]
}
