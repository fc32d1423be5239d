import PETBinding
import PETCore
import PETKinetics

/// Stage 8, balance: the two binding tables of one person joined.
enum BalanceStage {
  static func run(_ dopamine: ScanResult, _ serotonin: ScanResult, _ definition: PipelineDefinition) -> BalanceTable {
    var settings = definition.balance
    var remarks = [resolutionRemark(definition)].compactMap { $0 }
    for (role, result) in [("dopamine", dopamine), ("serotonin", serotonin)] where !result.fits.warnings.isEmpty {
      remarks.append("\(role) scan: " + result.fits.warnings.joined(separator: ", "))
    }
    settings.remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
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
