import Foundation
import PETCore
import Testing

/// What a page says, read from its text alone: tables with the values of their cells, figures with their axes.
struct PageText {
  let html: String

  init(_ path: String) throws { html = try String(contentsOfFile: path, encoding: .utf8) }

  init(html: String) { self.html = html }

  /// The part of the page that is a section.
  func section(_ id: String) throws -> String {
    let start = try #require(html.range(of: "<section id=\"\(id)\">"), "no section \(id)")
    let end = try #require(html.range(of: "</section>", range: start.upperBound..<html.endIndex))
    return String(html[start.upperBound..<end.lowerBound])
  }

  static func matches(_ pattern: String, in text: String) throws -> [[String]] {
    let expression = try NSRegularExpression(pattern: pattern, options: [.dotMatchesLineSeparators])
    let whole = NSRange(text.startIndex..., in: text)
    return expression.matches(in: text, range: whole).map { match in
      (0..<match.numberOfRanges).map { i in Range(match.range(at: i), in: text).map { String(text[$0]) } ?? "" }
    }
  }

  static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  struct Cell {
    /// What is seen.
    let shown: String
    /// The numbers of it: the exact text behind each, and what is seen of it.
    let numbers: [(exact: String, shown: String)]

    /// Of the first; nil for words.
    var exact: String? { numbers.first?.exact }
  }

  /// Rows of the tables of a part of the page, one table after the other.
  static func tables(_ part: String) throws -> [[[Cell]]] {
    try matches("<tbody>(.*?)</tbody>", in: part).map { body in
      try matches("<tr[^>]*>(.*?)</tr>", in: body[1]).map { row in
        try matches("<t[hd][^>]*>(.*?)</t[hd]>", in: row[1]).map { cell in
          let numbers = try matches("<data value=\"([^\"]*)\">(.*?)</data>", in: cell[1]).map { ($0[1], $0[2]) }
          let words = try NSRegularExpression(pattern: "<[^>]*>").stringByReplacingMatches(
            in: cell[1], range: NSRange(cell[1].startIndex..., in: cell[1]), withTemplate: "")
          return Cell(shown: unescaped(words), numbers: numbers)
        }
      }
    }
  }

  /// A number as people read it; nil for words.
  static func number(_ text: String) -> Double? {
    switch text {
    case "∞": .infinity
    case "−∞": -.infinity
    default: Double(text.replacing("−", with: "-"))
    }
  }

  /// Every number of a page's table is that of the table on disk, of one column of it in every row, and is shown as that rounds.
  static func compare(_ page: [[Cell]], with table: TSVTable) throws {
    #expect(page.count == table.rows.count)
    // By place of the cell and of the number in it: the columns it may be of.
    var columns: [[Int]: Set<Int>] = [:]
    for (cells, row) in zip(page, table.rows) {
      for (place, cell) in cells.enumerated() {
        // The gap of an exclusive set is told from its other end.
        let numbers = cell.shown.hasPrefix("up to") ? cell.numbers.reversed() : cell.numbers
        for (i, number) in numbers.enumerated() {
          let found = Set(row.indices.filter { row[$0] == number.exact })
          columns[[place, i], default: found].formIntersection(found)
          #expect(columns[[place, i]]?.isEmpty == false, "\(cell) of \(cells.first?.shown ?? "") is not in \(row)")
          let value = try #require(Double(number.exact))
          let shown = try #require(self.number(number.shown), "\(cell)")
          let decimals = number.shown.split(separator: ".").dropFirst().first?.count ?? 0
          #expect(value == shown || abs(value - shown) <= 0.5000001 * pow(10, -Double(decimals)), "\(cell)")
        }
      }
    }
  }

  /// A drawing's axis, from where its ticks are and what they say.
  struct Axis {
    private let scale: Double
    private let origin: Double

    /// - Parameter ticks: places and labels.
    init(_ ticks: [(place: Double, value: Double)]) throws {
      let (first, last) = (try #require(ticks.first), try #require(ticks.last))
      try #require(first.value != last.value)
      scale = (last.place - first.place) / (last.value - first.value)
      origin = first.place - first.value * scale
    }

    func place(_ value: Double) -> Double { origin + value * scale }
  }

  /// Ticks of a drawing: those at one height are of the x axis, those at one side of the y axis.
  static func ticks(_ svg: String) throws -> [(x: Double, y: Double, text: String)] {
    try matches("<text class=\"tick\" x=\"([-0-9.]+)\" y=\"([-0-9.]+)\"[^>]*>([^<]*)</text>", in: svg).map {
      (try #require(Double($0[1])), try #require(Double($0[2])), $0[3])
    }
  }
}
