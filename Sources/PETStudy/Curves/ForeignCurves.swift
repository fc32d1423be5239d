import Foundation
import PETCore

/// Curve tables as other programs write them.
///
/// PMOD's `.tac` (`start[seconds]`, `end[kBq/cc]`: time in the first bracket, activity in the second) and `.voistat`; Turku's
/// `.tac` (the same form, remarks after `#`) and `.dft` (turkupetcentre.net/petanalysis/format_tpc_dft.html); PETPAL
/// (`frame_start(min)`, uncertainties as `Region_unc`); mid and duration as kinfitr's users have them; cells separated by commas
/// or semicolons. Units stand in the header, or in a JSON beside the table; they are never guessed.
struct ForeignCurves {
  private let path: String
  /// What sidecars tell, of frame times where a table has one time a frame.
  private let sidecar: PETSidecar?

  /// The columns of a table of another program; nil for one of ours, which `CurveReader` reads.
  static func read(_ path: String, sidecar: PETSidecar?) throws(PETError) -> CurveColumns? {
    if let kind = try binary(path) {
      throw PETError(
        .wrongInput, file: path, "it is \(kind), no table of curves",
        remedy: "write the curves as text (.tsv, .tac, .csv)")
    }
    let text = try TextRows(path: path)
    let reader = ForeignCurves(path: path, sidecar: sidecar)
    if text.rows[0].cells[0].uppercased().hasPrefix("DFT") { return try reader.dft(text.rows, text.remarks) }
    // The names of a .voistat stand behind two strokes.
    if let head = [text.remark, text.rows[0]].compactMap({ $0 }).first(where: { $0.cells.contains(where: isVOI) }) {
      return try reader.voistat([head] + text.rows.filter { $0.line > head.line })
    }
    let rows = text.named { FrameColumn($0).kind != nil }
    let header = rows[0].cells
    guard header.contains(where: { FrameColumn($0).kind != nil }), !isOurs(header, isTabbed: text.isTabbed) else {
      return nil
    }
    return try reader.table(rows, text.remarks)
  }

  private static func isVOI(_ column: String) -> Bool { column.lowercased().hasPrefix("voiname") }

  /// A table of our own, or of PETPrep: names without units, separated by tabs.
  private static func isOurs(_ header: [String], isTabbed: Bool) -> Bool {
    isTabbed && CurveColumn.starts.contains(where: header.contains)
      && CurveColumn.ends.contains(where: header.contains)
  }

