import PETBinding
import PETCore

/// A row of `study`: one question put to one region, to regions together, or whether they differ.
package struct ContrastRow: Sendable {
  package var region = ""
  /// all, set, difference or region.
  package var kind = Kind.region.rawValue
  package var measure = ""
  /// Persons, by group.
  package var counts: [Int?] = []
  package var means: [Double] = []
  package var effect = Double.nan
  package var error = Double.nan
  package var low = Double.nan
  package var high = Double.nan
  /// The same as factors of the ratio.
  package var factor = Double.nan
  package var factorLow = Double.nan
  package var factorHigh = Double.nan
  package var t = Double.nan
  package var freedom = Double.nan
  package var probability = Double.nan
  package var permuted = Double.nan
  package var leastPermuted = Double.nan
  /// With pooled variance.
  package var pooledError = Double.nan
  package var pooledT = Double.nan
  package var pooledFreedom = Double.nan
  package var pooled = Double.nan
  package var pooledLow = Double.nan
  package var pooledHigh = Double.nan
  package var discovery = Double.nan
  /// Whether effects differ between regions.
  package var heterogeneity = Double.nan
  /// Either system alone: effect, error and p, one after the other.
  package var systems: [Double] = []
  package var size = Double.nan
  package var sizeLow = Double.nan
  package var sizeHigh = Double.nan
  package var notes: [String] = []

  package enum Kind: String { case all, set, difference, region }

  /// - Parameters:
  ///   - counts: names of the columns of counts.
  ///   - means: names of what has a mean; one without a name for an association.
  ///   - size: name of the effect size.
  ///   - systems: names of the two, where each has its own effect.
  static func columns(
    counts: [String], means: [String], hasFactors: Bool, size: String, systems: [String] = []
  ) -> [TableColumn<ContrastRow>] {
    var columns: [TableColumn<ContrastRow>] = [
      .init("region", .text(\.region)), .init("kind", .text(\.kind)), .init("measure", .text(\.measure)),
    ]
    columns += counts.enumerated().map { .init($1, .count(\.counts[$0])) }
    columns += means.enumerated().map { .init($1, .number(\.means[$0])) }
    columns += [
      .init("effect", .number(\.effect)), .init("effect-se", .number(\.error)), .init("effect-low", .number(\.low)),
      .init("effect-high", .number(\.high)),
    ]
    if hasFactors {
      columns += [
        .init("effect-ratio", .number(\.factor)), .init("effect-ratio-low", .number(\.factorLow)),
        .init("effect-ratio-high", .number(\.factorHigh)),
      ]
    }
    columns += [
      .init("t", .number(\.t)), .init("dof", .number(\.freedom)), .init("p", .number(\.probability)),
      .init("p-permutation", .number(\.permuted)), .init("p-permutation-least", .number(\.leastPermuted)),
      .init("se-pooled", .number(\.pooledError)), .init("t-pooled", .number(\.pooledT)),
      .init("dof-pooled", .number(\.pooledFreedom)), .init("p-pooled", .number(\.pooled)),
      .init("low-pooled", .number(\.pooledLow)), .init("high-pooled", .number(\.pooledHigh)),
      .init("q", .number(\.discovery)), .init("heterogeneity-p", .number(\.heterogeneity)),
      .init(size, .number(\.size)), .init(size + "-low", .number(\.sizeLow)),
      .init(size + "-high", .number(\.sizeHigh)),
    ]
    for (place, system) in systems.enumerated() {
      columns += [
        .init("\(system)-effect", .number(\.systems[3 * place])),
        .init("\(system)-effect-se", .number(\.systems[3 * place + 1])),
        .init("\(system)-p", .number(\.systems[3 * place + 2])),
      ]
    }
    return columns + [.init("note", .notes(\.notes))]
  }

  static let meanPrefix = "mean-"

  /// Names of the groups or sessions that have a mean of their own.
  package static func groups(in columns: [String]) -> [String] {
    columns.filter { $0.hasPrefix(meanPrefix) }.map { String($0.dropFirst(meanPrefix.count)) }
  }

  /// Columns that tell the table from others.
  static let marks = ["region", "effect", "effect-low", "effect-high", "q"]

  static func rows(of table: TSVTable) throws(PETError) -> [ContrastRow] {
    let means = groups(in: table.columns).map { meanPrefix + $0 }
    let counts = table.columns.filter { $0 == "n" || $0.hasPrefix("n-") }
    var empty = ContrastRow()
    empty.counts = counts.map { _ in nil }
    empty.means = means.map { _ in .nan }
    return try table.rows(columns(counts: counts, means: means, hasFactors: true, size: "size"), empty: empty)
  }
}
