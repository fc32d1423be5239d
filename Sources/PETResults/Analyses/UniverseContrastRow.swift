import PETBinding
import PETCore

/// A row of `multiverse_contrast_spread.tsv`: what all universes say to one question in one region.
package struct UniverseContrastRow: Sendable {
  package var region = ""
  package var universes: Int?
  package var told: Int?
  package var median = Double.nan
  package var least = Double.nan
  package var most = Double.nan
  package var sameSign = Double.nan
  package var belowProbability = Double.nan
  package var belowDiscovery = Double.nan
  /// Name of the choice; `n/a` for none.
  package var mostMoving = "n/a"
  package var persons: Int?
  package var pooled = Double.nan
  package var error = Double.nan
  package var low = Double.nan
  package var high = Double.nan
  package var permuted = Double.nan
  package var discovery = Double.nan
  package var any = Double.nan
  package var anyDiscovery = Double.nan
  package var every = Double.nan
  package var found = Double.nan
  package var notes: [String] = []

  package init() {}

  static let columns: [TableColumn<UniverseContrastRow>] = [
    .init("region", .text(\.region)), .init("universes", .count(\.universes)), .init("told", .count(\.told)),
    .init("effect-median", .number(\.median)), .init("effect-least", .number(\.least)),
    .init("effect-most", .number(\.most)), .init("share-same-sign", .number(\.sameSign)),
    .init("share-p-below-0.05", .number(\.belowProbability)), .init("share-q-below-0.05", .number(\.belowDiscovery)),
    .init("most-moving", .text(\.mostMoving)), .init("persons", .count(\.persons)),
    .init("pooled-effect", .number(\.pooled)), .init("pooled-se", .number(\.error)),
    .init("pooled-low", .number(\.low)),
    .init("pooled-high", .number(\.high)), .init("pooled-p", .number(\.permuted)),
    .init("pooled-q", .number(\.discovery)), .init("p-any", .number(\.any)), .init("q-any", .number(\.anyDiscovery)),
    .init("p-every", .number(\.every)), .init("share-found", .number(\.found)), .init("note", .notes(\.notes)),
  ]

  /// Columns that tell the table from others.
  static let marks = ["region", "universes", "pooled-effect", "p-any", "p-every"]

  /// What the columns are, for the JSON beside the table.
  static let meanings: [(name: String, value: String)] = [
    (
      "persons",
      "with a value in every universe that tells an effect: those that pooled-*, p-any, p-every and share-found are of"
    ),
    (
      "pooled-effect",
      "effect on everybody's mean over those universes, with its error, limits and permutation p: what universes share is in it once"
    ),
    ("pooled-q", "Benjamini and Hochberg's over regions, from pooled-p"),
    (
      "p-any",
      "where no universe has an effect: by the largest |t| over universes, persons permuted alike in all of them; q-any is over regions"
    ),
    (
      "p-every",
      "where at least one universe has no effect, or one of the other sign: the largest p of a universe; 1 where signs differ"
    ),
    (
      "share-found",
      "of all universes those with an effect of the pooled one's sign whose p among all universes (p-joint) is below 0.05"
    ),
  ]

  /// What the row says, in a line.
  package var conclusion: String {
    guard pooled.isFinite, found.isFinite, let told, let universes else {
      return "\(region): nothing is told" + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
    func short(_ number: Double) -> String { NumberText.short(Rounding.significant(number, digits: 3)) }
    return "\(region): pooled \(short(pooled)) (\(short(low)) to \(short(high))), q \(short(discovery)); found in "
      + "\(Int((found * Double(universes)).rounded())) of \(universes) universes (\(told) tell), p \(short(any)) that none has "
      + "it, \(short(every)) that one has not"
  }
}
