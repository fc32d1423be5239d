import PETBinding
import PETCore

/// Stage 8, balance: the two binding tables of one person joined.
enum BalanceStage {
  static func run(_ numerator: ScanBinding, _ denominator: ScanBinding, _ definition: PipelineDefinition)
    -> BalanceTable
  {
    var settings = definition.balance
    var remarks = [resolutionRemark(definition)].compactMap { $0 }
    for (role, scan) in [(settings.systems.numerator, numerator), (settings.systems.denominator, denominator)]
    where !scan.warnings.isEmpty {
      remarks.append("\(role.rawValue) scan: " + scan.warnings.joined(separator: ", "))
    }
    settings.remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    return BalanceTable(numerator: numerator.table, denominator: denominator.table, settings: settings)
  }

  /// What stands in every row when the two scans are not known to have the same resolution.
  private static func resolutionRemark(_ definition: PipelineDefinition) -> String? {
    guard definition.matchResolution else { return "resolution not matched (ignored as asked)" }
    guard let first = definition.numerator.fwhm, let second = definition.denominator?.fwhm else {
      return "resolution unknown: not matched"
    }
    return abs(first - second) < 0.01 ? nil : "resolution matched to \(NumberText.short(max(first, second))) mm"
  }
}
