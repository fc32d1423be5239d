import ArgumentParser
import PETCore
import PETResults

/// How a table of results is printed.
enum TableFormat: String, ExpressibleByArgument, CaseIterable { case table, tsv, json }

/// How a command's table is printed: alike for all of them.
struct TableOptions: ParsableArguments {
  @Option(help: "How to print: table, tsv or json (default: a table on a terminal, else tsv).")
  var format: TableFormat?

  /// What goes to standard output, or to a file, for a table that is written as TSV.
  func text(_ tsv: String, sidecar: JSONValue?, toFile: Bool) throws(PETError) -> String {
    switch format ?? (toFile || !Terminal.output.isThere ? .tsv : .table) {
    case .tsv: return tsv
    case .json: return PrintedTable.json(try TSVTable(text: tsv, file: "table"), sidecar: sidecar).text
    case .table:
      return PrintedTable(try TSVTable(text: tsv, file: "table")).text(
        width: toFile ? nil : Terminal.output.width, paint: Self.paint)
    }
  }

  /// Words of a status in the colour of what they are worth.
  static func paint(_ column: String, _ cell: String, _ padded: String) -> String {
    guard column == "status" || column.hasSuffix("-status") else { return padded }
    let colour: Terminal.Colour =
      ["ok", "converged", "done"].contains(cell) ? .green : ["failed"].contains(cell) ? .red : .yellow
    return Terminal.output.paint(padded, colour)
  }
}
