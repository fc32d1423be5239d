package import PETCore

/// A table of frames, one column for each region: `_tacs.tsv`, `_fitted.tsv`, `_plotted.tsv`, `_abscissa.tsv`.
package struct FrameFile: Sendable {
  /// What stands in a row besides the regions: s, s, and the weight in a fit.
  private struct Time: Sendable {
    var start = Double.nan
    var end = Double.nan
    var weight = Double.nan
  }

  private static let times: [TableColumn<Time>] = [
    .init("frame_start", .number(\.start)), .init("frame_end", .number(\.end)),
  ]
  private static let weight = TableColumn<Time>("weight", .number(\.weight))

  package let starts: [Double]
  package let ends: [Double]
  /// Weights of a fit, one a frame; nil where there is none.
  package let weights: [Double]?
  package let names: [String]
  /// Region by region, one value a frame; NaN where there is none.
  package let columns: [[Double]]

  package init(starts: [Double], ends: [Double], weights: [Double]? = nil, names: [String], columns: [[Double]]) {
    self.starts = starts
    self.ends = ends
    self.weights = weights
    self.names = names
    self.columns = columns
  }

  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    let rows = try table.rows(Self.times + [Self.weight], empty: Time(), requiring: Self.times.map(\.name))
    starts = rows.map(\.start)
    ends = rows.map(\.end)
    weights = table.column(Self.weight.name) == nil ? nil : rows.map(\.weight)
    let others = Set((Self.times + [Self.weight]).map(\.name))
    let regions = table.columns.indices.filter { !others.contains(table.columns[$0]) }
    names = regions.map { table.columns[$0] }
    // Thousands of regions without a curve share one.
    let none = [Double](repeating: .nan, count: table.rows.count)
    columns = try regions.map { (column) throws(PETError) in
      table.rows.allSatisfy { $0[column] == "n/a" }
        ? none : try table.rows.indices.map { (row) throws(PETError) in try table.number(row, column) }
    }
  }

  package var tsv: String {
    let leading = Self.times + (weights == nil ? [] : [Self.weight])
    var text = TSVText(columns: leading.map(\.name) + names)
    for frame in starts.indices {
      let time = Time(start: starts[frame], end: ends[frame], weight: weights?[frame] ?? .nan)
      text.add(leading.map { $0.cell(time) } + columns.map { NumberText.exact($0[frame]) })
    }
    return text.text
  }
}
