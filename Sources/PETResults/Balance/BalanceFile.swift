import PETBinding
package import PETCore
package import PETTracers

/// `_balance.tsv`: one row for each region, written and read by one list of columns.
package struct BalanceFile: Sendable {
  package struct Row: Sendable {
    package var region = ""
    package var numerator = Side()
    package var denominator = Side()
    package var ratio = Quotient()
    package var logRatio = Limited()
    package var centred = Value()
    package var freedom = Double.nan
    package var status = "n/a"
    package var notes: [String] = []
    package var inverse = Quotient()
    package var fraction = Double.nan
    package var lateral = Limited()
    package var density = Quotient()
    package var zDifference = Double.nan
    package var bootstrap = Resampled()
    /// Of the curves as they were measured, where those of the ratio are corrected.
    package var uncorrected = Double.nan
    /// Of the ratio, with errors that are not statistical.
    package var budget = Ends()
  }

  /// Two ends.
  package struct Ends: Sendable {
    package var low = Double.nan
    package var high = Double.nan
  }

  /// One of the two systems.
  package struct Side: Sendable {
    package var estimate = Limited()
    /// How the fit ended; `n/a` for no fit.
    package var status = "n/a"
    package var asymmetry = Double.nan
    /// Of curves that are corrected for partial volume.
    package var ownShare = Double.nan
    package var deviation = Deviation()
  }

  package struct Value: Sendable {
    package var value = Double.nan
    package var error = Double.nan
  }

  package struct Limited: Sendable {
    package var value = Double.nan
    package var error = Double.nan
    package var low = Double.nan
    package var high = Double.nan
  }

  /// A ratio with its set.
  package struct Quotient: Sendable {
    package var value = Double.nan
    package var low = Double.nan
    package var high = Double.nan
    /// Of `FiellerSet.Kind`; `n/a` for none.
    package var interval = "n/a"
  }

  /// From a norm.
  package struct Deviation: Sendable {
    package var t = Double.nan
    package var probability = Double.nan
    package var z = Double.nan
  }

  /// What a parametric bootstrap makes of the log ratio.
  package struct Resampled: Sendable {
    package var low = Double.nan
    package var high = Double.nan
    package var undefined = Double.nan
  }

  package let systems: BalanceSystems
  /// Those that the table has.
  package let columns: [TableColumn<Row>]
  package private(set) var rows: [Row]

  package static func status(of system: String) -> String { system + "-status" }
  package static func error(of name: String) -> String { name + "-se" }

  private static func set(_ name: String, _ places: [TableColumn<Row>.Place]) -> [TableColumn<Row>] {
    zip(["", "-low", "-high", "-interval"], places).map { .init(name + $0, $1) }
  }

  /// All columns that there may be.
  static func columns(_ systems: BalanceSystems) -> [TableColumn<Row>] {
    let (a, b) = (systems.numerator.rawValue, systems.denominator.rawValue)
    var columns: [TableColumn<Row>] = [
      .init("region", .text(\.region)),
      .init(a, .number(\.numerator.estimate.value)), .init(error(of: a), .number(\.numerator.estimate.error)),
      .init(status(of: a), .text(\.numerator.status)),
      .init(b, .number(\.denominator.estimate.value)), .init(error(of: b), .number(\.denominator.estimate.error)),
      .init(status(of: b), .text(\.denominator.status)),
    ]
    columns += set(
      "ratio", [.number(\.ratio.value), .number(\.ratio.low), .number(\.ratio.high), .text(\.ratio.interval)])
    columns += [
      .init(StudyTable.logRatio, .number(\.logRatio.value)),
      .init(error(of: StudyTable.logRatio), .number(\.logRatio.error)),
      .init("log-ratio-low", .number(\.logRatio.low)), .init("log-ratio-high", .number(\.logRatio.high)),
      .init("centred-log-ratio", .number(\.centred.value)), .init("centred-log-ratio-se", .number(\.centred.error)),
      .init("dof", .number(\.freedom)), .init("status", .text(\.status)), .init("note", .notes(\.notes)),
      .init("\(a)-low", .number(\.numerator.estimate.low)), .init("\(a)-high", .number(\.numerator.estimate.high)),
      .init("\(b)-low", .number(\.denominator.estimate.low)), .init("\(b)-high", .number(\.denominator.estimate.high)),
    ]
    columns += set(
      "inverse-ratio",
      [.number(\.inverse.value), .number(\.inverse.low), .number(\.inverse.high), .text(\.inverse.interval)])
    columns += [
      .init("fraction", .number(\.fraction)), .init("\(a)-asymmetry", .number(\.numerator.asymmetry)),
      .init("\(b)-asymmetry", .number(\.denominator.asymmetry)), .init("lateral-contrast", .number(\.lateral.value)),
      .init("lateral-contrast-se", .number(\.lateral.error)), .init("lateral-contrast-low", .number(\.lateral.low)),
      .init("lateral-contrast-high", .number(\.lateral.high)),
    ]
    return columns + corrected(a, b) + budgeted + calibrated + normed(a, b) + resampled
  }

  /// Where curves are corrected for partial volume.
  private static func corrected(_ a: String, _ b: String) -> [TableColumn<Row>] {
    [
      .init("ratio-uncorrected", .number(\.uncorrected)), .init("\(a)-own-share", .number(\.numerator.ownShare)),
      .init("\(b)-own-share", .number(\.denominator.ownShare)),
    ]
  }

  /// With stated errors of other kinds alone.
  private static let budgeted: [TableColumn<Row>] = [
    .init("ratio-budget-low", .number(\.budget.low)), .init("ratio-budget-high", .number(\.budget.high)),
  ]

  /// With a calibration alone.
  private static let calibrated = set(
    "density-ratio",
    [.number(\.density.value), .number(\.density.low), .number(\.density.high), .text(\.density.interval)])

  /// With norms alone.
  private static func normed(_ a: String, _ b: String) -> [TableColumn<Row>] {
    [
      .init("\(a)-t", .number(\.numerator.deviation.t)), .init("\(a)-p", .number(\.numerator.deviation.probability)),
      .init("\(b)-t", .number(\.denominator.deviation.t)),
      .init("\(b)-p", .number(\.denominator.deviation.probability)),
      .init("\(a)-z", .number(\.numerator.deviation.z)), .init("\(b)-z", .number(\.denominator.deviation.z)),
      .init("z-difference", .number(\.zDifference)),
    ]
  }

  /// With a bootstrap alone.
  private static let resampled: [TableColumn<Row>] = [
    .init("bootstrap-low", .number(\.bootstrap.low)), .init("bootstrap-high", .number(\.bootstrap.high)),
    .init("bootstrap-undefined", .number(\.bootstrap.undefined)),
  ]

  /// The columns of a balance that is taken so.
  ///
  /// - Parameters:
  ///   - isCorrected: whether curves of it are corrected for partial volume.
  ///   - hasBudget: whether errors of other kinds are stated.
  static func columns(_ settings: BalanceSettings, isCorrected: Bool, hasBudget: Bool) -> [TableColumn<Row>] {
    let (a, b) = (settings.systems.numerator.rawValue, settings.systems.denominator.rawValue)
    var unasked: [TableColumn<Row>] = []
    if !isCorrected { unasked += corrected(a, b) }
    if !hasBudget { unasked += budgeted }
    if settings.calibration == nil { unasked += calibrated }
    if settings.norms == nil { unasked += normed(a, b) }
    if settings.bootstrap == nil { unasked += resampled }
    let names = Set(unasked.map(\.name))
    return columns(settings.systems).filter { !names.contains($0.name) }
  }

  package init(path: String) throws(PETError) { try self.init(try TSVTable(path: path)) }

  init(_ table: TSVTable) throws(PETError) {
    systems = Self.systems(in: table.columns) ?? BalanceSystems()
    let all = Self.columns(systems)
    columns = table.columns.compactMap { name in all.first { $0.name == name } }
    rows = try table.rows(columns, empty: Row(), requiring: ["region"])
  }

  /// The two columns that have an error and a status of their own; nil when there are not two.
  static func systems(in columns: [String]) -> BalanceSystems? {
    let sides = columns.filter { name in [error(of: name), status(of: name)].allSatisfy(columns.contains) }
    return sides.count == 2 ? BalanceSystems(.init(rawValue: sides[0]), over: .init(rawValue: sides[1])) : nil
  }

  package func has(_ place: TableColumn<Row>.Place) -> Bool { columns.contains { $0.place == place } }

  package func keeping(_ isKept: (Row) -> Bool) -> BalanceFile {
    var result = self
    result.rows = rows.filter(isKept)
    return result
  }
}
