import PETCore

/// A row of `multiverse_spread.tsv`: how far the choices move one measure in one region.
package struct SpreadRow: Sendable {
  package var region = ""
  package var measure = ""
  package var universes: Int?
  package var told: Int?
  package var visits: Int?
  package var median = Double.nan
  package var least = Double.nan
  package var most = Double.nan
  package var sd = Double.nan
  /// Name of the choice; `n/a` for none.
  package var mostMoving = "n/a"
  /// Of each choice.
  package var shares: [Double] = []

  /// - Parameter choices: whose shares follow.
  static func columns(choices: [String]) -> [TableColumn<SpreadRow>] {
    [
      .init("region", .text(\.region)), .init("measure", .text(\.measure)), .init("universes", .count(\.universes)),
      .init("told", .count(\.told)), .init("visits", .count(\.visits)), .init("median", .number(\.median)),
      .init("least", .number(\.least)), .init("most", .number(\.most)), .init("sd", .number(\.sd)),
      .init("most-moving", .text(\.mostMoving)),
    ] + choices.enumerated().map { .init("share-\($1)", .number(\.shares[$0])) }
  }

  /// Columns that tell the table from others.
  static let marks = ["region", "measure", "universes", "least", "most"]
}
