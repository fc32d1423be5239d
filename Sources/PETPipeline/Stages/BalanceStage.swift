import PETBinding
import PETCore

/// Stage 8, balance: the two binding tables of one person joined.
enum BalanceStage {
  static func run(_ dopamine: ScanResult, _ serotonin: ScanResult, _ definition: PipelineDefinition) -> BalanceTable {
    var settings = definition.balance
    settings.remark = resolutionRemark(definition)
    return BalanceTable(dopamine: dopamine.binding, serotonin: serotonin.binding, settings: settings)
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
