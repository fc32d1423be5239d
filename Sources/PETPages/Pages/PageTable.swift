import PETCore

/// A table of a page: what is shown of each row, in order.
enum PageTable<Row> {
  struct Column {
    enum Content {
      case number((Row) -> Double)
      /// Words, or numbers as a table has them.
      case cell((Row) -> String)
    }

    let title: String
    let content: Content
    var isStatus = false
    var isNote = false

    init(_ title: String, isStatus: Bool = false, isNote: Bool = false, _ cell: @escaping (Row) -> String) {
      self.init(title, .cell(cell))
      self.isStatus = isStatus
      self.isNote = isNote
    }

    init(_ title: String, _ content: Content) {
      self.title = title
      self.content = content
    }

    /// Nil where no row has a number.
    func decimals(_ rows: [Row]) -> Int? {
      switch content {
      case .number(let value):
        let values = rows.map(value)
        return values.allSatisfy(\.isNaN) ? nil : PageNumber.decimals(of: values)
      case .cell(let cell):
        let cells = rows.lazy.map(cell)
        return cells.contains { PageNumber.value($0) != nil } ? PageNumber.decimals(cells) : nil
      }
    }

    func text(_ row: Row) -> String {
      switch content {
      case .number(let value): NumberText.exact(value(row))
      case .cell(let cell): cell(row)
      }
    }

    func html(_ row: Row, decimals: Int) -> String {
      switch content {
      case .number(let value): PageNumber.html(value(row), decimals: decimals)
      case .cell(let cell): PageNumber.html(cell(row), decimals: decimals)
      }
    }
  }

  /// - Parameters:
  ///   - most: rows that are shown.
  ///   - columns: those that there are.
  ///   - link: where a cell of the first column leads; nil for nowhere.
  static func html(
    _ rows: [Row], most: Int = .max, _ columns: [Column?], caption: String, link: ((Row) -> String?)? = nil
  ) -> String {
    let known = columns.compactMap { $0 }
    let decimals = known.map { $0.decimals(rows) }
    let rest = rows.count > most ? ", the first \(most) of \(rows.count) rows" : ""
    var html = "<table class=\"values\"><caption>\(HTML.escaped(caption + rest))</caption><thead><tr>"
    for (i, own) in known.enumerated() {
      html += "<th scope=\"col\"\(decimals[i] == nil ? "" : " class=\"number\"")>\(HTML.escaped(own.title))</th>"
    }
    html += "</tr></thead><tbody>\n"
    for row in rows.prefix(most) {
      html += "<tr>"
      for (i, own) in known.enumerated() {
        if i > 0, !own.isStatus, !own.isNote, let decimals = decimals[i] {
          html += "<td class=\"number\">\(own.html(row, decimals: decimals))</td>"
          continue
        }
        let cell = own.text(row)
        if i == 0 {
          let name = HTML.escaped(cell)
          let linked = link?(row).map { "<a href=\"\(HTML.escaped($0))\">\(name)</a>" } ?? name
          html += "<th scope=\"row\">\(linked)</th>"
        } else if own.isStatus {
          html += "<td><span class=\"status \(isGood(cell) ? "good" : "look")\">\(HTML.escaped(cell))</span></td>"
        } else if own.isNote {
          html += "<td class=\"note\">\(cell == "n/a" ? "" : HTML.escaped(cell))</td>"
        } else {
          html += "<td>\(HTML.escaped(cell))</td>"
        }
      }
      html += "</tr>\n"
    }
    return html + "</tbody></table>"
  }

  private static func isGood(_ status: String) -> Bool { ["ok", "converged", "done"].contains(status) }
}

extension Array {
  /// A column of a page that shows one of a result's; nil when the result has none.
  func shown<Row>(
    _ place: TableColumn<Row>.Place, _ title: String? = nil, isStatus: Bool = false, isNote: Bool = false
  ) -> PageTable<Row>.Column? where Element == TableColumn<Row> {
    first { $0.place == place }.map { column in
      if case .number(let path) = place { return .init(title ?? column.name, .number { $0[keyPath: path] }) }
      return .init(title ?? column.name, isStatus: isStatus, isNote: isNote, column.cell)
    }
  }
}
