/// Where regions meet in a plane of labels, as a path along the edges of the pixels.
package enum Contours {
  /// - Parameters:
  ///   - labels: row by row; pixels outside count as 0.
  ///   - scale: units of the drawing a pixel.
  package static func path(_ labels: [Int32], columns: Int, rows: Int, x: Double = 0, y: Double = 0, scale: Double = 1)
    -> String
  {
    func label(_ column: Int, _ row: Int) -> Int32 {
      column < 0 || row < 0 || column >= columns || row >= rows ? 0 : labels[row * columns + column]
    }
    var path = ""
    func n(_ value: Double) -> String { Drawing.number(value) }
    // Edges of one line that follow each other are one stroke.
    for row in 0...rows {
      var column = 0
      while column < columns {
        guard label(column, row - 1) != label(column, row) else {
          column += 1
          continue
        }
        let start = column
        while column < columns, label(column, row - 1) != label(column, row) { column += 1 }
        path +=
          "M\(n(x + Double(start) * scale)) \(n(y + Double(row) * scale))h\(n(Double(column - start) * scale))"
      }
    }
    for column in 0...columns {
      var row = 0
      while row < rows {
        guard label(column - 1, row) != label(column, row) else {
          row += 1
          continue
        }
        let start = row
        while row < rows, label(column - 1, row) != label(column, row) { row += 1 }
        path += "M\(n(x + Double(column) * scale)) \(n(y + Double(start) * scale))v\(n(Double(row - start) * scale))"
      }
    }
    return path
  }
}
