/// What stands below a command's abstract: paragraphs that fill the line, and examples that can be pasted.
enum HelpText {
  /// Of a terminal as it comes; examples are laid out for it alone, so that manual pages are the same everywhere.
  private static let width = 80

  /// Lays out text in which a paragraph of lines that begin with `petbalance` is one of examples; what follows four blanks
  /// there is a remark.
  static func of(_ text: String) -> String {
    text.split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n").map { $0.drop { $0 == " " } }
      guard lines.first?.hasPrefix("petbalance ") == true else { return lines.joined(separator: " ") }
      return lines.flatMap { example(String($0)) }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// A command in lines that a shell joins, its remark above it.
  private static func example(_ text: String) -> [String] {
    let parts = text.split(separator: "    ", maxSplits: 1)
    var lines = parts.dropFirst().map { "  # " + $0.drop { $0 == " " } }
    var line = "  petbalance"
    for word in parts[0].split(separator: " ").dropFirst() {
      // Room for the sign that the line goes on.
      if line.count + 1 + word.count > width - 3 {
        lines.append(line + " \\")
        line = "     "
      }
      line += " " + word
    }
    return lines + [line]
  }
}
