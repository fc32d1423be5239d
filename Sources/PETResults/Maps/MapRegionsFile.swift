package import PETCore
import PETMaps

/// `_mapregions.tsv`: a map over each region beside the fit of the region's own curve.
package struct MapRegionsFile: Sendable {
  package struct Row: Sendable {
    package var region = ""
    package var voxels: Int?
    package var used: Int?
    package var mean = Double.nan
    package var median = Double.nan
    package var sd = Double.nan
    package var regional = Double.nan
    package var error = Double.nan
    package var difference = Double.nan
    package var percent = Double.nan
    package var notes: [String] = []
  }

  package private(set) var rows: [Row]
  private let symbol: String

  private static func columns(_ symbol: String) -> [TableColumn<Row>] {
    [
      .init("region", .text(\.region)), .init("voxels", .count(\.voxels)), .init("voxels-used", .count(\.used)),
      .init("\(symbol)-map-mean", .number(\.mean)), .init("\(symbol)-map-median", .number(\.median)),
      .init("\(symbol)-map-sd", .number(\.sd)), .init(symbol, .number(\.regional)),
      .init(KinparFile.error(of: symbol), .number(\.error)), .init("difference", .number(\.difference)),
      .init("difference-percent", .number(\.percent)), .init("note", .notes(\.notes)),
    ]
  }

  package var columns: [TableColumn<Row>] { Self.columns(symbol) }

  init(_ regions: MapRegions) {
    symbol = regions.symbol
    rows = regions.rows.map { row in
      Row(
        region: row.region, voxels: row.voxels, used: row.used, mean: row.mean, median: row.median, sd: row.sd,
        regional: row.regional.value, error: row.regional.standardError, difference: row.difference,
        percent: row.percent, notes: row.notes)
    }
  }

  /// - Parameter symbol: of the parameter that is mapped.
  package init(path: String, symbol: String) throws(PETError) {
    self.symbol = symbol
    rows = try TSVTable(path: path).rows(Self.columns(symbol), empty: Row(), requiring: ["region"])
  }

  package func keeping(_ isKept: (Row) -> Bool) -> MapRegionsFile {
    var result = self
    result.rows = rows.filter(isKept)
    return result
  }

  package var tsv: String { TSVText(columns, rows).text }
}
