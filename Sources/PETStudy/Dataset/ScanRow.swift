import Foundation
package import PETCore

/// What a table of scans says of one scan: its files, and what a sidecar would say.
package struct ScanRow: Sendable {
  /// What a table may say of a scan; other columns are of the person.
  package enum Column: String, CaseIterable, Sendable {
    case participant = "participant_id"
    case session = "session_id"
    /// Of one injection or of several in a session.
    case run
    case tracer, pet, curves, frames
    case frameUnit = "frame_unit"
    case labels, names, masks, transform, blood, input, isotope, units
    case decayCorrected = "decay_corrected"
    /// MBq.
    case dose = "injected_radioactivity"
    /// kg.
    case weight = "body_weight"
    case time = "acq_time"
    /// For people, such as what a proposal is unsure of.
    case note
  }

  /// The table.
  package let file: String
  /// In the table, from 1.
  package let line: Int
  /// Of what is given.
  private let cells: [Column: String]

  init(file: String, line: Int, cells: [Column: String]) {
    self.file = file
    self.line = line
    self.cells = cells.filter { !$0.value.isEmpty && $0.value.lowercased() != "n/a" }
  }

  package subscript(column: Column) -> String? { cells[column] }

  /// The file that a column names, relative to the table.
  package func path(_ column: Column) -> String? { cells[column].map(full) }

  /// The files that a column names, joined by commas.
  package func paths(_ column: Column) -> [String] {
    (cells[column] ?? "").split(separator: ",").map { full($0.trimmed) }
  }

  /// Whether it names the regions.
  package var hasRegions: Bool { self[.labels] != nil || self[.masks] != nil || self[.curves] != nil }

  /// The regions that it names; nil where it names none.
  func regions(of scan: ScanEntry) throws(PETError) -> RegionFiles? {
    var regions: RegionFiles
    if let labels = path(.labels) {
      guard self[.masks] == nil else { throw error(.masks, "both labels and masks are given", "give one of them") }
      regions = try RegionFiles(labels: labels, names: path(.names))
    } else if self[.masks] != nil {
      regions = try RegionFiles(masks: paths(.masks), names: path(.names), prefixes: scan.prefixes)
    } else {
      guard self[.transform] == nil else {
        throw error(.transform, "there are no labels or masks that it would bring to the scan", "name them too")
      }
      return nil
    }
    try check(.transform)
    regions.transforms = paths(.transform)
    return regions
  }

  /// Every file that it names, of masks what stands for their folder.
  var files: [String] {
    [.pet, .curves, .frames, .labels, .names, .input].compactMap(path) + paths(.blood) + paths(.transform)
      + paths(.masks).map { ($0 as NSString).deletingLastPathComponent + "/masks" }
  }

  private func full(_ path: String) -> String {
    let folder = (file as NSString).deletingLastPathComponent
    return URL(fileURLWithPath: path.hasPrefix("/") ? path : folder + "/" + path).standardizedFileURL.path
  }

  /// `line 3, pet`, for messages.
  package func field(_ column: Column) -> String { "line \(line), \(column.rawValue)" }

  func error(_ column: Column, _ problem: String, _ remedy: String, _ code: PETError.Code = .wrongInput) -> PETError {
    PETError(code, file: file, field: field(column), problem, remedy: remedy)
  }

  /// Refuses a file that is named and is not there.
  package func check(_ columns: Column...) throws(PETError) {
    for column in columns {
      for path in [.blood, .transform].contains(column) ? paths(column) : [self.path(column)].compactMap({ $0 })
      where !FileManager.default.fileExists(atPath: path) {
        throw error(
          column, "there is no file \(cells[column] ?? "")", "correct the path (from the table's folder)", .missingInput
        )
      }
    }
  }

  /// What results depend on besides files, in a form that stays.
  package var facts: String {
    let columns: [Column] = [.tracer, .frameUnit, .isotope, .units, .decayCorrected, .dose, .weight]
    return columns.compactMap { column in cells[column].map { "\(column.rawValue): \($0)\n" } }.joined()
  }
}

