package import PETBinding
package import PETCore
import PETKinetics
import PETStudy

/// Every measure of every region at two times, read from the tables of several persons.
package struct RepeatedMeasures: Sendable {
  private var first: [String: [Double]] = [:]
  private var second: [String: [Double]] = [:]
  /// Why values do not count, by measure and region, then by the person's place.
  private var leftOut: [String: [Int: String]] = [:]
  private let measures: [String]
  private let regions: [String]
  private let count: Int

  /// Measures whose zero means nothing: no percentages of them.
  private static let logarithms: Set<String> = ["log-ratio", "centred-log-ratio", "lateral-contrast"]

  /// - Parameter wanted: empty for every measure that has a standard error, and the ratio.
  package init(_ tables: SessionTables, measures wanted: [String], rule: CountingRule = CountingRule())
    throws(PETError)
  {
    var measures = wanted
    var regions: [String] = []
    var keys: Set<String> = []
    count = tables.pairs.count
    for (place, pair) in tables.pairs.enumerated() {
      for (path, isFirst) in [(pair.first, true), (pair.second, false)] {
        let table = try TSVTable(path: path)
        let region = try table.required("region")
        let reading = Reading(table, rule: rule)
        for column in table.columns where wanted.isEmpty && !measures.contains(column) {
          if column == "ratio" || table.columns.contains(column + "-se") { measures.append(column) }
        }
        for measure in measures {
          guard let column = wanted.isEmpty ? table.column(measure) : try table.required(measure) else { continue }
          var seen: Set<String> = []
          for (number, row) in table.rows.enumerated() {
            guard seen.insert(RegionName.key(row[region])).inserted else {
              throw PETError(
                .wrongInput, file: path, field: "line \(number + 2)", "region '\(row[region])' stands twice",
                remedy: "give each region one row")
            }
            if keys.insert(RegionName.key(row[region])).inserted { regions.append(row[region]) }
            let untold = reading.reason(number, measure)
            let value = untold == nil ? try table.number(number, column) : .nan
            let key = measure + "\t" + RegionName.key(row[region])
            if leftOut[key]?[place] == nil, let untold { leftOut[key, default: [:]][place] = untold }
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
          Reliability(
            test: a, retest: b, isRatioScale: !Self.logarithms.contains(measure), level: level,
            leftOut: leftOut[key] ?? [:])
        )
      }
    }
  }

  /// Which rows of a table count: a fit that did not settle says nothing of how well fits repeat.
  private struct Reading {
    private let table: TSVTable
    private let rule: CountingRule
    private let status: Int?
    /// Columns of the fits' statuses, of a balance.
    private let fits: [Int]
    private let endings: FitEndings

    init(_ table: TSVTable, rule: CountingRule) {
      self.table = table
      self.rule = rule
      status = table.column("status")
      fits = table.columns.indices.filter { table.columns[$0].hasSuffix("-status") }
      endings = FitEndings(table, sidecar: try? PETSidecar(path: TSVTable.sidecarPath(of: table.file)))
    }

    /// Why a row does not count; nil when it does.
    func reason(_ row: Int, _ measure: String) -> String? {
      guard !fits.isEmpty, let status else {
        guard !rule.takes(endings.verdict(row, measure: measure)) else { return nil }
        return "status " + FitStatus.words(endings.status(row), atBound: endings.atBound(row) ?? [])
      }
      let cells = table.rows[row]
      if let fit = table.column(measure + "-status") {
        return rule.takes(fit: cells[fit], status: cells[status])
          ? nil
          : cells[fit] == FitStatus.converged.rawValue
            ? "status \(cells[status])" : "\(table.columns[fit]) \(cells[fit])"
      }
      return rule.reason(status: cells[status], fits: fits.map { cells[$0] }).map {
        $0.hasPrefix("fit ") ? $0 : "status \($0)"
      }
    }
  }
}