  /// What a file is by its first bytes, where it is no text.
  private static func binary(_ path: String) throws(PETError) -> String? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let bytes = [UInt8]((try? file.read(upToCount: 8)) ?? Data())
    func begins(_ text: String) -> Bool { bytes.starts(with: Array(text.utf8)) }
    if begins("PK\u{3}\u{4}") { return "a spreadsheet or an archive (.xlsx, .ods, .zip)" }
    if bytes.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) { return "a spreadsheet (.xls)" }
    if begins("MATLAB") { return "a MATLAB file (.mat)" }
    if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) { return "an HDF5 or MATLAB file" }
    if begins("MATRIX7") { return "an ECAT image" }
    if bytes.starts(with: [0x1f, 0x8b]) { return "compressed (.gz, perhaps an image)" }
    return bytes.starts(with: [0, 0, 0, 1]) ? "a FreeSurfer image (.mgh)" : nil
  }

  private func fault(_ field: String, _ problem: String, _ remedy: String) -> PETError {
    PETError(.wrongInput, file: path, field: field, problem, remedy: remedy)
  }

  // MARK: - Forms

  /// One line a frame below the names of columns.
  private func table(_ rows: [TextRows.Row], _ remarks: [String]) throws(PETError) -> CurveColumns {
    var header = rows[0].cells
    var unit: String?
    // The second bracket of PMOD's form is the unit of all curves.
    if let end = header.firstIndex(where: { FrameColumn($0).kind == .end }),
      let start = header.first(where: { FrameColumn($0).kind == .start }), let own = FrameColumn(header[end]).unit,
      ActivityUnit.factorToInternal(own) != nil
    {
      unit = String(header[end].split { "[(".contains($0) }.last?.dropLast() ?? "").trimmed
      header[end] = "end[\(FrameColumn(start).unit ?? "")]"
    }
    let times = header.indices.filter { FrameColumn(header[$0]).kind != nil }
    let isWeight: (String) -> Bool = { CurveColumn.weights.contains($0.lowercased()) }
    let weight = header.firstIndex(where: isWeight)
    let uncertain = CurveColumns.uncertainties(header)
    let regions = header.indices.filter { !times.contains($0) && $0 != weight && !uncertain.contains($0) }
    let names = regions.map { header[$0] }
    try CurveColumns.check(names, file: path)
    for row in rows.dropFirst() where row.cells.count != header.count {
      throw fault(
        "line \(row.line)", "\(row.cells.count) cells where the header has \(header.count) columns",
        "give every frame a value for each column (. or n/a for none)")
    }
    let frames = try self.frames(rows, header: header, times: times)
    func column(_ place: Int) throws(PETError) -> [Double] {
      try rows.dropFirst().map { (row) throws(PETError) in try value(row.cells[place], row.line, header[place]) }
    }
    return CurveColumns(
      starts: frames.starts, durations: frames.durations, names: names,
      values: try regions.map { (place) throws(PETError) in try column(place) },
      weights: try weight.map { (place) throws(PETError) in try column(place) },
      uncertainties: uncertain.map { header[$0] }, unit: unit, isotope: Self.isotope(remarks))
  }

  /// Starts and durations in s; of a table of mid times alone those that a sidecar tells.
  private func frames(_ rows: [TextRows.Row], header: [String], times: [Int]) throws(PETError) -> FrameTimesFile.Times {
    let kinds = times.compactMap { FrameColumn(header[$0]).kind }
    if kinds == [.middle] {
      let place = times[0]
      let middles = try rows.dropFirst().map { (row) throws(PETError) in
        try value(row.cells[place], row.line, header[place])
      }
      return try told(middles, unit: FrameColumn(header[place]).unit ?? unit(of: header[place]))
    }
    let isStated = times.contains { FrameColumn(header[$0]).unit != nil }
    // Ours without tabs are in s, as they are with them.
    let isBIDS = CurveColumn.starts.contains(where: header.contains)
    let factor = try isStated ? nil : factor(of: unit(of: header[times[0]])) ?? (isBIDS ? 1 : nil)
    let cells = rows.map { row in (line: row.line, cells: times.map { row.cells[$0] }) }
    do throws(PETError) {
      return try FrameTimesFile.table(cells.replacingFirst(times.map { header[$0] }), given: factor, path)
    } catch {
      guard error.problem.contains("unit of") else { throw error }
      throw fault(error.field ?? "header", error.problem, "write it behind the names (start[min], end[min])")
    }
  }

  /// Seconds for one unit of time; nil where none is stated.
  private func factor(of unit: String?) throws(PETError) -> Double? {
    guard let unit else { return nil }
    if let factor = TimeUnit.factorToSeconds(unit) { return factor }
    throw fault("Units", "'\(unit)' is not a unit of time", "write s or min")
  }

  /// The unit of a column that a JSON beside the table states.
  private func unit(of column: String) -> String? { sidecar?[column]?["Units"]?.string }

  /// The frames that a sidecar tells, one for each time, which must lie in it.
  private func told(_ middles: [Double], unit: String?) throws(PETError) -> FrameTimesFile.Times {
    let starts = try sidecar?.numbers("FrameTimesStart")
    let durations = try sidecar?.numbers("FrameDuration")
    guard let starts, let durations, starts.count == middles.count, durations.count == middles.count else {
      throw fault(
        "header", "it has one time a frame where a frame has a start and an end",
        "name start and end, or mid and duration, with their unit; or put a JSON with FrameTimesStart and FrameDuration beside it"
      )
    }
    let factor = try factor(of: unit)
    for (place, middle) in middles.enumerated() {
      // A unit that is not stated must fit: no other does.
      let seconds = middle * (factor ?? 1)
      guard starts[place] - 1 <= seconds, seconds <= starts[place] + durations[place] + 1 else {
        throw fault(
          "frame \(place + 1)",
          "\(NumberText.short(middle)) \(unit ?? "s") does not lie in the frame that the sidecar has there",
          "check that both are of one scan" + (factor == nil ? ", and name the unit of the times" : ""))
      }
    }
    return (starts, durations)
  }

  /// Turku's `.dft`: four lines with the names of regions in three parts, the unit, how times are told, and volumes in mm3.
  private func dft(_ rows: [TextRows.Row], _ remarks: [String]) throws(PETError) -> CurveColumns {
    guard rows.count > 4 else { throw fault("rows", "the table has no frames", "check the file") }
    let parts = rows[0..<3].map { Array($0.cells.dropFirst()) }
    guard let count = parts.first?.count, count > 0, parts.allSatisfy({ $0.count == count }) else {
      throw fault("line 1", "the first lines do not name the same regions", "check the file")
    }
    let names = (0..<count).map { place in
      parts.map { $0[place] }.filter { $0 != "." && !$0.isEmpty }.joined(separator: "_")
    }
    try CurveColumns.check(names, file: path)
    let unit = rows[2].cells[0]
    let title = FrameColumn(rows[3].cells[0])
    guard let factor = title.unit.flatMap(TimeUnit.factorToSeconds) else {
      throw fault(
        "line 4", "'\(rows[3].cells[0])' does not tell the unit of the times", "write Times (min) or Times (sec)")
    }
    let volumes = rows[3].cells.dropFirst().map { TextRows.number($0).flatMap { $0 > 0 ? $0 : nil } }
    let isPairs = rows[3].cells[0].lowercased().hasPrefix("times")
    let width = count + (isPairs ? 2 : 1)
    var lines: [[Double]] = []
    for row in rows.dropFirst(4) {
      guard row.cells.count == width else {
        throw fault("line \(row.line)", "\(row.cells.count) cells where there are \(width) columns", "check the file")
      }
      lines.append(
        try row.cells.enumerated().map { (place, cell) throws(PETError) in
          try value(cell, row.line, place < width - count ? "time" : names[place - (width - count)])
        })
    }
    var frames: FrameTimesFile.Times
    if isPairs {
      frames = (lines.map { $0[0] * factor }, lines.map { ($0[1] - $0[0]) * factor })
    } else {
      frames = try told(lines.map { $0[0] }, unit: title.unit)
    }
    return CurveColumns(
      starts: frames.starts, durations: frames.durations, names: names,
      values: (0..<count).map { region in lines.map { $0[width - count + region] } },
      volumes: volumes.count == count && volumes.contains { $0 != nil } ? volumes : nil,
      unit: ActivityUnit.factorToInternal(unit) == nil ? nil : unit, isotope: Self.isotope(remarks))
  }

  /// PMOD's `.voistat`: a line for each region and frame, with one time; frames are those of the sidecar.
  private func voistat(_ rows: [TextRows.Row]) throws(PETError) -> CurveColumns {
    let header = rows[0].cells
    func place(_ name: String) throws(PETError) -> Int {
      if let place = header.firstIndex(where: { $0.lowercased().hasPrefix(name) }) { return place }
      throw fault("header", "there is no column '\(name)'", "write the statistics with it, or the curves as .tac")
    }
    let (region, time, mean) = (try place("voiname"), try place("time"), try place("averaged"))
    var order: [String] = []
    var values: [String: [Double]] = [:]
    var times: [String: [Double]] = [:]
    for row in rows.dropFirst() {
      guard row.cells.count > max(region, time, mean) else {
        throw fault(
          "line \(row.line)", "\(row.cells.count) cells where the header has \(header.count) columns", "check the file")
      }
      let name = row.cells[region]
      if values[name] == nil { order.append(name) }
      values[name, default: []].append(try value(row.cells[mean], row.line, header[mean]))
      times[name, default: []].append(try value(row.cells[time], row.line, header[time]))
    }
    try CurveColumns.check(order, file: path)
    guard let first = order.first, let middles = times[first], order.allSatisfy({ times[$0] == middles }) else {
      throw fault("rows", "the regions have not the same times", "write every region in every frame")
    }
    let frames = try told(middles, unit: FrameColumn(header[time]).unit)
    let unit = header[mean].split { "[(".contains($0) }.last.map { String($0.dropLast()).trimmed }
    return CurveColumns(
      starts: frames.starts, durations: frames.durations, names: order, values: order.map { values[$0] ?? [] },
      unit: unit.flatMap { ActivityUnit.factorToInternal($0) == nil ? nil : $0 })
  }

  // MARK: - Cells

  /// NaN where there is no value.
  private func value(_ cell: String, _ line: Int, _ column: String) throws(PETError) -> Double {
    if ["", ".", "n/a", "na", "nan", "-"].contains(cell.lowercased()) { return .nan }
    if let value = TextRows.number(cell) { return value }
    throw fault(
      "line \(line), column '\(column)'", "'\(cell)' is not a number", "use a decimal point, and . or n/a for no value")
  }

  /// `isotope := C-11` among remarks.
  private static func isotope(_ remarks: [String]) -> Isotope? {
    for remark in remarks {
      if let match = remark.firstMatch(of: /(?i)^isotope\s*:?=\s*(\S+)/) { return Isotope(spelling: String(match.1)) }
    }
    return nil
  }
}
