import PETCore

/// A table for people: aligned columns with a header, numbers to the right.
package struct ScreenTable: Sendable {
  package let columns: [String]
  package let rows: [[String]]

  /// Narrower no column of words gets.
  private static let narrowest = 10
  private static let gap = "  "

  /// Whether a column's cells stand to the right; the first names the row.
  private let isNumber: [Bool]

  package init(_ columns: [String], _ rows: [[String]]) {
    (self.columns, self.rows) = (columns, rows)
    isNumber = columns.indices.map { c in c > 0 && rows.allSatisfy { Self.isNumber($0[c]) } }
  }

  /// - Parameters:
  ///   - width: characters of a line; where there are more, the longest columns of words are broken into lines. nil for any
  ///     number.
  ///   - paint: a cell of a column as it is to appear, given with blanks around it.
  package func text(width: Int? = nil, paint: (_ column: Int, _ cell: String, _ padded: String) -> String = { $2 })
    -> String
  {
    if let width, leastWidth > width { return records(width: width) }
    let widths = widths(within: width)
    func lines(_ cells: [String], painted: Bool) -> [String] {
      let broken = cells.indices.map { Self.broken(cells[$0], at: widths[$0]) }
      return (0..<(broken.map(\.count).max() ?? 1)).map { line in
        var text = ""
        for c in cells.indices {
          let part = line < broken[c].count ? broken[c][line] : ""
          let pad = String(repeating: " ", count: max(0, widths[c] - part.count))
          let padded = isNumber[c] ? pad + part : c == cells.count - 1 ? part : part + pad
          text += (c > 0 ? Self.gap : "") + (painted ? paint(c, cells[c], padded) : padded)
        }
        return text.trimmedRight
      }
    }
    let all = lines(columns, painted: false) + rows.flatMap { lines($0, painted: true) }
    return all.joined(separator: "\n") + "\n"
  }

  /// Where columns have no room beside each other: a paragraph for each row.
  private func records(width: Int) -> String {
    rows.map { row in
      let lines = zip(columns, row).dropFirst().flatMap { Self.broken("\($0): \($1)", at: max(1, width - 2)) }
      return ([row.first ?? ""] + lines.map { "  " + $0 }).map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  /// The narrowest that the table gets without cutting a number or a first column.
  package var leastWidth: Int {
    let full = fullWidths
    return columns.indices.reduce(Self.gap.count * (columns.count - 1)) { sum, c in
      sum + (c == 0 || isNumber[c] ? full[c] : min(full[c], Self.narrowest))
    }
  }

  private var fullWidths: [Int] {
    columns.indices.map { c in ([columns[c]] + rows.map { $0[c] }).map(\.count).max() ?? 0 }
  }

  private func widths(within width: Int?) -> [Int] {
    var widths = fullWidths
    guard let width else { return widths }
    var excess = widths.reduce(Self.gap.count * (columns.count - 1), +) - width
    // The widest gives first: what is short stays whole.
    while excess > 0 {
      let open = widths.indices.filter { !isNumber[$0] && widths[$0] > Self.narrowest }
      guard let widest = open.max(by: { widths[$0] < widths[$1] }) else { break }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  private static func isNumber(_ cell: String) -> Bool {
    cell == "n/a" || cell == "inf" || cell == "-inf" || cell.first.map { "-+0123456789.<".contains($0) } ?? true
  }

  /// Words in lines of at most so many characters; a longer word is cut.
  private static func broken(_ text: String, at width: Int) -> [String] {
    guard text.count > width else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      var rest = String(word)
      if !line.isEmpty, line.count + 1 + rest.count > width {
        lines.append(line)
        line = ""
      }
      while rest.count > width {
        lines.append(String(rest.prefix(width)))
        rest = String(rest.dropFirst(width))
      }
      line += (line.isEmpty ? "" : " ") + rest
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension String {
  fileprivate var trimmedRight: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
