import Foundation
import PETBinding
import PETCore
import PETResults

/// The log ratio of every region with its limits, left and right together, as a forest plot.
enum BalanceForest {
  /// - Parameter references: of which nothing is to be told.
  static func drawing(_ report: BalanceReport, title: String, references: ReferenceRegions) -> Drawing {
    let (a, b) = (report.numerator, report.denominator)
    let rows = rows(report, references)
    let told = rows.count { $0.value.isFinite }
    let level = NumberText.short(100 * report.level)
    return Forest(
      rows: rows,
      label:
        "Log ratio of \(a) to \(b) in \(title): \(told) of \(rows.count) regions have one; values and limits are in "
        + "the table below", axis: "log ratio, ln(\(a)/\(b))", ratioAxis: "ratio, \(a)/\(b)",
      textTitle: "ratio and \(level) % set"
    ).drawing()
  }

  private static func rows(_ report: BalanceReport, _ references: ReferenceRegions) -> [Forest.Row] {
    let rows = report.file.rows
    return grouped(rows.map(\.region)).map { place in
      let row = rows[place.row]
      var result = Forest.Row(name: place.name, mark: place.mark, style: place.style)
      result.value = row.logRatio.value
      result.low = row.logRatio.low
      result.high = row.logRatio.high
      if row.budget.low > 0 { result.outer = (Foundation.log(row.budget.low), Foundation.log(row.budget.high)) }
      result.norm = report.norms[RegionName.key(row.region)]
      result.text = text(row.ratio)
      if !result.value.isFinite {
        result.reason =
          references.contains(row.region)
          ? "the reference region" : words(BalanceStatus(rawValue: row.status), report)
        result.open = open(row.ratio)
      }
      return result
    }
  }

  /// Left, right and both of one structure follow each other; the others stand as they come.
  private static func grouped(_ regions: [String]) -> [(row: Int, name: String, mark: String, style: String)] {
    var order: [String] = []
    var members: [String: [(row: Int, name: String, mark: String, style: String)]] = [:]
    for (i, region) in regions.enumerated() {
      let side = RegionName.side(of: region)
      let base = side?.base ?? region
      let key = RegionName.key(base)
      if members[key] == nil { order.append(key) }
      let mark = side.map { $0.side == .left ? "L" : "R" } ?? ""
      members[key, default: []].append((i, base, mark, side?.side.rawValue ?? "both"))
    }
    return order.flatMap { key in
      let own = members[key] ?? []
      let isGroup = own.contains { !$0.mark.isEmpty }
      return own.enumerated().map { i, member in
        (member.row, i == 0 ? member.name : "", isGroup && member.mark.isEmpty ? "L+R" : member.mark, member.style)
      }
    }
  }

  /// What the set holds; empty where there is none.
  static func set(_ ratio: BalanceFile.Quotient) -> String {
    let set = PageCell.set(ratio)
    return set.text(decimals: set.decimals)
  }

  static func text(_ ratio: BalanceFile.Quotient) -> String {
    let set = set(ratio)
    return [PageNumber.text(ratio.value, decimals: PageCell.set(ratio).decimals), set].filter { !$0.isEmpty }
      .joined(separator: set.isEmpty ? "" : "  ·  ")
  }

  /// What Fieller's set leaves open, on the axis of the log ratio: of ratios above 0.
  private static func open(_ ratio: BalanceFile.Quotient) -> [ClosedRange<Double>] {
    let (low, high) = (ratio.low, ratio.high)
    func log(_ value: Double) -> Double { value > 0 ? Foundation.log(value) : -.infinity }
    switch FiellerSet.Kind(rawValue: ratio.interval) {
    case .wholeLine?: return [-.infinity ... .infinity]
    case .exclusive?:
      return (high > 0 ? [-.infinity...log(high)] : []) + [log(low) ... .infinity]
    case .halfLine?, .bounded?: return high > 0 && low < high ? [log(low)...log(high)] : []
    case nil: return []
    }
  }

  static func words(_ status: BalanceStatus?, _ report: BalanceReport) -> String {
    switch status {
    case .ok?: "no log ratio"
    case .denominatorIndistinct?: "no ratio: \(report.denominator) not told from 0"
    case .denominatorBelowFloor?: "\(report.denominator) below its floor"
    case .dataDoubtful?: "the data of a scan are in doubt"
    case .numeratorNonpositive?: "no log ratio: \(report.numerator) not above 0"
    case .noBinding?: "no estimate of one tracer"
    case .regionMissing?: "region in one scan only"
    case .errorUnknown?: "no standard error"
    case .bindingUnreliable?: "a fit does not tell its estimate"
    case .poorlyResolved?: "too small for the resolution of a scan"
    case .fitAtBound?: "a parameter of a fit lies at its bound"
    case nil: "no ratio"
    }
  }
}
