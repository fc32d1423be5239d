import PETCore

/// A row of `norms`: one measure of one person in one region beside the norm.
struct DeviationRow: Sendable {
  var participant = ""
  var session = "n/a"
  var measure = ""
  var region = ""
  var value = Double.nan
  var expected = Double.nan
  var sd = Double.nan
  var t = Double.nan
  var freedom = Double.nan
  var probability = Double.nan
  var z = Double.nan
  var count: Int?
  /// `yes` for those whom the norm is made of.
  var member = "no"
  var note = ""

  static let columns: [TableColumn<DeviationRow>] = [
    .init("participant_id", .text(\.participant)), .init("session_id", .text(\.session)),
    .init("measure", .text(\.measure)), .init("region", .text(\.region)), .init("value", .number(\.value)),
    .init("expected", .number(\.expected)), .init("sd", .number(\.sd)), .init("t", .number(\.t)),
    .init("dof", .number(\.freedom)), .init("p", .number(\.probability)), .init("z", .number(\.z)),
    .init("n", .count(\.count)), .init("member", .text(\.member)), .init("note", .text(\.note)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["participant_id", "region", "expected", "z"]
}
