import PETCore

/// A column's name and the unit that stands behind it in brackets: `sample-time[seconds]`, `plasma[kBq/cc]`, `end (min)`.
struct BracketedUnit {
  let name: String
  /// Nil where none is stated.
  let unit: String?

  init(_ text: String) {
    guard let open = text.firstIndex(where: { "[(".contains($0) }), let last = text.last, "])".contains(last) else {
      (name, unit) = (text, nil)
      return
    }
    name = String(text[..<open]).trimmed
    unit = String(text[text.index(after: open)...].dropLast()).trimmed
  }
}
