package import PETCore

/// A table of blood samples by the names of BIDS, with what describes its columns.
///
/// A `_blood.tsv` has a JSON for that; tables of PMOD and Turku have units behind the names of their columns, which count
/// before a JSON beside them.
struct BloodTable {
  let table: TSVTable
  let sidecar: PETSidecar
  let findings: [Finding]

  init(path: String) throws(PETError) {
    let files = try BloodReader.sidecars(of: path)
    let own = files.isEmpty ? nil : try PETSidecar(files: files)
    guard BloodColumn.areOfOthers(path) else {
      guard let own else {
        throw PETError(
          .missingInput, file: path, field: "sidecar", "the table has no JSON sidecar, so its units are unknown",
          remedy: "put one beside it with the Units of each column")
      }
      table = try TSVTable(path: path)
      (sidecar, findings) = (own, table.findings + own.findings)
      return
    }
    let rows = try TextRows(path: path).named { BloodColumn($0).inBIDS != nil }
    let columns = rows[0].cells.map(BloodColumn.init)
    if let share = columns.first(where: { $0.name.lowercased().hasPrefix("plasma-fraction") }) {
      throw PETError(
        .wrongInput, file: path, field: share.name, "the share of plasma in blood is not read",
        remedy: "multiply whole blood by it, and give the column plasma")
    }
    table = try TSVTable(
      text: rows.replacingFirst(columns.map { $0.inBIDS ?? $0.name })
        .map { $0.cells.joined(separator: "\t") + "\n" }.joined(), file: path)
    let units = columns.compactMap { column -> (name: String, value: JSONValue)? in
      guard let name = column.inBIDS, let unit = column.unit else { return nil }
      return (name, .object([("Units", .string(unit))]))
    }
    sidecar = (own ?? PETSidecar(assumed: path, members: [:])).stating(units, in: path, findings: [])
    let unused = columns.filter { $0.inBIDS == nil }.map(\.name)
    findings =
      table.findings + (own?.findings ?? [])
      + (unused.isEmpty
        ? []
        : [
          Finding(
            .note, .bloodColumns, file: path, field: unused.joined(separator: ", "), "they are no samples of blood",
            remedy: "not read; samples are called time, whole-blood, plasma and parent-fraction")
        ])
  }
}

extension Finding.Code {
  package static let bloodColumns = Finding.Code("blood-columns")
}
