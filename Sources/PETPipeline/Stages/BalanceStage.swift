import PETBinding
package import PETCore
import PETKinetics
import PETResults
import PETTracers

/// Stage 8, balance: the two binding tables of one person joined.
enum BalanceStage {
  static func run(
    _ pair: PersonPair, _ numerator: ScanBinding, _ denominator: ScanBinding, _ definition: PipelineDefinition,
    apart: ScansApart? = nil, person: Person
  ) -> BalanceTable {
    var settings = definition.balance
    settings.findings = differences(pair, numerator, denominator)
    if let finding = apart?.finding(limit: definition.alignment.limit, file: denominator.table.source) {
      settings.findings.append(finding)
      settings.doubts = [finding.code.word]
    }
    settings.isOneScan = pair.numerator == pair.denominator
    settings.norms = definition.norms.map { ($0, person) }
    let isLost = [numerator, denominator].contains { $0.warnings.contains(Finding.Code.correctionLost.word) }
    var remarks = [
      isLost ? nil : resolutionRemark(definition, numerator.resolution, denominator.resolution)
    ].compactMap { $0 }
    if let days = pair.days, days >= 1 {
      remarks.append(
        "scans \(days < 1.05 ? "1 day" : "\(NumberText.short(Rounding.significant(days, digits: 3))) days") apart")
    } else if pair.days == nil, pair.session == nil, numerator.session != denominator.session {
      remarks.append("days between the scans not known")
    }
    for (role, scan) in [(settings.systems.numerator, numerator), (settings.systems.denominator, denominator)]
    where !scan.warnings.isEmpty {
      remarks.append("\(role.rawValue) scan: " + scan.warnings.joined(separator: ", "))
    }
    settings.remark = remarks.isEmpty ? nil : remarks.joined(separator: "; ")
    let table = BalanceTable(numerator: numerator.table, denominator: denominator.table, settings: settings)
    guard let budget = budget(pair, numerator, denominator, definition) else { return table }
    return table.widened(by: budget)
  }

  /// What is stated of errors that are not statistical; nil where nothing is.
  private static func budget(
    _ pair: PersonPair, _ numerator: ScanBinding, _ denominator: ScanBinding, _ definition: PipelineDefinition
  ) -> PairBudget? {
    guard let rule = definition.uncertainty, let a = numerator.refits, let b = denominator.refits else { return nil }
    func card(_ scan: ScanBinding) -> TracerCard? { scan.table.tracer.flatMap(definition.tracers.find) }
    let areApart = pair.days.map { $0 >= 0.5 } ?? (pair.numerator == pair.denominator ? false : nil)
    let scene = PairBudget.Scene(
      rule, systems: definition.balance.systems, cards: BothSides(card(numerator), card(denominator)),
      isOneScanner: numerator.scanner != nil && numerator.scanner == denominator.scanner, areDaysApart: areApart,
      isOneScan: pair.numerator == pair.denominator)
    let others = [
      definition.curves.partialVolume == .none ? "partial volume: curves are not corrected for it" : nil,
      "activity that varies inside regions", "scatter and attenuation", "kinetics that the models do not have",
    ]
    return PairBudget(a, over: b, scene, leavingOut: others.compactMap(\.self))
  }

  /// What differs between the two scans besides their tracers.
  private static func differences(_ pair: PersonPair, _ a: ScanBinding, _ b: ScanBinding) -> [Finding] {
    var findings: [Finding] = []
    if let days = pair.days, days >= 1 {
      let text = NumberText.short(Rounding.significant(days, digits: 3))
      findings.append(
        Finding(
          .note, .daysApart, field: "acq_time", value: text, "the two scans are \(text) days apart",
          remedy: "binding changes with time, treatment and season"))
    }
    func differ(_ code: Finding.Code, _ field: String, _ first: String?, _ second: String?, _ remedy: String) {
      guard let first, let second, first != second else { return }
      findings.append(
        Finding(
          .note, code, file: b.table.source, field: field, value: second, "\(second) beside \(first)",
          remedy: remedy))
    }
    differ(.scannersDiffer, "Scanner", a.scanner, b.scanner, "resolutions differ: see resolution in the pipeline")
    differ(.modelsDiffer, "ModelName", a.card.id, b.card.id, "compare ratios only with those of the same two models")
    differ(
      .referencesDiffer, "ReferenceRegion", a.reference, b.reference,
      "compare ratios only with those of the same two references")
    return findings
  }

  /// What stands in every row when the two scans are not known to have the same resolution.
  ///
  /// Estimates of the scans themselves smooth nothing, for noise would choose the smoothing: they tell whether the two are alike,
  /// within half a millimetre or two standard errors.
  private static func resolutionRemark(_ definition: PipelineDefinition, _ a: Estimate?, _ b: Estimate?) -> String? {
    let widths = definition.roles.map { $0.resolution?.width }
    if definition.curves.partialVolume == .gtm { return "corrected for partial volume (GTM)" }
    guard definition.matchResolution else { return "resolution not matched (ignored as asked)" }
    guard widths.count == 2, let first = widths[0], let second = widths[1] else {
      guard let a, let b else { return "resolution unknown: not matched" }
      let error = (a.standardError * a.standardError + b.standardError * b.standardError).squareRoot()
      let difference = abs(a.value - b.value)
      if difference < 0.5 || difference < 2 * error { return nil }
      let words = [a, b].map { NumberText.fixed($0.value, decimals: 1) }.joined(separator: " and ")
      return "resolutions differ (\(words) mm by the scans themselves) and are not matched: give fwhm"
    }
    return abs(first - second) < 0.01 ? nil : "resolution matched to \(NumberText.short(max(first, second))) mm"
  }
}

extension Finding.Code {
  package static let daysApart = Finding.Code("days-apart")
  package static let referencesDiffer = Finding.Code("references-differ")
  package static let scannersDiffer = Finding.Code("scanners-differ")
}
