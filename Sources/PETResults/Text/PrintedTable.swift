package import PETCore

/// A table of results as it is read on a screen: an estimate with its error to two digits, limits in one cell, what every row
/// says said once.
///
/// Nothing is lost without a word: columns that do not fit are named below the table.
package struct PrintedTable: Sendable {
  /// A column on the screen, of one or several of the table.
  private struct Column {
    var title: String
    var cells: [String]
  }

  /// Columns that narrow screens have too.
  private static let vital: Set = ["region", "ratio", "status"]

  private var columns: [Column] = []
  /// What all rows say alike.
  private var shared: [String] = []
  /// Columns without a value in any row.
  private var empty: [String] = []

  /// - Parameter keeping: columns that stand even where every row says the same.
  package init(_ table: TSVTable, keeping: Set<String> = ["status"]) {
    var taken: Set<String> = []
    for (place, name) in table.columns.enumerated() where !taken.contains(name) {
      let cells = table.rows.map { $0[place] }
      func beside(_ suffix: String) -> [String]? { table.column(name + suffix).map { c in table.rows.map { $0[c] } } }
      taken.insert(name)
      if place > 0, !keeping.contains(name) {
        if !cells.isEmpty, cells.allSatisfy({ $0 == "n/a" }), beside("-low") == nil {
          empty.append(name)
          taken.insert(name + "-se")
          continue
        }
        if cells.count > 1, Set(cells).count == 1, beside("-se") == nil, beside("-low") == nil {
          shared.append("\(name): \(Self.readable(cells[0]))")
          continue
        }
      }
      let (errors, low, high) = (beside("-se"), beside("-low"), beside("-high"))
      if let errors {
        taken.insert(name + "-se")
        columns.append(Column(title: name, cells: zip(cells, errors).map(Self.estimate)))
      } else if let low, let high {
        let decimals = zip(low, high).map(Self.decimals)
        columns.append(Column(title: name, cells: zip(cells, decimals).map(Self.rounded)))
      } else {
        columns.append(Column(title: name, cells: cells.map(Self.readable)))
      }
      if let low, let high {
        taken.formUnion(["-low", "-high"].map { name + $0 })
        let kinds = beside("-interval")
        if kinds != nil { taken.insert(name + "-interval") }
        let sets = zip(low, high).enumerated().map { Self.set($1.0, $1.1, kind: kinds?[$0] ?? "bounded") }
        columns.append(Column(title: "\(name) limits", cells: sets))
      }
    }
  }

  /// - Parameters:
  ///   - width: characters of a line; nil for all columns.
  ///   - paint: as `ScreenTable` has it, by the column's name.
  package func text(
    width: Int? = nil, paint: (_ column: String, _ cell: String, _ padded: String) -> String = { $2 }
  ) -> String {
    var shown = columns
    var left: [String] = []
    func table() -> ScreenTable {
      ScreenTable(
        shown.map(\.title), (0..<(shown.first?.cells.count ?? 0)).map { row in shown.map { $0.cells[row] } })
    }
    if let width {
      // From the right, but for what a row is about; where even that has no room each row is a paragraph of all columns.
      func isVital(_ place: Int) -> Bool { place == 0 || Self.vital.contains(shown[place].title) }
      while table().leastWidth > width, let last = shown.indices.last(where: { !isVital($0) }) {
        left.insert(shown.remove(at: last).title, at: 0)
      }
    }
    if let width, table().leastWidth > width { (shown, left) = (columns, []) }
    let titles = shown.map(\.title)
    var text = table().text(width: width) { paint(titles[$0], $1, $2) }
    func note(_ words: String) { text += Self.wrapped(words, width: width) }
    if !shared.isEmpty { note("in every row: " + shared.joined(separator: "; ")) }
    if !empty.isEmpty { note("n/a in every row: " + empty.joined(separator: ", ")) }
    if !left.isEmpty { note("not shown: " + left.joined(separator: ", ") + " (--format tsv has all)") }
    return text
  }

  private static func wrapped(_ words: String, width: Int?) -> String {
    guard let width, words.count > width else { return words + "\n" }
    var (lines, line) = ([String](), "")
    for word in words.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = "  "
      }
      line += (line.isEmpty || line == "  " ? "" : " ") + word
    }
    return (lines + [line]).joined(separator: "\n") + "\n"
  }

  // MARK: - Cells

  /// `3.437 ± 0.026`: the error to two digits, the estimate to the same place.
  private static func estimate(_ value: String, _ error: String) -> String {
    guard let number = Double(value), number.isFinite else { return value }
    guard let spread = Double(error), spread.isFinite, spread > 0 else {
      return readable(value) + (error == "n/a" ? "" : " ± \(error)")
    }
    let decimals = places(of: spread, digits: 2)
    guard (0...9).contains(decimals) else { return "\(NumberText.short(number)) ± \(NumberText.short(spread))" }
    return NumberText.fixed(number, decimals: decimals) + " ± " + NumberText.fixed(spread, decimals: decimals)
  }

  /// `1.54 to 1.69`; the other kinds of Fieller's set in words.
  private static func set(_ low: String, _ high: String, kind: String) -> String {
    guard let a = Double(low), let b = Double(high) else { return kind == "bounded" || low == "n/a" ? "n/a" : kind }
    let decimals = decimals(low, high) ?? 3
    func short(_ value: Double) -> String {
      value.isFinite ? NumberText.fixed(value, decimals: decimals) : NumberText.exact(value)
    }
    return kind == "exclusive" ? "to \(short(b)) or from \(short(a))" : "\(short(a)) to \(short(b))"
  }

  /// The place to which limits tell a value: two digits of what lies between them; nil where they tell none.
  private static func decimals(_ low: String, _ high: String) -> Int? {
    guard let a = Double(low), let b = Double(high), (b - a).isFinite, a != b else { return nil }
    return min(places(of: b - a, digits: 2), 9)
  }

  private static func rounded(_ cell: String, to decimals: Int?) -> String {
    guard let decimals, let value = Double(cell), value.isFinite else { return readable(cell) }
    return NumberText.fixed(value, decimals: decimals)
  }

  /// A number to four digits, words as they are.
  private static func readable(_ cell: String) -> String {
    // Whole numbers and names with leading zeros are no measurements.
    guard cell.contains(".") || cell.contains("e"), let value = Double(cell), value.isFinite else { return cell }
    return NumberText.exact(Rounding.significant(value, digits: 4))
  }

  /// Decimals at which a number has so many significant digits.
  private static func places(of value: Double, digits: Int) -> Int {
    var (magnitude, exponent) = (abs(value), 0)
    while magnitude >= 10, exponent < 300 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
    while magnitude < 1, exponent > -300 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
    return max(0, digits - 1 - exponent)
  }
}

extension PrintedTable {
  /// Rows for programs: numbers are numbers, what is missing is null.
  package static func json(_ table: TSVTable, sidecar: JSONValue?) -> JSONValue {
    let isNumber = table.columns.indices.map { column in
      table.rows.contains { Double($0[column])?.isFinite == true }
        && table.rows.allSatisfy { row in
          // Labels such as 01 are words.
          let cell = row[column]
          let isLabel = cell.hasPrefix("0") && cell.dropFirst().first?.isNumber == true
          return ["n/a", "inf", "-inf"].contains(cell) || Double(cell) != nil && !isLabel
        }
    }
    let rows = table.rows.map { row in
      JSONValue.object(
        zip(table.columns, row).enumerated().map { place, cell in
          if cell.1 == "n/a" { return (cell.0, .null) }
          guard isNumber[place], let value = Double(cell.1), value.isFinite else { return (cell.0, .string(cell.1)) }
          return (cell.0, .number(value))
        })
    }
    return .object([("Rows", .array(rows))] + (sidecar.map { [("Sidecar", $0)] } ?? []))
  }
}
