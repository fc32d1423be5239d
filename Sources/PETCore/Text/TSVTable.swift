/// A tab-separated table as read: header and rows of text.
package struct TSVTable: Sendable {
  package let file: String
  package let columns: [String]
  package let rows: [[String]]
  package var findings: [Finding] = []

  /// Reads a table; CR LF and a byte order mark are accepted, ragged rows and double columns are refused.
  package init(path: String) throws(PETError) {
    let text = try TextFile.read(path)
    try self.init(text: text.text, file: path)
    findings = text.findings
  }

  package init(text: String, file: String) throws(PETError) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
    }
    // Bytes: tables of a study have millions of cells.
    var text = text
    let lines = text.withUTF8 { bytes -> [[String]] in
      var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
      while let last = rows.last, String(decoding: last, as: UTF8.self).allSatisfy(\.isWhitespace) { rows.removeLast() }
      return rows.map { row in
        row.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map(TSVTable.cell)
      }
    }
    guard let header = lines.first else { throw fault("header", "the table is empty", "give a header line and rows") }
    var seen: Set<String> = []
    for name in header where !seen.insert(name).inserted {
      throw fault("column '\(name)'", "the column stands twice", "rename or remove one of them")
    }
    let rows = Array(lines.dropFirst())
    for (number, cells) in rows.enumerated() where cells.count != header.count {
      throw fault(
        "line \(number + 2)", "\(cells.count) cells where the header has \(header.count) columns",
        "separate cells by single tabs and write n/a for missing values")
    }
    self.file = file
    self.columns = header
    self.rows = rows
  }

  /// A cell without blanks around it and without the quotes of a quoted one.
  private static func cell(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let first = bytes.first, let last = bytes.last else { return "" }
    // Within these there is no blank and no quotation mark at either end.
    func isPlain(_ byte: UInt8) -> Bool { 0x23..<0x7f ~= byte || byte == 0x21 }
    if isPlain(first), isPlain(last) { return text }
    let trimmed = text.trimmed
    guard trimmed.count >= 2, trimmed.first == "\"", trimmed.last == "\"" else { return trimmed }
    return String(trimmed.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }

  /// Where the JSON sidecar of a table stands.
  package static func sidecarPath(of table: String) -> String {
    (table.hasSuffix(".tsv") ? String(table.dropLast(4)) : table) + ".json"
  }

  package func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

  /// The first of several spellings that is a column.
  package func column(anyOf names: [String]) -> Int? {
    for name in names { if let index = column(name) { return index } }
    return nil
  }

  package func required(_ name: String) throws(PETError) -> Int {
    if let index = column(name) { return index }
    throw PETError(
      .wrongInput, file: file, field: "header", "there is no column '\(name)'",
      remedy: NearestName.advice(for: name, among: columns))
  }

  /// A number of the table; `n/a`, `nan` and empty cells are NaN, other text is refused with line and column.
  package func number(_ row: Int, _ column: Int) throws(PETError) -> Double {
    let text = rows[row][column]
    if ["n/a", "na", "nan", ""].contains(text.lowercased()) { return .nan }
    if let value = Double(text) { return value }
    throw PETError(
      .wrongInput, file: file, field: "line \(row + 2), column '\(columns[column])'", "'\(text)' is not a number",
      remedy: "use a decimal point, and n/a for missing values")
  }
}

/// A table to be written: tab separated, LF, numbers in their shortest exact form.
package struct TSVText: Sendable {
  package private(set) var text: String
  private let width: Int

  package init(columns: [String]) {
    width = columns.count
    text = columns.map(Self.cell).joined(separator: "\t") + "\n"
  }

  package mutating func add(_ cells: [String]) {
    precondition(cells.count == width, "a row has one cell for each column")
    text += cells.map(Self.cell).joined(separator: "\t") + "\n"
  }

  /// Tabs and line ends inside a cell become blanks, other control characters are escaped; an empty cell is `n/a`.
  ///
  /// A cell that holds a quotation mark is quoted with its marks doubled, so that every reader gets it back.
  private static func cell(_ text: String) -> String {
    if text.isEmpty { return "n/a" }
    if text.utf8.contains(UInt8(ascii: "\"")) { return "\"" + plain(text.replacing("\"", with: "\"\"")) + "\"" }
    return plain(text)
  }

  private static func plain(_ text: String) -> String {
    if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 }) { return text }
    return printable(String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 }))
  }
}
