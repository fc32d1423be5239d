import PETCore
import PETResults

/// What a contrast says, in a sentence for the first screen.
enum ContrastWords {
  /// All regions together, the region with the smallest q, and whether regions differ; nil for what is no contrast.
  static func sentence(_ analysis: AnalysisReport) -> String? {
    guard let rows = analysis.contrast?.rows, !rows.isEmpty else { return nil }
    let question = analysis.sidecar?[Sidecar.question]?.string ?? "contrast"
    let measure = analysis.sidecar?[Sidecar.measure]?.string ?? "measure"
    var words: [String] = []
    if let all = rows.first(where: { $0.kind == ContrastRow.Kind.all.rawValue }), all.effect.isFinite {
      words.append("all regions together \(effect(all)), p \(probability(all.probability))")
    }
    let regions = rows.filter { $0.kind == ContrastRow.Kind.region.rawValue && $0.discovery.isFinite }
    if let first = regions.min(by: { $0.discovery < $1.discovery }) {
      let found = regions.count { $0.discovery < 0.05 }
      words.append(
        "q below 0.05 in \(found) of \(regions.count) regions, the smallest in \(first.region): \(effect(first)), "
          + "q \(probability(first.discovery))")
    }
    let p = rows.first { $0.kind == ContrastRow.Kind.difference.rawValue }?.heterogeneity ?? .nan
    if p.isFinite { words.append("do regions differ in it: p \(probability(p))") }
    let counts = (regions.first ?? rows[0]).counts.compactMap(\.self).map(String.init).joined(separator: " and ")
    let persons = counts.isEmpty ? "" : ", \(counts) persons"
    return "\(question), \(measure)\(persons): " + (words.isEmpty ? "no effect is told" : words.joined(separator: "; "))
      + "."
  }

  private static func probability(_ p: Double) -> String {
    p < 0.001 ? "below 0.001" : PageNumber.text(p, decimals: 3)
  }

  /// With its limits; as a factor of the ratio where it is one.
  private static func effect(_ row: ContrastRow) -> String {
    let isFactor = row.factor.isFinite
    let (value, low, high) =
      isFactor ? (row.factor, row.factorLow, row.factorHigh) : (row.effect, row.low, row.high)
    let own = PageCell(value, error: PageCell.error(low, high))
    let limits = PageCell.limits(low, high)
    return (isFactor ? "\u{00d7} " : "") + own.text(decimals: own.decimals)
      + " (\(limits.text(decimals: limits.decimals)))"
  }
}
