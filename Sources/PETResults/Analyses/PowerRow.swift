import PETBinding
import PETCore

/// A row of `power`: one design in one region, or in regions together.
package struct PowerRow: Sendable {
  package var region = ""
  /// all, set or region.
  package var kind = StudyPower.Row.Kind.region.rawValue
  package var design = ""
  package var measure = ""
  package var count: Int?
  package var spread = Double.nan
  package var spreadLow = Double.nan
  package var spreadHigh = Double.nan
  package var errors = Double.nan
  package var effect = Double.nan
  package var size = Double.nan
  package var persons: Int?
  package var personsLow: Int?
  package var personsHigh: Int?
  package var personsInFamily: Int?
  package var power = Double.nan
  package var powerLow = Double.nan
  package var powerHigh = Double.nan
  package var leastEffect = Double.nan
  package var notes: [String] = []

  static let columns: [TableColumn<PowerRow>] = [
    .init("region", .text(\.region)), .init("kind", .text(\.kind)), .init("design", .text(\.design)),
    .init("measure", .text(\.measure)), .init("n", .count(\.count)), .init("sd", .number(\.spread)),
    .init("sd-low", .number(\.spreadLow)), .init("sd-high", .number(\.spreadHigh)),
    .init("sd-errors", .number(\.errors)), .init("effect", .number(\.effect)), .init("effect-size", .number(\.size)),
    .init("persons", .count(\.persons)), .init("persons-low", .count(\.personsLow)),
    .init("persons-high", .count(\.personsHigh)), .init("persons-family", .count(\.personsInFamily)),
    .init("power", .number(\.power)), .init("power-low", .number(\.powerLow)),
    .init("power-high", .number(\.powerHigh)), .init("least-effect", .number(\.leastEffect)),
    .init("note", .notes(\.notes)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["region", "design", "persons", "persons-family"]
}