extension ScanRow {
  /// A sidecar with what the row says, which counts before it; where they contradict each other the sidecar says so.
  ///
  /// - Throws: for a cell that is not what its column holds, and where nothing tells the frame times.
  func adding(to sidecar: PETSidecar) throws(PETError) -> PETSidecar {
    var stated: [(name: String, value: JSONValue)] = []
    var findings: [Finding] = []
    var isotope = try self.isotope()
    if let path = path(.frames) {
      try check(.frames)
      let frames = try FrameTimesFile(path: path, unit: self[.frameUnit])
      stated += [
        ("FrameTimesStart", .array(frames.starts.map(JSONValue.number))),
        ("FrameDuration", .array(frames.durations.map(JSONValue.number))),
      ]
      findings += [frames.contradiction(sidecar), frames.contradiction(isotope ?? sidecar.isotope)].compactMap { $0 }
      isotope = isotope ?? (sidecar.isotope == nil ? frames.isotope : nil)
    } else if self[.curves] == nil, sidecar["FrameTimesStart"] == nil {
      throw error(
        .frames, "nothing tells the frame times of \(self[.pet] ?? "the scan")",
        "name a file of frame times in the column frames, or put a JSON beside the image", .missingInput)
    }
    func state(_ column: Column, _ name: String, _ value: JSONValue, agrees: Bool) {
      if let other = sidecar[name], other != .null, !agrees {
        findings.append(
          Finding(
            .warning, .scanTable, file: file, field: field(column), value: self[column] ?? "n/a",
            "the table says \(self[column] ?? ""), \((sidecar.file as NSString).lastPathComponent) \(other.text.trimmed)",
            remedy: "the table counts: correct the one that is wrong", castsDoubt: true))
      }
      stated.append((name, value))
    }
    if let isotope {
      state(
        .isotope, "TracerRadionuclide", .string(isotope.rawValue),
        agrees: self[.isotope] == nil || sidecar.isotope == isotope)
    }
    if let unit = self[.units] {
      guard let factor = ActivityUnit.factorToInternal(unit) else {
        throw error(.units, "'\(unit)' is not a unit of activity concentration", "write Bq/mL or kBq/mL")
      }
      state(
        .units, "Units", .string(unit), agrees: sidecar.text("Units").flatMap(ActivityUnit.factorToInternal) == factor)
    }
    if let corrected = try flag(.decayCorrected) {
      state(
        .decayCorrected, "ImageDecayCorrected", .bool(corrected),
        agrees: sidecar["ImageDecayCorrected"]?.bool == corrected)
    }
    if let dose = try amount(.dose, "MBq") {
      let known = sidecar["InjectedRadioactivity"]?.double.flatMap { value in
        RadioactivityUnit.factorToMegabecquerels(sidecar.text("InjectedRadioactivityUnits") ?? "").map { $0 * value }
      }
      state(.dose, "InjectedRadioactivity", .number(dose), agrees: known.map { abs($0 / dose - 1) < 0.01 } ?? false)
      stated.append(("InjectedRadioactivityUnits", "MBq"))
    }
    if let weight = try amount(.weight, "kg") {
      let agrees = sidecar.bodyWeight.map { abs($0 / weight - 1) < 0.01 } ?? false
      state(.weight, "BodyWeight", .number(weight), agrees: agrees)
      stated.append(("BodyWeightUnits", "kg"))
    }
    if let tracer = self[.tracer], sidecar.text("TracerName") == nil { stated.append(("TracerName", .string(tracer))) }
    return sidecar.stating(stated, in: file, findings: findings)
  }

  private func isotope() throws(PETError) -> Isotope? {
    guard let text = self[.isotope] else { return nil }
    if let isotope = Isotope(spelling: text) { return isotope }
    throw error(
      .isotope, "'\(text)' is not an isotope we know",
      "write \(Isotope.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  private func flag(_ column: Column) throws(PETError) -> Bool? {
    guard let text = self[column] else { return nil }
    switch text.lowercased() {
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default: throw error(column, "'\(text)' is not true or false", "write true, false or n/a")
    }
  }

  private func amount(_ column: Column, _ unit: String) throws(PETError) -> Double? {
    guard let text = self[column] else { return nil }
    if let value = TextRows.number(text), value > 0 { return value }
    throw error(column, "'\(text)' is not a number above 0", "write it in \(unit), with a decimal point")
  }
}

extension Finding.Code {
  package static let scanTable = Finding.Code("scan-table")
}
