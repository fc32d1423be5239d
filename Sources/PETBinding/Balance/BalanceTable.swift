import Foundation
package import PETCore
import PETTracers

/// The balance of two transmitter systems in one person, region by region.
///
/// An exploratory index: binding potential is availability, not concentration, and a ratio belongs to its tracer pair,
/// models, reference regions and resolution.
package struct BalanceTable: Sendable {
  package private(set) var rows: [BalanceRow]
  package let numerator: BindingTable
  package let denominator: BindingTable
  package let settings: BalanceSettings
  /// Regions the log ratios were centred over; empty when they could not be.
  package let centredOver: [String]
  package let findings: [Finding]
  /// Stated errors of other kinds; nil where none is stated.
  package private(set) var budget: PairBudget?

  /// Whether curves of either scan are corrected for partial volume.
  package var isCorrected: Bool { numerator.isCorrected || denominator.isCorrected }

  /// Joins two binding tables by region name; regions that only one has are rows with the reason.
  package init(numerator: BindingTable, denominator: BindingTable, settings: BalanceSettings) {
    var settings = settings
    settings.isOneMeasure = numerator.measure == denominator.measure
    var findings = settings.findings
    let first = Self.card(of: numerator, as: settings.systems.numerator, settings, &findings)
    let second = Self.card(of: denominator, as: settings.systems.denominator, settings, &findings)
    func row(_ name: String, _ a: BindingTable.Row?, _ b: BindingTable.Row?) -> BalanceRow {
      var row = BalanceRow(
        name, numerator: a, denominator: b, settings: settings,
        doubts: .init(numerator.doubts + settings.doubts, denominator.doubts + settings.doubts))
      // What a tracer does not mean in a region stands where its number does.
      row.notes += (a.flatMap { first?.remarks(region: $0.region) } ?? [])
      row.notes += (b.flatMap { second?.remarks(region: $0.region) } ?? [])
      return row
    }
    var rows: [BalanceRow] = []
    rows.reserveCapacity(max(numerator.rows.count, denominator.rows.count) + settings.cross.count)
    var used: Set<Int> = []
    if !settings.isOneScan {
      var places = Dictionary(grouping: denominator.rows.indices) { RegionName.key(denominator.rows[$0].region) }
      for a in numerator.rows {
        let key = RegionName.key(a.region)
        let match = places[key]?.first
        if let match {
          places[key]?.removeFirst()
          used.insert(match)
        }
        rows.append(row(a.region, a, match.map { denominator.rows[$0] }))
      }
      for (i, b) in denominator.rows.enumerated() where !used.contains(i) { rows.append(row(b.region, nil, b)) }
    } else if settings.cross.isEmpty {
      findings.append(
        Finding(
          .warning, .oneScan, file: numerator.source, field: "cross", "one scan stands for both systems",
          remedy: "name two regions (cross), such as striatum over midbrain"))
    }
    let within = rows.count
    for cross in settings.cross {
      let (a, b) = (numerator.row(cross.numerator), denominator.row(cross.denominator))
      var crossed = row(cross.name, a, b)
      crossed.notes.insert("\(cross.numerator) over \(cross.denominator)", at: 0)
      for (name, found) in [(cross.numerator, a), (cross.denominator, b)] where found == nil {
        crossed.notes.append("there is no region '\(name)'")
      }
      rows.append(crossed)
    }
    if let norms = settings.norms, norms.table.design(of: norms.person) == nil {
      findings.append(
        Finding(
          .warning, .norms, field: norms.table.covariates.map(\.name).joined(separator: ", "),
          "a covariate of the norms is not known of the person", remedy: "no deviation from the norm is told"))
    }
    let errors = LogRatioErrors(rows, settings)
    centredOver = Self.centre(&rows, within: within, errors, settings: settings, findings: &findings)
    Self.contrast(&rows, within: within, errors)
    self.rows = rows
    self.numerator = numerator
    self.denominator = denominator
    self.settings = settings
    self.findings = findings
  }

  /// The table with limits that hold errors besides the statistical ones, in columns of their own.
  package func widened(by pair: PairBudget) -> BalanceTable {
    var result = self
    result.budget = pair
    for i in rows.indices { result.rows[i].widen(by: pair, level: settings.level) }
    return result
  }

  /// Refuses cross-region names that are those of a region, or stand twice, and tables of which one alone is corrected for
  /// partial volume: their ratio would hold the whole error of the other.
  package static func check(_ settings: BalanceSettings, _ tables: [BindingTable]) throws(PETError) {
    if let corrected = tables.first(where: \.isCorrected), let plain = tables.first(where: { !$0.isCorrected }) {
      throw PETError(
        .wrongInput, file: plain.source, field: "partial-volume",
        "it is not corrected for partial volume, and \(corrected.source) is", remedy: "correct both, or neither")
    }
    var seen: Set<String> = []
    for cross in settings.cross {
      let isRegion = tables.contains { $0.row(cross.name) != nil }
      guard !isRegion, seen.insert(RegionName.key(cross.name)).inserted else {
        throw PETError(
          .usage, field: "cross", isRegion ? "'\(cross.name)' is a region" : "'\(cross.name)' stands twice",
          remedy: "give each balance of two regions a name of its own")
      }
    }
  }

  /// The card of a table's tracer, and what is to be said of it.
  private static func card(
    of table: BindingTable, as role: TracerCard.System, _ settings: BalanceSettings, _ findings: inout [Finding]
  ) -> TracerCard? {
    if table.model == nil {
      findings.append(
        Finding(
          .warning, .unknownModel, file: table.source, field: "model", "the table does not say its model",
          remedy: "keep the sidecar beside it"))
    }
    if let finding = table.unstatedFits { findings.append(finding) }
    guard let card = table.tracer.flatMap(settings.catalogue.find) else {
      findings.append(
        Finding(
          .warning, .unknownTracer, file: table.source, field: "tracer",
          table.tracer.map { "'\($0)' is not in the tracer catalogue" } ?? "the table does not say its tracer",
          remedy: "check that it is a \(role.rawValue) tracer"))
      return nil
    }
    if let finding = card.finding(as: role, source: table.source) { findings.append(finding) }
    return card
  }

  /// Right against left, on both rows of a pair.
  private static func contrast(_ rows: inout [BalanceRow], within: Int, _ errors: LogRatioErrors) {
    var places: [String: (left: Int?, right: Int?)] = [:]
    for i in 0..<within {
      guard let (side, base) = RegionName.side(of: rows[i].region) else { continue }
      let key = RegionName.key(base)
      if side == .left { places[key, default: (nil, nil)].left = i } else { places[key, default: (nil, nil)].right = i }
    }
    for case (let left?, let right?) in places.values {
      func asymmetry(_ marker: (BalanceRow) -> BindingTable.Row?) -> Double {
        LateralContrast.asymmetry(
          left: marker(rows[left])?.reliableValue ?? .nan, right: marker(rows[right])?.reliableValue ?? .nan)
      }
      let value = rows[right].logRatio.value - rows[left].logRatio.value
      let variance = errors.variance([(right, 1), (left, -1)])
      let lateral = LateralContrast(
        asymmetry: BothSides(asymmetry(\.numerator), asymmetry(\.denominator)),
        contrast: Estimate(value, standardError: value.isFinite ? variance.squareRoot() : .nan),
        freedom: rows[left].freedom.flatMap { first in rows[right].freedom.map { min(first, $0) } })
      rows[left].lateral = lateral
      rows[right].lateral = lateral
    }
  }

  /// L minus its mean over a list of regions fixed in advance: free of the scale of either tracer.
  ///
  /// Needs L in every region of the list. The list: as given, else left and right of the default words.
  private static func centre(
    _ rows: inout [BalanceRow], within: Int, _ errors: LogRatioErrors, settings: BalanceSettings,
    findings: inout [Finding]
  ) -> [String] {
    let list: [Int]
    if let names = settings.centreOver {
      var found: [Int] = []
      for name in names {
        guard let at = rows.firstIndex(where: { RegionName.key($0.region) == RegionName.key(name) }) else {
          findings.append(
            Finding(
              .warning, .centreRegion, field: "centre-over", value: name, "the tables have no region '\(name)'",
              remedy: NearestName.advice(for: name, among: rows.map(\.region))))
          return []
        }
        if !found.contains(at) { found.append(at) }
      }
      list = found
    } else {
      list = (0..<within).filter { i in
        guard let base = RegionName.side(of: rows[i].region)?.base else { return false }
        let key = RegionName.key(base)
        return BalanceSettings.centreWords.contains { RegionName.holds(key, $0) }
          && !["parahippocamp", "exterior"].contains { RegionName.holds(key, $0) }
      }
    }
    guard list.count >= 2 else {
      findings.append(
        Finding(
          .note, .notCentred, field: "centred-log-ratio", "fewer than two regions to centre over",
          remedy: "name them (centre-over)"))
      return []
    }
    let missing = list.filter { rows[$0].logRatio.value.isNaN }.map { rows[$0].region }
    guard missing.isEmpty else {
      findings.append(
        Finding(
          .warning, .notCentred, field: "centred-log-ratio", value: "\(missing.count)",
          "no log ratio in \(missing.joined(separator: ", ")), over which it is centred",
          remedy: "name another list (centre-over)"))
      return []
    }
    let share = 1 / Double(list.count)
    let mean = list.reduce(0) { $0 + share * rows[$1].logRatio.value }
    for i in rows.indices where !rows[i].logRatio.value.isNaN {
      var weights = list.map { (place: $0, weight: $0 == i ? 1 - share : -share) }
      if !list.contains(i) { weights.append((i, 1)) }
      rows[i].centred = Estimate(
        rows[i].logRatio.value - mean, standardError: errors.variance(weights).squareRoot())
    }
    return list.map { rows[$0].region }
  }
}

extension Finding.Code {
  package static let centreRegion = Finding.Code("centre-region")
  package static let norms = Finding.Code("norms")
  package static let notCentred = Finding.Code("not-centred")
  package static let oneScan = Finding.Code("one-scan")
  package static let unknownModel = Finding.Code("unknown-model")
  package static let unknownTracer = Finding.Code("unknown-tracer")
}
