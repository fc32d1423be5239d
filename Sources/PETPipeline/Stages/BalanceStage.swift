import PETBinding
import PETCore

/// Stage 8, balance: the two binding tables of one person joined.
enum BalanceStage {
  static func run(_ dopamine: ScanBinding, _ serotonin: ScanBinding, _ definition: PipelineDefinition) -> BalanceTable {
    var settings = definition.balance
    var remarks = [resolutionRemark(definition)].compactMap { $0 }
    for (role, scan) in [("dopamine", dopamine), ("serotonin", serotonin)] where !scan.warnings.isEmpty {
      remarks.append("\(role) scan: " + scan.warnings.joined(separator: ", "))
    }
    settings.remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    return BalanceTable(dopamine: dopamine.table, serotonin: serotonin.table, settings: settings)
  }

  /// What stands in every row when the two scans are not known to have the same resolution.
  private static func resolutionRemark(_ definition: PipelineDefinition) -> String? {
    guard definition.matchResolution else { return "resolution not matched (ignored as asked)" }
    guard let first = definition.dopamine.fwhm, let second = definition.serotonin.fwhm else {
      return "resolution unknown: not matched"
    }
    return abs(first - second) < 0.01 ? nil : "resolution matched to \(NumberText.short(max(first, second))) mm"
  }
}
