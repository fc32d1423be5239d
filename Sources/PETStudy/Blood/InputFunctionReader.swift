import Foundation
package import PETCore
package import PETKinetics

/// Reads arterial input functions: `_inputfunction.tsv` of bloodstream and our own, and tables as PMOD writes them.
package enum InputFunctionReader {
  private static let timeNames = ["time", "sample-time", "Time"]
  private static let parentNames = ["AIF", "aif", "parent", "plasma_parent_radioactivity"]

  package static func read(_ path: String) throws(PETError) -> (input: PlasmaInput, findings: [Finding]) {
    let table = try TSVTable(path: path)
    var findings = table.findings
    let sidecarPath = TSVTable.sidecarPath(of: path)
    let sidecar = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    // PMOD writes units behind names: `sample-time[seconds]`, `plasma[kBq/cc]`.
    let columns = table.columns.map(Column.init)
    func find(_ names: [String]) -> Int? {
      for name in names {
        if let i = columns.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) { return i }
      }
      return nil
    }
    guard let time = find(timeNames) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column 'time'",
        remedy: NearestName.advice(for: "time", among: table.columns))
    }
    let plasma = find(["plasma_radioactivity", "plasma"])
    let fraction = find(["metabolite_parent_fraction"])
    let parent = find(parentNames)
    guard parent != nil || plasma != nil && (fraction != nil || columns[plasma ?? 0].unit != nil) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column 'AIF'",
        remedy: "give metabolite-corrected plasma (petbalance input makes it from blood samples)")
    }
    let blood = find(["whole_blood_radioactivity", "whole-blood", "blood"])

    func factor(_ column: Int, time isTime: Bool) throws(PETError) -> Double {
      let stated = columns[column].unit ?? sidecar.flatMap { unit($0, table.columns[column]) }
      guard let stated else {
        findings.append(
          Finding(
            .note, "input-units", file: path, field: table.columns[column], "the unit is not stated",
            remedy: "taken as \(isTime ? "s" : "kBq/mL")"))
        return 1
      }
      if isTime, let factor = TimeUnit.factorToSeconds(stated) { return factor }
      // bloodstream leaves "/mL" out.
      if !isTime, let factor = ActivityUnit.factorToInternal(stated) ?? ActivityUnit.factorToInternal(stated + "/mL") {
        return factor
      }
      throw PETError(
        .wrongInput, file: path, field: "\(table.columns[column]).Units",
        "'\(stated)' is not a unit of \(isTime ? "time" : "activity concentration")",
        remedy: isTime ? "write s or min" : "write Bq/mL or kBq/mL")
    }

    let seconds = try factor(time, time: true)
    let activity = try factor(parent ?? plasma ?? 0, time: false)
    let bloodFactor = try blood.map { column throws(PETError) in try factor(column, time: false) }
    var times: [Double] = []
    var values: [Double] = []
    var bloods: [Double] = []
    var skipped = 0
    for row in table.rows.indices {
      let t = try table.number(row, time) * seconds
      var value = try table.number(row, parent ?? plasma ?? 0) * activity
      if parent == nil, let fraction { value *= try table.number(row, fraction) }
      let b = try blood.map { column throws(PETError) in try table.number(row, column) * (bloodFactor ?? 1) }
      guard !t.isInfinite, !value.isInfinite, !(b?.isInfinite ?? false) else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2)", "a value is infinite",
          remedy: "correct the row, or write n/a")
      }
      guard t.isFinite, value.isFinite, b?.isFinite ?? true else {
        skipped += 1
        continue
      }
      if let before = times.last, t <= before {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2), column '\(table.columns[time])'",
          "\(NumberText.short(t)) s does not come after \(NumberText.short(before)) s",
          remedy: "sort the samples and keep one for each time")
      }
      times.append(t)
      values.append(value)
      if let b { bloods.append(b) }
    }
    if skipped > 0 {
      findings.append(
        Finding(
          .note, "samples-without-value", file: path, field: "rows", value: "\(skipped)",
          "\(skipped) rows without a value are left out"))
    }
    do throws(PETError) {
      return (try PlasmaInput(times: times, parent: values, wholeBlood: blood == nil ? nil : bloods), findings)
    } catch { throw error.at(file: path) }
  }

  /// A column's name and the unit written behind it.
  private struct Column {
    let name: String
    let unit: String?

    init(_ text: String) {
      guard let open = text.firstIndex(of: "["), text.hasSuffix("]") else {
        (name, unit) = (text, nil)
        return
      }
      name = String(text[..<open]).trimmed
      unit = String(text[text.index(after: open)...].dropLast()).trimmed
    }
  }

  /// `Units` of a column in a sidecar; bloodstream writes it as a list of one.
  static func unit(_ sidecar: PETSidecar, _ column: String) -> String? {
    let stated = sidecar[column]?["Units"]
    return stated?.string ?? stated?.list?.first?.string
  }
}
