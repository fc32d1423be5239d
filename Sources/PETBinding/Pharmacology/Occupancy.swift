package import PETCore

/// How much of a target a drug holds in one person, from a scan before and one with it.
package struct Occupancy: Sendable {
  /// One region.
  package struct Region: Sendable {
    package let region: String
    package let baseline: BindingTable.Row?
    package let drug: BindingTable.Row?
    /// 1 - drug/baseline of specific binding, a share; NaN when it would mislead.
    package let occupancy: Double
    /// Fieller's set, turned with the occupancy; nil without errors.
    package let set: FiellerSet?
    package let error: Double
    package let status: OccupancyStatus
    package let notes: [String]

    /// The ends of the set as occupancies.
    package var limits: (low: Double, high: Double) { self.set.map { (1 - $0.high, 1 - $0.low) } ?? (.nan, .nan) }
  }

  package let measure: String
  package let regions: [Region]
  /// By each method, where the measure is a distribution volume.
  package let lassen: [LassenPlot]
  /// The method whose VND the regions' occupancies rest on; nil where binding is specific by itself.
  package let nondisplaceableBy: LassenPlot.Method?
  package let findings: [Finding]

  private static func isUsable(_ row: BindingTable.Row) -> Bool { row.ending.verdict == .reliable }

  /// - Parameter method: whose VND is taken off a distribution volume region by region.
  package init(baseline: BindingTable, drug: BindingTable, method: LassenPlot.Method, level: Double) {
    measure = baseline.measure
    var findings: [Finding] = []
    let isVolume = ["VT", "V_T"].contains(baseline.measure)
    var rows = baseline.rows.map { (region: $0.region, first: Optional($0), second: drug.row($0.region)) }
    for row in drug.rows where baseline.row(row.region) == nil { rows.append((row.region, nil, row)) }
    var plots: [LassenPlot] = []
    if isVolume {
      let points = rows.compactMap { row -> LassenPlot.Point? in
        guard let a = row.first, let b = row.second, Self.isUsable(a), Self.isUsable(b) else { return nil }
        return LassenPlot.Point(region: row.region, baseline: a.estimate, drug: b.estimate)
      }
      plots = LassenPlot.Method.allCases.map { LassenPlot(points, method: $0, level: level) }
      let left = rows.count - points.count
      if left > 0 {
        findings.append(
          Finding(
            .note, .regionsLeftOut, file: baseline.source, field: "status", value: "\(left)",
            "\(left) of \(rows.count) regions are not on the Lassen plot",
            remedy: "a fit did not converge in one of the scans, or the region is only in one"))
      }
    }
    let plot = plots.first { $0.method == method }
    nondisplaceableBy = isVolume ? method : nil
    let doubts = Set(baseline.doubts + drug.doubts).sorted()
    if !doubts.isEmpty {
      findings.append(
        Finding(
          .warning, .dataDoubtful, file: baseline.source, field: "Findings", value: "\(doubts.count)",
          "evidence against the data stands with a scan: " + doubts.joined(separator: ", "),
          remedy: "look at what check says of it"))
    }
    regions = rows.map { row in
      Self.region(
        row.region, row.first, row.second, measure: baseline.measure, plot: isVolume ? plot : nil, isVolume: isVolume,
        level: level, doubts: doubts)
    }
    lassen = plots
    self.findings = findings
  }

  private static func region(
    _ name: String, _ first: BindingTable.Row?, _ second: BindingTable.Row?, measure: String, plot: LassenPlot?,
    isVolume: Bool, level: Double, doubts: [String]
  ) -> Region {
    func none(_ status: OccupancyStatus, _ note: String) -> Region {
      Region(
        region: name, baseline: first, drug: second, occupancy: .nan, set: nil, error: .nan, status: status,
        notes: [note])
    }
    guard let first, let second else { return none(.regionMissing, "the region is only in one of the scans") }
    var (b, d) = (first.estimate, second.estimate)
    guard b.value.isFinite, d.value.isFinite else { return none(.noBinding, "no estimate in one of the scans") }
    let sides = [("baseline", first), ("drug", second)].filter { !Self.isUsable($0.1) }
    let unsettled = sides.map { "\($0.0) \($0.1.ending.words)" }
    guard !sides.contains(where: { $0.1.ending.verdict == .unreliable }) else {
      return none(.bindingUnreliable, unsettled.joined(separator: "; "))
    }
    var covariance = 0.0
    if isVolume {
      guard let plot, plot.nondisplaceable.isFinite else { return none(.errorUnknown, "VND is not known") }
      // Specific binding is VT - VND; the error of VND is in both. Its half width stands for the error of a quotient.
      let width = plot.nondisplaceableLimits.high - plot.nondisplaceableLimits.low
      let quantile = Quantile.twoSided(level: level, degreesOfFreedom: Double(max(1, plot.count - 2)))
      let error = width.isFinite ? width / (2 * quantile) : .nan
      covariance = error * error
      b = Estimate(b.value - plot.nondisplaceable, standardError: b.standardError.with(error))
      d = Estimate(d.value - plot.nondisplaceable, standardError: d.standardError.with(error))
    }
    let floor = measure == "BPND" ? BalanceSettings().floor : nil
    let freedom = min(first.freedom ?? .infinity, second.freedom ?? .infinity)
    let quantile = Quantile.twoSided(level: level, degreesOfFreedom: freedom)
    let numbers = BalanceNumbers(d, over: b, quantile: quantile, covariance: covariance, floor: floor)
    if numbers.status == .denominatorBelowFloor, let floor {
      return none(
        .denominatorBelowFloor,
        "specific binding at baseline is below \(NumberText.short(floor)): its bias is as large, no occupancy is told")
    }
    let a = numbers.ratio
    let variance =
      (d.standardError * d.standardError + a * a * b.standardError * b.standardError - 2 * a * covariance)
      / (b.value * b.value)
    let (status, words) = OccupancyStatus.judge(
      1 - a, numbers, isDoubtful: !doubts.isEmpty, isAtBound: !sides.isEmpty)
    return Region(
      region: name, baseline: first, drug: second, occupancy: 1 - a, set: numbers.set,
      error: variance >= 0 ? variance.squareRoot() : .nan, status: status, notes: unsettled + words)
  }
}

extension Double {
  /// Two independent errors together.
  fileprivate func with(_ other: Double) -> Double { (self * self + other * other).squareRoot() }
}

/// The occupancies of several persons together: mean with limits by Student's t.
package struct OccupancyGroup: Sendable {
  package let method: LassenPlot.Method
  package let occupancy: Moments
  package let occupancyLimits: (low: Double, high: Double)
  package let nondisplaceable: Moments
  package let nondisplaceableLimits: (low: Double, high: Double)

  package init(_ persons: [Occupancy], method: LassenPlot.Method, level: Double) {
    self.method = method
    let plots = persons.compactMap { $0.lassen.first { $0.method == method } }
    occupancy = Moments(plots.map(\.occupancy.value))
    occupancyLimits = occupancy.limits(level: level)
    nondisplaceable = Moments(plots.map(\.nondisplaceable))
    nondisplaceableLimits = nondisplaceable.limits(level: level)
  }
}

extension Finding.Code {
  package static let dataDoubtful = Finding.Code("data-doubtful")
  package static let regionsLeftOut = Finding.Code("regions-left-out")
}
