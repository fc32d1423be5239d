import Foundation
import PETBinding
import PETCore

/// A row of `change`: one region of one person in two sessions.
struct ChangeRow: Sendable {
  var region = ""
  var before = Double.nan
  var after = Double.nan
  var change = Double.nan
  var error = Double.nan
  var low = Double.nan
  var high = Double.nan
  var ratio = Double.nan
  var ratioLow = Double.nan
  var ratioHigh = Double.nan
  var probability = Double.nan
  var note = ""

  static let columns: [TableColumn<ChangeRow>] = [
    .init("region", .text(\.region)), .init("log-ratio-before", .number(\.before)),
    .init("log-ratio-after", .number(\.after)), .init("change", .number(\.change)),
    .init("change-se", .number(\.error)), .init("change-low", .number(\.low)), .init("change-high", .number(\.high)),
    .init("ratio-change", .number(\.ratio)), .init("ratio-change-low", .number(\.ratioLow)),
    .init("ratio-change-high", .number(\.ratioHigh)), .init("p", .number(\.probability)), .init("note", .text(\.note)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["region", "log-ratio-before", "log-ratio-after", "change"]

  init(_ row: BalanceChange.Row) {
    (region, before, after) = (row.region, row.before, row.after)
    (change, error) = (row.change.value, row.change.standardError)
    (low, high) = (row.limits.low, row.limits.high)
    (ratio, ratioLow, ratioHigh) = (exp(change), exp(low), exp(high))
    (probability, note) = (row.probability, row.note)
  }
}
