import Foundation
package import PETBinding
package import PETCore
import PETKinetics
import PETStudy
import PETTracers

/// Every measure of every region at two times, read from the tables of several persons.
package struct RepeatedMeasures: Sendable {
  private var first: [String: [Double]] = [:]
  private var second: [String: [Double]] = [:]
  /// Why values do not count, by measure and region, then by the person's place.
  private var leftOut: [String: [Int: String]] = [:]
  /// Standard errors of the values, likewise, and errors with stated ones of other kinds.
  private var noise = Errors()
  private var budgets = Errors()
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
        let region = try table.regions()
        let reading = try Reading(table, rule: rule)
        let stated = try StatedErrors(path)
        for column in table.columns where wanted.isEmpty && !measures.contains(column) {
          if column == "ratio" || table.columns.contains(KinparFile.error(of: column)) { measures.append(column) }
        }
        for measure in measures {
          guard let column = wanted.isEmpty ? table.column(measure) : try table.required(measure) else { continue }
          for (number, row) in table.rows.enumerated() {
            if keys.insert(RegionName.key(row[region])).inserted { regions.append(row[region]) }
            let untold = reading.reason(number, measure)
            let value = untold == nil ? try table.number(number, column) : .nan
            let key = measure + "\t" + RegionName.key(row[region])
            if leftOut[key]?[place] == nil, let untold { leftOut[key, default: [:]][place] = untold }
            let empty = [Double](repeating: .nan, count: count)
            let error = try table.column(KinparFile.error(of: measure)).map { (column) throws(PETError) in
              try table.number(number, column)
            }
            noise.set(error ?? .nan, of: key, place, isFirst: isFirst, of: count)
            let own = stated(measure, row[region], value, error ?? .nan)
            budgets.set(own ?? .nan, of: key, place, isFirst: isFirst, of: count)
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
            errors: (noise[key], budgets[key]), leftOut: leftOut[key] ?? [:])
        )
      }
    }
  }

  /// Errors of a table's values with stated ones of other kinds: of the log ratio, or of the measure that was fitted again.
  private struct StatedErrors {
    private let ratios: [String: Double]
    private let refits: Refits?
    private let measure: String?

    init(_ path: String) throws(PETError) {
      let sidecar = try readable { () throws(PETError) in try PETSidecar(path: TSVTable.sidecarPath(of: path)) }
      let own = BudgetText.errors(sidecar?[BudgetText.member])
      ratios = Dictionary(own.map { (RegionName.key($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
      let suffix = "_\(ResultFile.parameters.name).tsv"
      let other = ResultFile.refits.path(String(path.dropLast(suffix.count)))
      guard path.hasSuffix(suffix), FileManager.default.fileExists(atPath: other) else {
        (refits, measure) = (nil, nil)
        return
      }
      refits = try RefitsFile.read(other)
      measure = try readable { () throws(PETError) in
        try PETSidecar(path: TSVTable.sidecarPath(of: other)).text(Sidecar.measure)
      }
    }

    /// Nil where none are stated.
    func callAsFunction(_ measure: String, _ region: String, _ value: Double, _ error: Double) -> Double? {
      if measure == StudyTable.logRatio { return ratios[RegionName.key(region)] }
      guard measure == self.measure, let variance = refits?.variances[RegionName.key(region)] else { return nil }
      return (error * error + value * value * variance).squareRoot()
    }
  }

  /// Errors of both sessions by measure and region, person after person.
  private struct Errors {
    private var test: [String: [Double]] = [:]
    private var retest: [String: [Double]] = [:]

    subscript(key: String) -> Reliability.Errors { (test[key] ?? [], retest[key] ?? []) }

    mutating func set(_ value: Double, of key: String, _ place: Int, isFirst: Bool, of count: Int) {
      let empty = [Double](repeating: .nan, count: count)
      if isFirst { test[key, default: empty][place] = value } else { retest[key, default: empty][place] = value }
    }
  }

  /// Which rows of a table count: a fit that did not settle says nothing of how well fits repeat.
  private enum Reading {
    case balance(BalanceFile, CountingRule)
    case fits(KinparFile, CountingRule)

    init(_ table: TSVTable, rule: CountingRule) throws(PETError) {
      if BalanceFile.systems(in: table.columns) != nil {
        self = .balance(try BalanceFile(table), rule)
      } else {
        let sidecar = try readable { () throws(PETError) in
          try PETSidecar(path: TSVTable.sidecarPath(of: table.file))
        }
        self = .fits(try KinparFile(table, symbols: [], sidecar: sidecar), rule)
      }
    }

    /// Why a row does not count; nil when it does.
    func reason(_ line: Int, _ measure: String) -> String? {
      switch self {
      case .fits(let file, let rule):
        let row = file.rows[line]
        guard !rule.takes(file.verdict(of: row, measure: measure)) else { return nil }
        return "status " + FitStatus.words(row.status, atBound: row.atBound)
      case .balance(let file, let rule):
        let row = file.rows[line]
        let systems = [
          (file.systems.numerator.rawValue, row.numerator.status),
          (file.systems.denominator.rawValue, row.denominator.status),
        ]
        if let (name, fit) = systems.first(where: { $0.0 == measure }) {
          guard !rule.takes(fit: fit, status: row.status) else { return nil }
          return fit == FitStatus.converged.rawValue
            ? "status \(row.status)" : "\(BalanceFile.status(of: name)) \(fit)"
        }
        return rule.reason(status: row.status, fits: systems.map(\.1)).map {
          $0.hasPrefix("fit ") ? $0 : "status \($0)"
        }
      }
    }
  }
}
