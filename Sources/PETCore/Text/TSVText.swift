/// A table to be written: tab separated, LF, numbers in their shortest exact form.
package struct TSVText: Sendable {
  package private(set) var bytes: [UInt8] = []
  private let width: Int

  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package init(columns: [String]) {
    width = columns.count
    add(columns)
  }

  package mutating func add(_ cells: [String]) {
    precondition(cells.count == width, "a row has one cell for each column")
    bytes += Self.line(cells)
  }

  /// A row as it is written.
  package static func line(_ cells: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(12 * cells.count)
    for (place, cell) in cells.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: "\t")) }
      bytes.append(contentsOf: Self.cell(cell).utf8)
    }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Tabs and line ends inside a cell become blanks, other control characters are escaped; an empty cell is `n/a`.
  ///
  /// A cell that holds a quotation mark is quoted with its marks doubled, so that every reader gets it back.
  private static func cell(_ text: String) -> String {
    if text.isEmpty { return "n/a" }
    if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != UInt8(ascii: "\"") }), !Formula.isOne(text) { return text }
    let safe = printable(Formula.defused(String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })))
    return safe.utf8.contains(UInt8(ascii: "\"")) ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
  }
}
