package import PETBinding
package import PETCore

/// Every measure of every region at two times, read from the tables of several persons.
package struct RepeatedMeasures: Sendable {
  private var first: [String: [Double]] = [:]
  private var second: [String: [Double]] = [:]
  private let measures: [String]
  private let regions: [String]
  private let count: Int

  /// Measures whose zero means nothing: no percentages of them.
  private static let logarithms: Set<String> = ["log-ratio", "centred-log-ratio", "lateral-contrast"]

  /// - Parameter wanted: empty for every measure that has a standard error, and the ratio.
  package init(_ tables: SessionTables, measures wanted: [String]) throws(PETError) {
    var measures = wanted
    var regions: [String] = []
    var keys: Set<String> = []
    count = tables.pairs.count
    for (place, pair) in tables.pairs.enumerated() {
      for (path, isFirst) in [(pair.first, true), (pair.second, false)] {
        let table = try TSVTable(path: path)
        let region = try table.required("region")
        for column in table.columns where wanted.isEmpty && !measures.contains(column) {
          if column == "ratio" || table.columns.contains(column + "-se") { measures.append(column) }
        }
        for measure in measures {
          guard let column = wanted.isEmpty ? table.column(measure) : try table.required(measure) else { continue }
          // A fit that did not settle says nothing of how well fits repeat.
          let own = table.column(measure + "-status")
          let statuses =
            own.map { [$0] }
            ?? table.columns.indices.filter { name in
              table.columns[name] == "status" || table.columns[name].hasSuffix("-status")
            }
          var seen: Set<String> = []
          for (number, row) in table.rows.enumerated() {
            guard seen.insert(RegionName.key(row[region])).inserted else {
              throw PETError(
                .wrongInput, file: path, field: "line \(number + 2)", "region '\(row[region])' stands twice",
                remedy: "give each region one row")
            }
            if keys.insert(RegionName.key(row[region])).inserted { regions.append(row[region]) }
            let isTold = statuses.allSatisfy {
              row[$0] == BalanceStatus.ok.rawValue || BindingTable.isReliable(status: row[$0])
            }
            let value = isTold ? try table.number(number, column) : .nan
            let key = measure + "\t" + RegionName.key(row[region])
            let empty = [Double](repeating: .nan, count: count)
            if isFirst { first[key, default: empty][place] = value } else { second[key, default: empty][place] = value }
          }
        }
      }
    }
    self.measures = measures
    self.regions = regions
  }

  /// The values behind a row, person after person in the order of the tables.
  package func values(_ measure: String, _ region: String) -> (test: [Double], retest: [Double])? {
    let key = measure + "\t" + RegionName.key(region)
    guard let a = first[key], let b = second[key] else { return nil }
    return (a, b)
  }

  /// One for each measure and region.
  package func rows(level: Double) -> [(measure: String, region: String, reliability: Reliability)] {
    measures.flatMap { measure in
      regions.compactMap { region in
        let key = measure + "\t" + RegionName.key(region)
        guard let a = first[key], let b = second[key] else { return nil }
        return (
          measure, region,
          Reliability(test: a, retest: b, isRatioScale: !Self.logarithms.contains(measure), level: level)
        )
      }
    }
  }
}
