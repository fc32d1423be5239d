import Foundation
package import PETCore
package import PETKinetics

/// Reads tables of blood, BIDS `_blood.tsv` or of PMOD and Turku: manual samples, an autosampler's, or both.
package enum BloodReader {
  /// Spacing below which a table without a `recording-` entity is an autosampler's, s.
  private static let continuousSpacing = 6.0

  /// - Parameter injection: s after the tables' zero.
  package static func read(_ paths: [String], injection: Double = 0) throws(PETError) -> BloodSamples {
    var samples = BloodSamples()
    var sampler: (path: String, times: [Double])?
    for path in paths {
      let described = try BloodTable(path: path)
      let (table, sidecar) = (described.table, described.sidecar)
      samples.findings += described.findings
      let rows = try order(table, path: path, sidecar: sidecar, injection: injection, findings: &samples.findings)
      let name = BIDSName(URL(fileURLWithPath: path).lastPathComponent)
      let isContinuous =
        switch name?["recording"] {
        case "autosampler"?: true
        case "manual"?: false
        default:
          rows.count > 30 && Order.median(zip(rows, rows.dropFirst()).map { $1.time - $0.time }) < continuousSpacing
        }
      if isContinuous {
        if let sampler {
          throw PETError(
            .wrongInput, file: path, field: "recording", "\(sampler.path) is an autosampler's table as well",
            remedy: "give one")
        }
        sampler = (path, rows.map(\.time))
        samples.isDispersionCorrected = sidecar["DispersionCorrected"]?.bool ?? false
        samples.dispersionConstant = try sidecar.number("DispersionConstant")
      }
      if let unused = table.columns.first(where: { $0.lowercased().contains("recovery") }) {
        samples.findings.append(
          Finding(
            .note, .recoveryUnused, file: path, field: unused, "recovery fractions are not used",
            remedy: "correct metabolite_parent_fraction with them where it is not"))
      }
      try add(table, path: path, sidecar: sidecar, rows: rows, isContinuous: isContinuous, to: &samples)
    }
    return samples
  }

  /// When the scan beside blood tables was injected, s after their zero; nil when no scan beside them says so.
  ///
  /// - Throws: where scans that may be theirs say it differently.
  package static func injection(beside paths: [String]) throws(PETError) -> Double? {
    var known: [(file: String, value: Double)] = []
    for path in paths {
      let url = URL(fileURLWithPath: path)
      guard let own = BIDSName(url.lastPathComponent) else { continue }
      let folder = url.deletingLastPathComponent().path
      for file in try Folder.names(folder) {
        guard let name = BIDSName(file), name.suffix == "pet", own.entitiesBelong(to: name, ignoring: ["recording"])
        else { continue }
        let sidecar = try PETSidecar(files: try PETSidecar.find(for: "\(folder)/\(name.stem)_pet.nii.gz"))
        if let value = try sidecar.number("InjectionStart") { known.append((sidecar.file, value)) }
      }
    }
    guard let first = known.first else { return nil }
    if let other = known.first(where: { $0.value != first.value }) {
      throw PETError(
        .wrongInput, file: other.file, field: "InjectionStart",
        "\(NumberText.short(other.value)) s, where \(first.file) says \(NumberText.short(first.value)) s",
        remedy: "say by --injection-start which scan the blood is of")
    }
    return first.value
  }

  /// The JSON files that describe a table's columns, outermost first.
  package static func sidecars(of table: String) throws(PETError) -> [String] {
    let found = try PETSidecar.find(for: table, suffix: "blood")
    let plain = PETSidecar.path(beside: table)
    return found.isEmpty && FileManager.default.fileExists(atPath: plain) ? [plain] : found
  }

  /// Rows in the order of their times; the same time twice is refused.
  private static func order(
    _ table: TSVTable, path: String, sidecar: PETSidecar, injection: Double, findings: inout [Finding]
  ) throws(PETError) -> [(row: Int, time: Double)] {
    let column = try table.required("time")
    guard let unit = InputFunctionReader.unit(sidecar, "time") else {
      throw PETError(
        .wrongInput, file: sidecar.file, field: "time.Units", "the unit of time is not stated", remedy: "write s or min"
      )
    }
    guard let factor = TimeUnit.factorToSeconds(unit) else {
      throw PETError(
        .wrongInput, file: sidecar.file, field: "time.Units", "'\(unit)' is not a unit of time",
        remedy: "write s or min")
    }
    var rows: [(row: Int, time: Double)] = []
    var missing = 0
    for row in table.rows.indices {
      let time = try table.number(row, column) * factor - injection
      guard !time.isInfinite else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2), column 'time'", "the time is infinite",
          remedy: "correct the sample")
      }
      if time.isFinite { rows.append((row, time)) } else { missing += 1 }
    }
    guard !rows.isEmpty else {
      throw PETError(.wrongInput, file: path, field: "rows", "the table has no samples", remedy: "check the file")
    }
    if missing > 0 {
      findings.append(
        Finding(
          .note, .samplesWithoutTime, file: path, field: "time", value: "\(missing)",
          "\(missing) rows without a time are left out"))
    }
    let sorted = rows.sorted { $0.time < $1.time }
    for (a, b) in zip(sorted, sorted.dropFirst()) where a.time == b.time {
      throw PETError(
        .wrongInput, file: path, field: "time, line \(max(a.row, b.row) + 2)",
        "two samples are taken at \(NumberText.short(a.time)) s", remedy: "keep one of them")
    }
    if let late = zip(rows, rows.dropFirst()).first(where: { $1.time < $0.time }) {
      findings.append(
        Finding(
          .warning, .bloodOrder, file: path, field: "time, line \(late.1.row + 2)",
          value: NumberText.short(late.1.time),
          "the sample at \(NumberText.short(late.1.time)) s stands after that at \(NumberText.short(late.0.time)) s",
          remedy: "samples are put in order: check that the time is right"))
    }
    return sorted
  }

  private static func add(
    _ table: TSVTable, path: String, sidecar: PETSidecar, rows: [(row: Int, time: Double)], isContinuous: Bool,
    to samples: inout BloodSamples
  ) throws(PETError) {
    var found = false
    for name in ["whole_blood_radioactivity", "plasma_radioactivity", "metabolite_parent_fraction"] {
      guard let column = table.column(name) else { continue }
      found = true
      let factor =
        name == "metabolite_parent_fraction"
        ? try BloodColumn.share(unit: InputFunctionReader.unit(sidecar, name), file: sidecar.file, column: name)
        : try activity(sidecar, name)
      var series = BloodSamples.Series()
      for (row, time) in rows {
        let value = try table.number(row, column) * factor
        guard value.isFinite else {
          guard value.isNaN else {
            throw PETError(
              .wrongInput, file: path, field: "line \(row + 2), column '\(name)'", "the value is infinite",
              remedy: "correct the sample, or write n/a")
          }
          continue
        }
        series.add(time, value)
      }
      let missing = rows.count - series.times.count
      if missing > 0 { samples.findings.append(.samplesWithoutValue(missing, file: path, field: name)) }
      if series.isEmpty { continue }
      switch (name, isContinuous) {
      case ("whole_blood_radioactivity", true): samples.continuous = series
      case ("whole_blood_radioactivity", false): samples.wholeBlood = try joined(samples.wholeBlood, series, path)
      case ("plasma_radioactivity", _): samples.plasma = try joined(samples.plasma, series, path)
      default: samples.parentFraction = try joined(samples.parentFraction, series, path)
      }
    }
    guard found else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column of blood, plasma or parent fraction",
        remedy: "name them whole_blood_radioactivity, plasma_radioactivity, metabolite_parent_fraction")
    }
  }

  /// Samples of two tables of one scan.
  private static func joined(_ a: BloodSamples.Series, _ b: BloodSamples.Series, _ path: String) throws(PETError)
    -> BloodSamples.Series
  {
    let all = (Array(zip(a.times, a.values)) + Array(zip(b.times, b.values))).sorted { $0.0 < $1.0 }
    for (first, second) in zip(all, all.dropFirst()) where first.0 == second.0 {
      throw PETError(
        .wrongInput, file: path, field: "time", "another table has a sample at \(NumberText.short(first.0)) s as well",
        remedy: "keep one of them")
    }
    return BloodSamples.Series(times: all.map(\.0), values: all.map(\.1))
  }

  private static func activity(_ sidecar: PETSidecar, _ name: String) throws(PETError) -> Double {
    guard let unit = InputFunctionReader.unit(sidecar, name) else {
      throw PETError(
        .wrongInput, file: sidecar.file, field: "\(name).Units", "the unit is not stated",
        remedy: "write Bq/mL or kBq/mL")
    }
    if let factor = ActivityUnit.factorToInternal(unit) { return factor }
    throw PETError(
      .wrongInput, file: sidecar.file, field: "\(name).Units", "'\(unit)' is not a unit of activity concentration",
      remedy: "write Bq/mL or kBq/mL")
  }

}

extension Finding {
  static func samplesWithoutValue(_ count: Int, file: String, field: String) -> Finding {
    Finding(
      .note, .samplesWithoutValue, file: file, field: field, value: "\(count)",
      "\(count) rows without a value are left out")
  }
}

extension Finding.Code {
  package static let bloodOrder = Finding.Code("blood-order")
  package static let recoveryUnused = Finding.Code("recovery-unused")
  package static let samplesWithoutTime = Finding.Code("samples-without-time")
  package static let samplesWithoutValue = Finding.Code("samples-without-value")
}
