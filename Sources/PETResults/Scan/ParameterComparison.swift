package import PETCore

/// Two sets of regional estimates beside each other, with a tolerance.
package struct ParameterComparison: Sendable {
  package struct Row: Sendable {
    package let region: String
    package let parameter: String
    package let a: Estimate
    package let b: Estimate
    package let isWithin: Bool
    package let note: String
  }

  package let rows: [Row]

  /// - Parameters:
  ///   - relative: allowed difference as a share of A's value.
  ///   - errors: allowed difference in standard errors of A; either tolerance will do.
  package init(
    _ a: (regions: [String], parameters: [String], estimates: [[Estimate]]),
    _ b: (regions: [String], parameters: [String], estimates: [[Estimate]]), only: [String], relative: Double,
    errors: Double?
  ) {
    var rows: [Row] = []
    let shared = a.parameters.filter { b.parameters.contains($0) && (only.isEmpty || only.contains($0)) }
    let keys = Set(a.regions.map(RegionName.key))
    let places = Dictionary(
      b.regions.enumerated().map { (RegionName.key($0.element), $0.offset) }, uniquingKeysWith: { first, _ in first })
    for (r, region) in a.regions.enumerated() {
      let other = places[RegionName.key(region)]
      for parameter in shared {
        guard let p = a.parameters.firstIndex(of: parameter), let q = b.parameters.firstIndex(of: parameter) else {
          continue
        }
        let first = a.estimates[r][p]
        guard let other else {
          rows.append(
            Row(region: region, parameter: parameter, a: first, b: .missing, isWithin: false, note: "only in A"))
          continue
        }
        let second = b.estimates[other][q]
        let difference = abs(second.value - first.value)
        let bothMissing = first.value.isNaN && second.value.isNaN
        let isWithin =
          bothMissing || first.value == second.value
          || first.value.isFinite && difference <= relative * abs(first.value)
          || first.value.isFinite && errors.map { difference <= $0 * first.standardError } ?? false
        rows.append(
          Row(
            region: region, parameter: parameter, a: first, b: second, isWithin: isWithin,
            note: bothMissing ? "no value in both" : first.value.isNaN || second.value.isNaN ? "no value in one" : ""))
      }
    }
    for region in b.regions where !keys.contains(RegionName.key(region)) {
      rows.append(Row(region: region, parameter: "n/a", a: .missing, b: .missing, isWithin: false, note: "only in B"))
    }
    self.rows = rows
  }

  package var tsv: String {
    var text = TSVText(columns: [
      "region", "parameter", "a", "b", "difference", "relative-difference", "difference-in-se", "within", "note",
    ])
    for row in rows {
      let difference = row.b.value - row.a.value
      text.add(
        [row.region, row.parameter]
          + [row.a.value, row.b.value, difference, difference / abs(row.a.value), difference / row.a.standardError]
          .map { NumberText.exact($0) } + [row.isWithin ? "yes" : "no", row.note])
    }
    return text.text
  }

  /// One line for each parameter: how many regions are within, and the largest difference.
  package var summary: [String] {
    var names: [String] = []
    for row in rows where !names.contains(row.parameter) { names.append(row.parameter) }
    return names.map { name in
      let own = rows.filter { $0.parameter == name }
      let worst = own.map { abs(($0.b.value - $0.a.value) / $0.a.value) }.filter(\.isFinite).max() ?? .nan
      return "\(name): \(own.count(where: \.isWithin)) of \(own.count) regions within, largest relative difference "
        + NumberText.short(Rounding.significant(worst, digits: 3))
    }
  }

  package var isWithin: Bool { rows.allSatisfy(\.isWithin) }
}
