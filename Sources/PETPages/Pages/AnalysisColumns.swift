import PETCore
import PETResults

/// The columns that a page shows of a table of an analysis: values beside their errors, those that are looked at first.
enum AnalysisColumns {
  typealias Column = PageTable<[String]>.Column

  /// Every column of the table, its errors and limits in the cells of what they are of.
  static func of(_ table: AnalysisTable) -> [Column] {
    let names = table.columns
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let first = looked(table)
    return names.enumerated().compactMap { place, name -> Column? in
      func isWith(_ suffix: String, of other: String) -> Bool {
        name.hasSuffix(suffix) && places[name.dropLast(suffix.count) + other] != nil
      }
      if isWith("-se", of: "") || isWith("-high", of: "-low") { return nil }
      let isExtra = !first.contains { name == $0 || $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
      switch name {
      case "status": return .status(name, of: { $0[place] })
      case "note":
        return .init("notes", .notes { $0[place] == "n/a" ? [] : $0[place].split(separator: "; ").map(String.init) })
      default: break
      }
      if isWith("-low", of: "-high"), let high = places[name.dropLast("-low".count) + "-high"] {
        let title = words(String(name.dropLast("-low".count)))
        return .init("limits of \(title)", .cell { .limits($0[place], $0[high]) }, isExtra: isExtra)
      }
      if let error = places[name + "-se"] {
        return .init(words(name) + " ± SE", .cell { .estimate($0[place], error: $0[error]) }, isExtra: isExtra)
      }
      return .init(words(name), isExtra: isExtra) { $0[place] }
    }
  }

  /// The same on the page of the person that all rows are of.
  static func ofPerson(_ table: AnalysisTable) -> [Column] {
    of(table).filter { !["participant_id", "session_id"].map(words).contains($0.title) }
  }

  /// A name of a column as people read it.
  private static func words(_ name: String) -> String {
    name == "participant_id" ? "participant" : name == "session_id" ? "session" : name.replacing("-", with: " ")
  }

  /// What is looked at first in each kind of table; a star stands for any end.
  private static func looked(_ table: AnalysisTable) -> Set<String> {
    switch table.rows {
    case .contrast:
      ["region", "kind", "measure", "n*", "mean-*", "effect", "effect-low", "effect-ratio", "p-pooled", "q"]
    case .lassen: ["participant_id", "method", "n", "occupancy", "occupancy-low", "VND", "VND-low"]
    case .occupancy: ["participant_id", "region", "baseline", "blocked", "occupancy", "occupancy-low"]
    case .reliability:
      [
        "measure", "region", "n", "difference", "difference-low", "agreement-low", "absolute-variability", "within-cv",
        "icc-a-1", "icc-a-1-low", "observed-to-expected",
      ]
    case .multiverse: ["region", "measure", "universes", "told", "median", "least", "most", "most-moving"]
    case .universes:
      ["region", "universes", "told", "persons", "pooled-effect", "pooled-low", "pooled-p", "pooled-q", "share-found"]
    case .deviations:
      ["participant_id", "session_id", "measure", "region", "value", "expected", "sd", "t", "p", "z", "member"]
    case .change: ["region", "log-ratio-before", "log-ratio-after", "change", "change-low", "ratio-change", "p"]
    case .power:
      [
        "region", "kind", "n", "sd", "effect", "persons", "persons-low", "persons-family", "power", "power-low",
        "least-effect",
      ]
    }
  }
}
