/// A tab-separated table as read: header and rows of text.
package struct TSVTable: Sendable {
  package let file: String
  package let columns: [String]
  package private(set) var rows: [[String]]
  package var findings: [Finding] = []

  /// Reads a table; CR LF and a byte order mark are accepted, ragged rows and double columns are refused.
  package init(path: String) throws(PETError) {
    let text = try TextFile.read(path)
    try self.init(text: text.text, file: path)
    findings = text.findings
  }

  /// - Parameter isKept: whether a column, among all, is wanted; nil for every column.
  package init(text: String, file: String, columns isKept: ((String, [String]) -> Bool)? = nil) throws(PETError) {
    func fault(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
    }
    // Bytes: tables of a study have millions of cells.
    var text = text
    var ragged: (line: Int, cells: Int, columns: Int)?
    let lines = text.withUTF8 { bytes -> [[String]] in
      var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
      while let last = rows.last, String(decoding: last, as: UTF8.self).allSatisfy(\.isWhitespace) { rows.removeLast() }
      var (width, kept) = (0, [Int]())
      return rows.enumerated().map { number, row in
        let cells = row.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        if number == 0 {
          let names = cells.map(TSVTable.cell)
          width = names.count
          kept = names.indices.filter { isKept?(names[$0], names) ?? true }
        }
        if cells.count != width {
          ragged = ragged ?? (number + 1, cells.count, width)
          return []
        }
        return kept.map { TSVTable.cell(cells[$0]) }
      }
    }
    guard let header = lines.first else { throw fault("header", "the table is empty", "give a header line and rows") }
    var seen: Set<String> = []
    for name in header where !seen.insert(name).inserted {
      throw fault("column '\(name)'", "the column stands twice", "rename or remove one of them")
    }
    if let ragged {
      throw fault(
        "line \(ragged.line)", "\(ragged.cells) cells where the header has \(ragged.columns) columns",
        "separate cells by single tabs and write n/a for missing values")
    }
    self.file = file
    self.columns = header
    self.rows = Array(lines.dropFirst())
  }

  package init(file: String, columns: [String], rows: [[String]]) {
    (self.file, self.columns, self.rows) = (file, columns, rows)
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

  /// With some of the rows.
  package func keeping(_ isKept: ([String]) -> Bool) -> TSVTable {
    var result = self
    result.rows = rows.filter(isKept)
    return result
  }

  package func required(_ name: String) throws(PETError) -> Int {
    if let index = column(name) { return index }
    if columns.count == 1, let other = [",", ";"].first(where: columns[0].contains) {
      throw PETError(
        .wrongInput, file: file, field: "header", "its cells are separated by '\(other)' and not by tabs",
        remedy: "save it as tab-separated text (.tsv)")
    }
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
