import PETCore

/// A table for people: aligned columns with a header.
package enum ScreenTable {
  package static func text(_ columns: [String], _ rows: [[String]]) -> String {
    let widths = columns.indices.map { c in ([columns[c]] + rows.map { $0[c] }).map(\.count).max() ?? 0 }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (c, cell) in cells.enumerated() {
        let pad = String(repeating: " ", count: widths[c] - cell.count)
        let numeric =
          c > 0 && rows.allSatisfy { $0[c] == "n/a" || $0[c].first.map { "-+0123456789.".contains($0) } ?? true }
        text += (c > 0 ? "  " : "") + (numeric ? pad + cell : cell + pad)
      }
      return text.trimmedRight
    }
    return ([line(columns)] + rows.map(line)).joined(separator: "\n") + "\n"
  }
}

extension String {
  fileprivate var trimmedRight: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
