/// Text that a spreadsheet would take for a formula and run, when it stands in a cell of a table.
package enum Formula {
  /// What formulas begin with, in their wide forms too.
  private static let marks: Set<Character> = ["=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}"]

  /// Whether it is one: it begins, after blanks, with one of the marks and is neither a number nor a sentence that begins with
  /// a number, such as `-60 s is no duration`.
  package static func isOne(_ text: String) -> Bool {
    guard mayBegin(text) else { return false }
    let trimmed = text.trimmed
    guard trimmed.first.map(marks.contains) == true, Double(trimmed) == nil else { return false }
    let words = trimmed.split(separator: " ", maxSplits: 1)
    return words.count < 2 || Double(words[0]) == nil || words[1].first?.isLetter != true || trimmed.contains("|")
  }

  /// Text with an apostrophe before what would be run: spreadsheets take it for text.
  package static func defused(_ text: String) -> String { isOne(text) ? "'" + text : text }

  /// Whether it is worth a closer look, by its first byte.
  private static func mayBegin(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return false }
    // Blanks and controls, the marks, and everything beyond ASCII.
    return first <= 0x20 || first >= 0x7f || first == UInt8(ascii: "=") || first == UInt8(ascii: "+")
      || first == UInt8(ascii: "-") || first == UInt8(ascii: "@")
  }
}
