import Foundation
package import PETCore

/// The dopamine-serotonin balance of one person, region by region.
///
/// An exploratory index: binding potential is availability, not concentration, and a ratio belongs to its tracer pair,
/// models, reference regions and resolution.
package struct BalanceTable: Sendable {
  package let rows: [BalanceRow]
  package let numerator: BindingTable
  package let denominator: BindingTable
  package let settings: BalanceSettings
  /// Regions the log ratios were centred over; empty when they could not be.
  package let centredOver: [String]
  package let findings: [Finding]

  /// Joins two binding tables by region name; regions that only one has are rows with the reason.
  package init(numerator: BindingTable, denominator: BindingTable, settings: BalanceSettings) {
    var rows: [BalanceRow] = []
    var findings: [Finding] = []
    var used: Set<Int> = []
    for row in numerator.rows {
      let key = RegionName.key(row.region)
      let match = denominator.rows.indices.first {
        !used.contains($0) && RegionName.key(denominator.rows[$0].region) == key
      }
      if let match { used.insert(match) }
      rows.append(
        BalanceRow(row.region, numerator: row, denominator: match.map { denominator.rows[$0] }, settings: settings))
    }
    for (i, row) in denominator.rows.enumerated() where !used.contains(i) {
      rows.append(BalanceRow(row.region, numerator: nil, denominator: row, settings: settings))
    }
    for (table, role) in [(numerator, settings.systems.numerator), (denominator, settings.systems.denominator)] {
      if table.model == nil {
        findings.append(
          Finding(
            .warning, "unknown-model", file: table.source, field: "model", "the table does not say its model",
            remedy: "keep the sidecar beside it"))
      }
      guard let name = table.tracer, let card = TracerCatalogue.find(name) else {
        findings.append(
          Finding(
            .warning, "unknown-tracer", file: table.source, field: "tracer",
            table.tracer.map { "'\($0)' is not in the tracer catalogue" } ?? "the table does not say its tracer",
            remedy: "check that it is a \(role.rawValue) tracer"))
        continue
      }
      if let finding = card.finding(as: role, source: table.source) { findings.append(finding) }
    }
    centredOver = Self.centre(&rows, settings: settings, findings: &findings)
    self.rows = rows
    self.numerator = numerator
    self.denominator = denominator
    self.settings = settings
    self.findings = findings
  }

  /// L minus its mean over a list of regions fixed in advance: free of the scale of either tracer.
  ///
  /// Needs L in every region of the list. The list: as given, else left and right of the default words.
  private static func centre(_ rows: inout [BalanceRow], settings: BalanceSettings, findings: inout [Finding])
    -> [String]
  {
    let list: [Int]
    if let names = settings.centreOver {
      var found: [Int] = []
      for name in names {
        guard let at = rows.firstIndex(where: { RegionName.key($0.region) == RegionName.key(name) }) else {
          findings.append(
            Finding(
              .warning, "centre-region", field: "centre-over", value: name, "the tables have no region '\(name)'",
              remedy: NearestName.advice(for: name, among: rows.map(\.region))))
          return []
        }
        if !found.contains(at) { found.append(at) }
      }
      list = found
    } else {
      list = rows.indices.filter { i in
        guard let base = RegionName.side(of: rows[i].region)?.base else { return false }
        let key = RegionName.key(base)
        let words = BalanceSettings.centreWords.contains { key.contains($0) }
        return words && !key.contains("parahippocamp") && !key.contains("exterior")
      }
    }
    guard list.count >= 2 else {
      findings.append(
        Finding(
          .note, "not-centred", field: "centred-log-ratio", "fewer than two regions to centre over",
          remedy: "name them (centre-over)"))
      return []
    }
    let missing = list.filter { rows[$0].logRatio.value.isNaN }.map { rows[$0].region }
    guard missing.isEmpty else {
      findings.append(
        Finding(
          .warning, "not-centred", field: "centred-log-ratio", value: "\(missing.count)",
          "no log ratio in \(missing.joined(separator: ", ")), over which it is centred",
          remedy: "name another list (centre-over)"))
      return []
    }
    let n = Double(list.count)
    let mean = list.reduce(0) { $0 + rows[$1].logRatio.value } / n
    let variances = list.map { rows[$0].logRatio.standardError * rows[$0].logRatio.standardError }
    let common = variances.reduce(0, +) / (n * n)
    for i in rows.indices where !rows[i].logRatio.value.isNaN {
      let own = rows[i].logRatio.standardError * rows[i].logRatio.standardError
      // Inside the list the region's own error is partly in the mean: (1 - 1/n)² in place of 1.
      let variance = list.contains(i) ? own * (1 - 2 / n) + common : own + common
      rows[i].centred = Estimate(rows[i].logRatio.value - mean, standardError: variance.squareRoot())
    }
    return list.map { rows[$0].region }
  }
}
