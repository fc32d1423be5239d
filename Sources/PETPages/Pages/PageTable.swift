import PETCore

/// A table of a page, made of cells of a table on disk.
struct PageTable {
  struct Column {
    /// In the table on disk.
    let name: String
    let title: String
    var isStatus = false
    var isNote = false

    init(_ name: String, _ title: String? = nil, isStatus: Bool = false, isNote: Bool = false) {
      self.name = name
      self.title = title ?? name
      self.isStatus = isStatus
      self.isNote = isNote
    }
  }

  /// - Parameters:
  ///   - most: rows that are shown.
  ///   - columns: those that the table does not have are left out.
  ///   - link: where a cell of the first column leads; nil for nowhere.
  static func html(
    _ table: TSVTable, most: Int = .max, _ columns: [Column], caption: String, link: (([String]) -> String?)? = nil
  ) -> String {
    let known = columns.compactMap { column in table.column(column.name).map { (column: column, place: $0) } }
    let decimals = known.map { own -> Int? in
      let cells = table.rows.lazy.map { $0[own.place] }
      return cells.contains { PageNumber.value($0) != nil } ? PageNumber.decimals(cells) : nil
    }
    let rest = table.rows.count > most ? ", the first \(most) of \(table.rows.count) rows" : ""
    var html = "<table class=\"values\"><caption>\(HTML.escaped(caption + rest))</caption><thead><tr>"
    for (i, own) in known.enumerated() {
      html += "<th scope=\"col\"\(decimals[i] == nil ? "" : " class=\"number\"")>\(HTML.escaped(own.column.title))</th>"
    }
    html += "</tr></thead><tbody>\n"
    for row in table.rows.prefix(most) {
      html += "<tr>"
      for (i, own) in known.enumerated() {
        let cell = row[own.place]
        if i == 0 {
          let name = HTML.escaped(cell)
          let linked = link?(row).map { "<a href=\"\(HTML.escaped($0))\">\(name)</a>" } ?? name
          html += "<th scope=\"row\">\(linked)</th>"
        } else if own.column.isStatus {
          html += "<td><span class=\"status \(isGood(cell) ? "good" : "look")\">\(HTML.escaped(cell))</span></td>"
        } else if own.column.isNote {
          html += "<td class=\"note\">\(cell == "n/a" ? "" : HTML.escaped(cell))</td>"
        } else if let decimals = decimals[i] {
          html += "<td class=\"number\">\(PageNumber.html(cell, decimals: decimals))</td>"
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
