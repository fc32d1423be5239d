/// One column of a table that we leave: its name, and where its values stand in a row.
///
/// A table is written, read back and shown by one list of these: what is written is what is read.
package struct TableColumn<Row: Sendable>: Sendable {
  /// Where a value stands in a row.
  package enum Place: Sendable, Equatable {
    /// NaN is `n/a`.
    case number(any WritableKeyPath<Row, Double> & Sendable)
    /// A whole number; nil is `n/a`.
    case count(any WritableKeyPath<Row, Int?> & Sendable)
    /// As it stands, `n/a` too; empty is written so.
    case text(any WritableKeyPath<Row, String> & Sendable)
    /// Names or remarks in one cell; none is `n/a`.
    case list(any WritableKeyPath<Row, [String]> & Sendable, separator: String)

    package static func == (a: Place, b: Place) -> Bool {
      switch (a, b) {
      case (.number(let one), .number(let other)): one as AnyKeyPath == other as AnyKeyPath
      case (.count(let one), .count(let other)): one as AnyKeyPath == other as AnyKeyPath
      case (.text(let one), .text(let other)): one as AnyKeyPath == other as AnyKeyPath
      case (.list(let one, _), .list(let other, _)): one as AnyKeyPath == other as AnyKeyPath
      default: false
      }
    }

    package static func notes(_ place: any WritableKeyPath<Row, [String]> & Sendable) -> Place {
      .list(place, separator: "; ")
    }
  }

  package let name: String
  package let place: Place

  package init(_ name: String, _ place: Place) { (self.name, self.place) = (name, place) }

  /// The value of a row as the table has it.
  package func cell(_ row: Row) -> String {
    let text =
      switch place {
      case .number(let path): NumberText.exact(row[keyPath: path])
      case .count(let path): row[keyPath: path].map(String.init) ?? ""
      case .text(let path): row[keyPath: path]
      case .list(let path, let separator): row[keyPath: path].joined(separator: separator)
      }
    return text.isEmpty ? "n/a" : text
  }

  /// The value of a row for programs: numbers are numbers, what is missing is null.
  package func json(_ row: Row) -> JSONValue {
    switch place {
    case .number(let path): row[keyPath: path].isNaN ? .null : .number(row[keyPath: path])
    case .count(let path): row[keyPath: path].map { .number(Double($0)) } ?? .null
    case .text, .list: cell(row) == "n/a" ? .null : .string(cell(row))
    }
  }

  /// - Parameter line: of the table's rows, from 0.
  fileprivate func fill(_ row: inout Row, from table: TSVTable, line: Int, column: Int) throws(PETError) {
    let cell = table.rows[line][column]
    switch place {
    case .number(let path): row[keyPath: path] = try table.number(line, column)
    case .count(let path):
      let value = try table.number(line, column)
      guard value.isNaN || value == value.rounded() && abs(value) < 1e15 else {
        throw PETError(
          .wrongInput, file: table.file, field: "line \(line + 2), column '\(name)'", "'\(cell)' is not a whole number",
          remedy: "give a whole number, or n/a")
      }
      row[keyPath: path] = value.isNaN ? nil : Int(value)
    case .text(let path): row[keyPath: path] = cell
    case .list(let path, let separator):
      row[keyPath: path] =
        cell == "n/a" ? [] : cell.split(separator: separator.trimmed).map { $0.trimmed }.filter { !$0.isEmpty }
    }
  }
}

extension TSVTable {
  /// The rows by their columns; what the table has besides is passed over.
  ///
  /// - Parameters:
  ///   - empty: a row without values.
  ///   - required: columns that the table must have.
  /// - Throws: a column that is missing or stands twice, or a cell that is no number where there should be one.
  package func rows<Row>(_ columns: [TableColumn<Row>], empty: Row, requiring required: [String] = []) throws(PETError)
    -> [Row]
  {
    for name in required { _ = try self.required(name) }
    let known = columns.compactMap { own in column(own.name).map { (column: own, place: $0) } }
    var result: [Row] = []
    result.reserveCapacity(rows.count)
    for line in rows.indices {
      var row = empty
      for own in known { try own.column.fill(&row, from: self, line: line, column: own.place) }
      result.append(row)
    }
    return result
  }
}

extension TSVText {
  /// A table by its columns.
  package init<Row>(_ columns: [TableColumn<Row>], _ rows: some Sequence<Row>) {
    self.init(columns: columns.map(\.name))
    for row in rows { add(columns.map { $0.cell(row) }) }
  }
}
