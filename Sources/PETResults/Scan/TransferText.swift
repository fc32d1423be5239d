package import PETCore

/// A transfer matrix as a table: a row and a column for each region, to six decimals.
package enum TransferText {
  private static let first = "region"

  package static func tsv(_ transfer: RegionTransfer) -> String {
    var text = TSVText(columns: [first] + transfer.names)
    for (name, row) in zip(transfer.names, transfer.rows) {
      text.add([name] + row.map { NumberText.exact(($0 * 1e6).rounded() / 1e6 + 0) })
    }
    return text.text
  }

  package static func read(_ path: String) throws(PETError) -> RegionTransfer {
    let table = try TSVTable(path: path)
    let region = try table.required(first)
    let columns = table.columns.indices.filter { $0 != region }
    guard table.rows.count == columns.count else {
      throw PETError(
        .wrongInput, file: path, field: first, "\(table.rows.count) rows and \(columns.count) columns of regions",
        remedy: "give the matrix as it was written")
    }
    var rows: [[Double]] = []
    for row in table.rows.indices {
      var values: [Double] = []
      for column in columns { values.append(try table.number(row, column)) }
      rows.append(values)
    }
    return RegionTransfer(names: table.rows.map { $0[region] }, rows: rows)
  }
}
