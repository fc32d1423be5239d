import Foundation
package import PETCore
package import PETKinetics

/// Reads arterial input functions: `_inputfunction.tsv` of bloodstream and our own, and tables as PMOD writes them.
package enum InputFunctionReader {
  package static func read(_ path: String) throws(PETError) -> (input: PlasmaInput, findings: [Finding]) {
    let table = try table(path)
    let sidecarPath = PETSidecar.path(beside: path)
    let sidecar = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    let columns = try Columns(table)
    var findings = table.findings
    let seconds = try factor(of: columns.time, isTime: true, table, sidecar, &findings)
    let activity = try factor(of: columns.value, isTime: false, table, sidecar, &findings)
    let bloodActivity = try columns.blood.map { (column) throws(PETError) in
      try factor(of: column, isTime: false, table, sidecar, &findings)
    }
    let share = try columns.fraction.map { (column) throws(PETError) in
      let name = table.columns[column]
      return try BloodColumn.share(
        unit: BloodColumn(name).unit ?? sidecar.flatMap { unit($0, name) }, file: sidecar?.file ?? path, column: name)
    }
    var (times, values, bloods) = ([Double](), [Double](), [Double]())
    var skipped = 0
    for row in table.rows.indices {
      let time = try table.number(row, columns.time) * seconds
      var value = try table.number(row, columns.value) * activity
      if let fraction = columns.fraction { value *= try table.number(row, fraction) * (share ?? 1) }
      let blood = try columns.blood.map { (column) throws(PETError) in
        try table.number(row, column) * (bloodActivity ?? 1)
      }
      guard !time.isInfinite, !value.isInfinite, !(blood?.isInfinite ?? false) else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2)", "a value is infinite",
          remedy: "correct the row, or write n/a")
      }
      guard time.isFinite, value.isFinite, blood?.isFinite ?? true else {
        skipped += 1
        continue
      }
      if let before = times.last, time <= before {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2), column '\(table.columns[columns.time])'",
          "\(NumberText.short(time)) s does not come after \(NumberText.short(before)) s",
          remedy: "sort the samples and keep one for each time")
      }
      times.append(time)
      values.append(value)
      if let blood { bloods.append(blood) }
    }
    if skipped > 0 { findings.append(.samplesWithoutValue(skipped, file: path, field: "rows")) }
    do throws(PETError) {
      return (try PlasmaInput(times: times, parent: values, wholeBlood: columns.blood == nil ? nil : bloods), findings)
    } catch { throw error.at(file: path) }
  }

  /// A table of tabs; files of other programs may have blanks or commas, remarks, and a mark at the end of every line.
  private static func table(_ path: String) throws(PETError) -> TSVTable {
    guard BloodColumn.areOfOthers(path) else { return try TSVTable(path: path) }
    return try TextRows(path: path).table(file: path) { $0.lowercased().contains("time") || $0.contains("[") }
  }

  /// Where the table has what an input is made of.
  private struct Columns {
    let time: Int
    /// The parent's activity, or plasma's.
    let value: Int
    /// That plasma is multiplied with; nil for the parent's activity, and for plasma that is one.
    let fraction: Int?
    let blood: Int?

    init(_ table: TSVTable) throws(PETError) {
      let columns = table.columns.map(BloodColumn.init)
      func find(_ name: String) -> Int? { columns.firstIndex { $0.inBIDS == name } }
      guard let time = find("time") else {
        throw PETError(
          .wrongInput, file: table.file, field: "header", "there is no column 'time'",
          remedy: NearestName.advice(for: "time", among: table.columns))
      }
      self.time = time
      blood = find("whole_blood_radioactivity")
      let parents = ["aif", "parent", "plasma_parent_radioactivity"]
      if let parent = columns.firstIndex(where: { $0.inBIDS == nil && parents.contains($0.name.lowercased()) }) {
        (value, fraction) = (parent, nil)
        return
      }
      let share = find("metabolite_parent_fraction")
      guard let plasma = find("plasma_radioactivity"), share != nil || columns[plasma].unit != nil else {
        throw PETError(
          .wrongInput, file: table.file, field: "header", "there is no column 'AIF'",
          remedy: "give metabolite-corrected plasma (petbalance input makes it from blood samples)")
      }
      (value, fraction) = (plasma, share)
    }
  }

  /// From a column's unit to s or kBq/mL; 1, told, where none is stated.
  private static func factor(
    of column: Int, isTime: Bool, _ table: TSVTable, _ sidecar: PETSidecar?, _ findings: inout [Finding]
  ) throws(PETError) -> Double {
    let name = table.columns[column]
    guard let stated = BloodColumn(name).unit ?? sidecar.flatMap({ unit($0, name) }) else {
      findings.append(
        Finding(
          .note, .inputUnits, file: table.file, field: name, "the unit is not stated",
          remedy: "taken as \(isTime ? "s" : "kBq/mL")"))
      return 1
    }
    if isTime, let factor = TimeUnit.factorToSeconds(stated) { return factor }
    // bloodstream leaves "/mL" out.
    if !isTime, let factor = ActivityUnit.factorToInternal(stated) ?? ActivityUnit.factorToInternal(stated + "/mL") {
      return factor
    }
    throw PETError(
      .wrongInput, file: table.file, field: "\(name).Units",
      "'\(stated)' is not a unit of \(isTime ? "time" : "activity concentration")",
      remedy: isTime ? "write s or min" : "write Bq/mL or kBq/mL")
  }

  /// `Units` of a column in a sidecar; bloodstream writes it as a list of one.
  static func unit(_ sidecar: PETSidecar, _ column: String) -> String? {
    let stated = sidecar[column]?["Units"]
    return stated?.string ?? stated?.list?.first?.string
  }
}

extension Finding.Code {
  package static let inputUnits = Finding.Code("input-units")
}
