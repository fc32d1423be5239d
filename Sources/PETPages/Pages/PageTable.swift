import PETCore

/// A table of a page: what is shown of each row, in order.
///
/// What is the same in every row is said once, in the caption; a remark is a note below the table, however many rows it is
/// of; columns that few people look at are there, and shown when they are asked for.
struct PageTable<Row> {
  struct Column {
    enum Content {
      case cell((Row) -> PageCell)
      /// How something ended, in a word, and whether that is to be looked at.
      case status((Row) -> (word: String, isGood: Bool))
      /// Remarks.
      case notes((Row) -> [String])
    }

    let title: String
    let content: Content
    /// Whether it is shown only when it is asked for.
    var isExtra = false
    /// Whether rows can be grouped by it.
    var isGrouping = false

    /// How something ended, in a word.
    ///
    /// - Parameter isExpected: rows of which any end is as it has to be.
    static func status(
      _ title: String, of word: @escaping (Row) -> String, isExpected: @escaping (Row) -> Bool = { _ in false }
    ) -> Column {
      let good = ["ok", "converged", "done"]
      return Column(
        title,
        .status { row in
          let own = word(row)
          return (own, good.contains(own) || isExpected(row))
        })
    }

    init(_ title: String, _ content: Content, isExtra: Bool = false) {
      self.title = title
      self.content = content
      self.isExtra = isExtra
    }

    /// A cell of words or of one number, as a table has it.
    init(_ title: String, isExtra: Bool = false, _ cell: @escaping (Row) -> String) {
      self.init(title, .cell { PageCell(cell($0)) }, isExtra: isExtra)
    }
  }

  /// What the table is to who cannot see it, another one for each table of a page.
  let label: String
  let caption: String
  /// The first is the name of a row.
  let columns: [Column]
  /// Rows that are shown at most.
  var most = Int.max
  /// Where the name of a row leads; nil for nowhere.
  var link: ((Row) -> String?)?

  /// A table of fewer rows says everything in each.
  private static var fewRows: Int { 3 }
  private static var fewColumns: Int { 2 }

  /// - Parameter columns: those that there are.
  init(_ label: String, caption: String, _ columns: [Column?]) {
    self.label = label
    self.caption = caption
    self.columns = columns.compactMap { $0 }
  }

