import ArgumentParser

/// What stands below a command's abstract: paragraphs that fill the line, and examples that can be pasted.
enum HelpText {
  /// Lays out text in which a paragraph of lines that begin with `petbalance` is one of examples; what follows four blanks
  /// there is a remark.
  static func of(_ text: String, width: Int = min(80, Terminal.output.width ?? 80)) -> String {
    text.split(separator: "\n\n").map { paragraph in
      let lines = paragraph.split(separator: "\n").map { $0.drop { $0 == " " } }
      guard lines.first?.hasPrefix("petbalance ") == true else { return lines.joined(separator: " ") }
      return lines.map { example(String($0), width: width) }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// A command in lines that a shell joins, its remark above it.
  private static func example(_ line: String, width: Int) -> String {
    let parts = line.split(separator: "    ", maxSplits: 1)
    let remark = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
    var lines: [String] = []
    var current = "  "
    for word in parts[0].split(separator: " ") {
      // Room for the sign that the line goes on.
      if current.count > 6, current.count + 1 + word.count > width - 3 {
        lines.append(current + " \\")
        current = "     "
      }
      current += (current == "  " ? "" : " ") + word
    }
    return (remark.isEmpty ? [] : ["  # \(remark)"]).joined() + (remark.isEmpty ? "" : "\n")
      + (lines + [current]).joined(separator: "\n")
  }
}
