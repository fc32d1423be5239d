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
    var found = table.findings + (own?.findings ?? [])
    var units: [(name: String, value: JSONValue)] = []
    for column in columns {
      guard let name = column.inBIDS else { continue }
      // A JSON may call the column as the table does.
      let beside = own.flatMap { own in [name, column.name].lazy.compactMap { InputFunctionReader.unit(own, $0) }.first
      }
      if let unit = column.unit, let beside, !Self.areAlike(unit, beside) {
        found.append(
          Finding(
            .warning, .units, file: path, field: column.name, value: unit,
            "the header says \(unit), the JSON beside it \(beside)",
            remedy: "the header counts: correct the one that is wrong", castsDoubt: true))
      }
      if let unit = column.unit ?? beside { units.append((name, .object([("Units", .string(unit))]))) }
    }
    sidecar = (own ?? PETSidecar(assumed: path, members: [:])).stating(units, in: path, findings: [])
    let unused = columns.filter { $0.inBIDS == nil }.map(\.name)
    if !unused.isEmpty {
      found.append(
        Finding(
          .note, .bloodColumns, file: path, field: unused.joined(separator: ", "), "they are no samples of blood",
          remedy: "not read; samples are called time, whole-blood, plasma and parent-fraction"))
    }
    findings = found
  }

  /// Whether two spellings are one unit, of whatever kind.
  private static func areAlike(_ a: String, _ b: String) -> Bool {
    let kinds: [(String) -> Double?] = [
      TimeUnit.factorToSeconds, ActivityUnit.factorToInternal, BloodColumn.factorToShare,
    ]
    return a == b || kinds.contains { factor in factor(a).map { $0 == factor(b) } ?? false }
  }
}

extension Finding.Code {
  package static let bloodColumns = Finding.Code("blood-columns")
}
