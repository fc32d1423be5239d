import PETCore

/// The lines of a text as cells: by tabs, else by semicolons, else by commas, else by blanks; remarks are told apart.
struct TextRows {
  typealias Row = (line: Int, cells: [String])

  private(set) var rows: [Row] = []
  /// The last remark before the numbers, where names of columns may stand.
  private(set) var remark: Row?
  /// All remarks without their mark.
  private(set) var remarks: [String] = []
  let isTabbed: Bool

  init(path: String) throws(PETError) {
    let text = try TextFile.read(path).text
    let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    let lines = all.filter { !Self.isRemark($0.trimmed) }
    let separator: Character? = ["\t", ";", ","].first { mark in lines.contains { $0.trimmed.contains(mark) } }
    isTabbed = separator == "\t"
    func row(_ number: Int, _ line: String) -> Row {
      var parts =
        separator.map { line.split(separator: $0, omittingEmptySubsequences: false).map { $0.trimmed } }
        ?? Self.words(line)
      // Some programs end every line with the mark.
      if parts.count > 1, parts.last == "" { parts.removeLast() }
      return (
        number + 1,
        parts.map {
          $0.count > 1 && $0.hasPrefix("\"") && $0.hasSuffix("\"") ? String($0.dropFirst().dropLast()).trimmed : $0
        }
      )
    }
    for (number, line) in all.enumerated() where !line.trimmed.isEmpty {
      if Self.isRemark(line.trimmed) {
        let plain = String(line.trimmed.trimmingPrefix { "#/ ".contains($0) })
        remarks.append(plain.trimmed)
        if rows.isEmpty { remark = row(number, plain) }
      } else {
        rows.append(row(number, line))
      }
    }
    guard !rows.isEmpty else {
      throw PETError(.wrongInput, file: path, field: "rows", "the file is empty", remedy: "give a line for each frame")
    }
  }

  private static func isRemark(_ line: String) -> Bool { line.hasPrefix("#") || line.hasPrefix("//") }

  /// Words, a unit in brackets with the one before it: `start (min)` is one.
  private static func words(_ line: String) -> [String] {
    line.split(whereSeparator: \.isWhitespace).map(String.init).reduce(into: []) { words, word in
      if let last = words.last, word.hasPrefix("(") || word.hasPrefix("["), Double(last) == nil {
        words[words.count - 1] += " " + word
      } else {
        words.append(word)
      }
    }
  }

  /// The same as a table whose names may stand behind a remark's mark; remarks are left out.
  func table(file: String, isName: (String) -> Bool) throws(PETError) -> TSVTable {
    try TSVTable(
      text: named(by: isName).map { $0.cells.joined(separator: "\t") + "\n" }.joined(), file: file)
  }

  /// A decimal number; nil for anything else.
  static func number(_ cell: String) -> Double? {
    guard cell.wholeMatch(of: /[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/) != nil, let value = Double(cell) else {
      return nil
    }
    return value.isFinite ? value : nil
  }

  /// The rows with a remark before them, where that has the names of columns of which the first row has numbers alone.
  func named(by isName: (String) -> Bool) -> [Row] {
    guard let first = rows.first, first.cells.allSatisfy({ Self.number($0) != nil }), let remark,
      remark.cells.count(where: isName) > 1
    else { return rows }
    return [remark] + rows
  }
}

extension [TextRows.Row] {
  /// The same with other cells in the first row.
  func replacingFirst(_ cells: [String]) -> [TextRows.Row] {
    var rows = self
    rows[0].cells = cells
    return rows
  }
}
