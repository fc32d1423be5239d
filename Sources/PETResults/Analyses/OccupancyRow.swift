import PETCore

/// A row of `occupancy` by region.
struct OccupancyRow: Sendable {
  var participant = ""
  var region = ""
  var baseline = Double.nan
  var baselineError = Double.nan
  var blocked = Double.nan
  var blockedError = Double.nan
  var occupancy = Double.nan
  var error = Double.nan
  var low = Double.nan
  var high = Double.nan
  var interval = "n/a"
  var status = "n/a"
  var notes: [String] = []

  static let columns: [TableColumn<OccupancyRow>] = [
    .init("participant_id", .text(\.participant)), .init("region", .text(\.region)),
    .init("baseline", .number(\.baseline)), .init("baseline-se", .number(\.baselineError)),
    .init("blocked", .number(\.blocked)), .init("blocked-se", .number(\.blockedError)),
    .init("occupancy", .number(\.occupancy)), .init("occupancy-se", .number(\.error)),
    .init("occupancy-low", .number(\.low)), .init("occupancy-high", .number(\.high)),
    .init("occupancy-interval", .text(\.interval)), .init("status", .text(\.status)), .init("note", .notes(\.notes)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["participant_id", "region", "occupancy", "baseline", "blocked"]
}
