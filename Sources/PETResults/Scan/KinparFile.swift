import Foundation
package import PETBinding
package import PETCore
import PETKinetics
import PETStudy

/// `_kinpar.tsv`: one row for each region, written and read by one list of columns.
package struct KinparFile: Sendable {
  package struct Row: Sendable {
    package var region = ""
    /// mm3.
    package var volume = Double.nan
    /// How much of what is measured in the region is its own, of curves corrected for partial volume.
    package var ownShare = Double.nan
    /// In the order of the file's symbols, in the field's units.
    package var parameters: [Parameter]
    /// Of a row that names its model; `n/a` for the table's.
    package var model = "n/a"
    package var frames: Int?
    package var freedom = Double.nan
    package var residualSum = Double.nan
    package var aic = Double.nan
    /// `n/a` where the table does not say it.
    package var status = "n/a"
    package var atBound: [String] = []
    package var notes: [String] = []
  }

  /// One parameter of one region.
  package struct Parameter: Sendable {
    package var value = Double.nan
    package var error = Double.nan
    package var low = Double.nan
    package var high = Double.nan
    package var resampled = Resampled()
    /// What the curve as it was measured gives, where the row's is corrected for partial volume.
    package var uncorrected = Double.nan
  }

  /// What a bootstrap makes of a parameter.
  package struct Resampled: Sendable {
    package var error = Double.nan
    package var low = Double.nan
    package var high = Double.nan
  }

  package let symbols: [String]
  /// Those that the table has, in its order.
  package let columns: [TableColumn<Row>]
  package private(set) var rows: [Row]
  /// Of rows that do not name one; nil when it is not known.
  package let model: String?

  /// What other programs call the column of regions.
  static let regionNames = ["region", "name"]

  package static func error(of symbol: String) -> String { symbol + "-se" }
  package static func uncorrected(_ symbol: String) -> String { symbol + "-uncorrected" }

  /// All columns that there may be.
  ///
  /// - Parameters:
  ///   - symbols: of the parameters, in the order of a row's.
  ///   - resampled: how many of them, the first ones, a bootstrap was asked for.
  ///   - region: name of the column of regions.
  static func columns(_ symbols: [String], resampled: Int, region: String = regionNames[0]) -> [TableColumn<Row>] {
    var columns: [TableColumn<Row>] = [
      .init(region, .text(\.region)), .init("volume-mm3", .number(\.volume)), .init("own-share", .number(\.ownShare)),
    ]
    for (i, symbol) in symbols.enumerated() {
      columns += [
        .init(symbol, .number(\.parameters[i].value)), .init(error(of: symbol), .number(\.parameters[i].error)),
        .init("\(symbol)-low", .number(\.parameters[i].low)), .init("\(symbol)-high", .number(\.parameters[i].high)),
        .init(uncorrected(symbol), .number(\.parameters[i].uncorrected)),
      ]
    }
    columns += [
      .init("model", .text(\.model)), .init("frames", .count(\.frames)), .init("dof", .number(\.freedom)),
      .init("rss", .number(\.residualSum)), .init("aic", .number(\.aic)), .init("status", .text(\.status)),
      .init("at-bound", .list(\.atBound, separator: ",")), .init("note", .notes(\.notes)),
    ]
    for (i, symbol) in symbols.prefix(resampled).enumerated() {
      columns += [
        .init("\(symbol)-boot-se", .number(\.parameters[i].resampled.error)),
        .init("\(symbol)-boot-low", .number(\.parameters[i].resampled.low)),
        .init("\(symbol)-boot-high", .number(\.parameters[i].resampled.high)),
      ]
    }
    return columns
  }

  /// - Parameter symbols: parameters that are wanted; nil for all that have an error.
  package init(path: String, symbols: [String]? = nil) throws(PETError) {
    let sidecar = TSVTable.sidecarPath(of: path)
    try self.init(
      try TSVTable(path: path), symbols: symbols,
      sidecar: FileManager.default.fileExists(atPath: sidecar) ? try PETSidecar(path: sidecar) : nil)
  }

  init(_ table: TSVTable, symbols wanted: [String]? = nil, sidecar: PETSidecar?) throws(PETError) {
    let symbols = wanted ?? table.columns.filter { table.columns.contains(Self.error(of: $0)) }
    let region = table.columns[try table.regions(Self.regionNames)]
    let all = Self.columns(symbols, resampled: symbols.count, region: region)
    self.symbols = symbols
    columns = table.columns.compactMap { name in all.first { $0.name == name } }
    rows = try table.rows(
      columns, empty: Row(parameters: [Parameter](repeating: Parameter(), count: symbols.count)))
    model = sidecar?.text(Sidecar.modelName) ?? BIDSName((table.file as NSString).lastPathComponent)?["model"]
  }

  package func has(_ place: TableColumn<Row>.Place) -> Bool { columns.contains { $0.place == place } }

  /// The column of a parameter's value; nil when there is none.
  package func place(of symbol: String) -> Int? { symbols.firstIndex(of: symbol) }

  package func keeping(_ isKept: (Row) -> Bool) -> KinparFile {
    var result = self
    result.rows = rows.filter(isKept)
    return result
  }

  // MARK: - How fits ended

  /// Nil where the table does not name them.
  package func atBound(of row: Row) -> [String]? { has(.list(\.atBound, separator: ",")) ? row.atBound : nil }

  /// Of a row that is of another model than the table.
  package func ownModel(of row: Row) -> String? { !has(.text(\.model)) || row.model == model ? nil : row.model }

  package func verdict(of row: Row, measure: String) -> FitVerdict {
    FitVerdict(
      status: row.status, atBound: atBound(of: row), measure: measure, model: ownModel(of: row) ?? model)
  }
}
