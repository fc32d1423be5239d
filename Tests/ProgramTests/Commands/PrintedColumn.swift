import PETCore

/// The cells of a column of a table that a command printed.
func column(_ table: String, _ name: String) throws -> [String] {
  let table = try TSVTable(text: table, file: "output")
  let index = try table.required(name)
  return table.rows.map { $0[index] }
}