  func html(_ rows: [Row]) -> String {
    let shown = Array(rows.prefix(most))
    var notes = PageNotes(id: HTML.identifier(label), rows: shown.count)
    var (drawn, same, missing): ([Drawn], [String], [String]) = ([], [], [])
    let all = columns.map { Drawn($0, shown, &notes) }
    // A table that has nothing else says it in its rows.
    let isTold = all.count { $0.everywhere == nil } >= Self.fewColumns
    for (place, own) in all.enumerated() {
      if place > 0, shown.count >= Self.fewRows, let words = own.everywhere, isTold || words.isEmpty {
        if own.isMissing { missing.append(own.title) } else if !words.isEmpty { same.append(words) }
      } else {
        drawn.append(own)
      }
    }
    var html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"\(HTML.escaped(label))\"><table class=\"values\"><caption>"
    html += HTML.escaped(caption + (rows.count > most ? ", the first \(most) of \(rows.count) rows" : ""))
    if !missing.isEmpty { same.append("n/a: " + missing.joined(separator: ", ")) }
    if !same.isEmpty { html += HTML.escaped(". In every row: " + same.joined(separator: "; ")) }
    html +=
      "</caption><thead><tr>"
      + drawn.map { "<th scope=\"col\"\($0.attributes)>\(HTML.escaped($0.title))</th>" }.joined()
    html += "</tr></thead><tbody>\n"
    for (place, row) in shown.enumerated() {
      html += "<tr>"
      for (i, own) in drawn.enumerated() {
        guard i > 0 else {
          let name = own.cells[place]
          html += "<th scope=\"row\">\(link?(row).map { "<a href=\"\(HTML.escaped($0))\">\(name)</a>" } ?? name)</th>"
          continue
        }
        html += "<td\(own.attributes(place))>\(own.cells[place])</td>"
      }
      html += "</tr>\n"
    }
    return html + "</tbody></table></div>" + notes.html
  }

  /// A column as it is drawn.
  private struct Drawn {
    let title: String
    /// HTML of each row.
    private(set) var cells: [String] = []
    /// Ch that a cell stands away from the right, so that points of numbers stand below each other.
    private var room: [Int] = []
    private let marks: [String]
    private var isNumber = false
    private var isNotes = false
    /// What is the same in every row, in words; empty where there is nothing; nil where rows differ.
    private(set) var everywhere: String?
    /// Whether that is that there is nothing.
    private(set) var isMissing = false

    init(_ column: Column, _ rows: [Row], _ notes: inout PageNotes) {
      title = column.title
      marks = (column.isExtra ? ["more"] : []) + (column.isGrouping ? ["grouping"] : [])
      switch column.content {
      case .cell(let cell): draw(rows.map(cell))
      case .status(let word):
        let words = rows.map(word)
        cells = words.map { "<span class=\"status \($0.isGood ? "good" : "look")\">\(HTML.escaped($0.word))</span>" }
        if let first = words.first, words.allSatisfy({ $0 == first }) { everywhere = "\(title) \(first.word)" }
      case .notes(let remarks):
        let all = rows.map(remarks)
        isNotes = true
        cells = notes.marks(all)
        if cells.allSatisfy(\.isEmpty) { everywhere = "" }
      }
    }

    private mutating func draw(_ own: [PageCell]) {
      isNumber = own.contains(where: \.isNumber)
      // A row without an error is told as the usual one is.
      let told = own.compactMap(\.decimals).sorted()
      let usual = told.isEmpty ? PageNumber.decimals(of: own.compactMap(\.value)) : told[told.count / 2]
      let decimals = own.map { $0.decimals ?? usual }
      let most = decimals.max() ?? 0
      cells = zip(own, decimals).map { $0.html(decimals: $1) }
      if isNumber { room = zip(own, decimals).map { $0.isNumber ? most - $1 : 0 } }
      guard let first = cells.first, cells.allSatisfy({ $0 == first }) else { return }
      let words = own[0].text(decimals: decimals[0])
      (everywhere, isMissing) = ("\(title) \(words)", words == "n/a")
    }

    private var classes: [String] { (isNumber ? ["number"] : isNotes ? ["marks"] : []) + marks }

    var attributes: String { Self.attribute(classes) }

    func attributes(_ place: Int) -> String {
      Self.attribute(classes + (room.indices.contains(place) && room[place] > 0 ? ["r\(room[place])"] : []))
    }

    private static func attribute(_ classes: [String]) -> String {
      classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    }
  }
}

extension Array {
  /// A column of a page that shows one of a result's; nil when the result has none.
  func shown<Row>(_ place: TableColumn<Row>.Place, _ title: String? = nil, isExtra: Bool = false)
    -> PageTable<Row>.Column? where Element == TableColumn<Row>
  {
    column(place).map { .init(title ?? $0.name, isExtra: isExtra, $0.cell) }
  }

  /// A column of cells that are made of several of a result's; nil when the result lacks the first of them.
  func shown<Row>(
    _ place: TableColumn<Row>.Place, _ title: String, isExtra: Bool = false, as cell: @escaping (Row) -> PageCell
  ) -> PageTable<Row>.Column? where Element == TableColumn<Row> {
    column(place).map { _ in .init(title, .cell(cell), isExtra: isExtra) }
  }

  func status<Row>(
    _ place: any WritableKeyPath<Row, String> & Sendable, isExpected: @escaping (Row) -> Bool
  ) -> PageTable<Row>.Column? where Element == TableColumn<Row> {
    column(.text(place)).map { .status($0.name, of: $0.cell, isExpected: isExpected) }
  }

  func notes<Row>(_ place: any WritableKeyPath<Row, [String]> & Sendable) -> PageTable<Row>.Column?
  where Element == TableColumn<Row> {
    column(.notes(place)).map { _ in .init("notes", .notes { $0[keyPath: place] }) }
  }

  private func column<Row>(_ place: TableColumn<Row>.Place) -> Element? where Element == TableColumn<Row> {
    first { $0.place == place }
  }
}
