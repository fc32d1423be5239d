import Foundation
package import PETCore

/// A table of scans: one row a scan, for studies whose folders are their own.
///
/// Tab-separated. Needed are the columns `participant_id`, `tracer` and `pet` or `curves`; paths are from the table's folder.
/// Columns that are none of `ScanRow.Column` are of the person.
package struct ScanTable: Sendable {
  package let file: String
  package let rows: [(scan: BIDSName, row: ScanRow)]
  let findings: [Finding]

  private typealias Column = ScanRow.Column

  package static func isOne(_ columns: [String]) -> Bool { personal(columns) != nil }

  /// Columns of a table that are of the person; nil where it is no table of scans.
  static func personal(_ columns: [String]) -> [String]? {
    let known = Set(Column.allCases.map(\.rawValue))
    let needed = [Column.participant.rawValue, Column.tracer.rawValue]
    guard needed.allSatisfy(columns.contains),
      columns.contains(Column.pet.rawValue) || columns.contains(Column.curves.rawValue)
    else { return nil }
    return columns.filter { !known.contains($0) }
  }

  /// The label of a person, with its prefix: letters and digits alone can stand in names of files.
  static func participant(_ id: String) -> String { "sub-" + BIDSName.label(without("sub-", id)) }

  private static func without(_ prefix: String, _ text: String) -> String {
    text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
  }

  package init(path: String) throws(PETError) {
    let table = try TSVTable(path: path)
    file = path
    for column in [Column.participant, .tracer] { _ = try table.required(column.rawValue) }
    guard let personal = Self.personal(table.columns) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there is no column 'pet' or 'curves'",
        remedy: "name the image of each scan in pet, or its table of curves in curves")
    }
    let places = Dictionary(
      uniqueKeysWithValues: Column.allCases.compactMap { column in table.column(column.rawValue).map { (column, $0) } })
    var rows: [(scan: BIDSName, row: ScanRow)] = []
    for (number, cells) in table.rows.enumerated() {
      let row = ScanRow(file: path, line: number + 2, cells: places.mapValues { cells[$0] })
      rows.append((try Self.name(row), row))
    }
    guard !rows.isEmpty else {
      throw PETError(
        .missingInput, file: path, field: "rows", "the table names no scan", remedy: "give each scan a row")
    }
    try Self.checkLabels(rows.map(\.row), file: path)
    var lines: [String: Int] = [:]
    var images: [String: Int] = [:]
    for (scan, row) in rows {
      for column in [Column.pet, .curves] {
        if let path = row.path(column), let other = images.updateValue(row.line, forKey: path) {
          throw row.error(column, "it is the file of line \(other) as well", "name the scan's own file")
        }
      }
      if let other = lines.updateValue(row.line, forKey: scan.stem) {
        throw row.error(
          .tracer, "it is \(scan.stem) as line \(other) is",
          "give scans of one person and tracer their session_id or run")
      }
    }
    self.rows = rows.sorted {
      ($0.scan["sub"] ?? "", $0.scan["ses"] ?? "", $0.scan.stem) < (
        $1.scan["sub"] ?? "", $1.scan["ses"] ?? "", $1.scan.stem
      )
    }
    findings =
      table.findings
      + personal.compactMap { column in
        NearestName.of(column, among: Column.allCases.map(\.rawValue)).map { near in
          Finding(
            .note, .scanTable, file: path, field: "header", value: column,
            "'\(column)' is taken for a column of persons",
            remedy: "did you mean '\(near)'?")
        }
      }
  }

  /// The name that files of the scan begin with: as of a scan of a BIDS dataset.
  private static func name(_ row: ScanRow) throws(PETError) -> BIDSName {
    func label(_ column: Column, _ text: String) throws(PETError) -> String {
      let label = BIDSName.label(text)
      guard !label.isEmpty else {
        throw row.error(
          column, row[column].map { "'\($0)' has no letter or digit" } ?? "it is empty", "give every scan one")
      }
      return label
    }
    var stem = "sub-" + (try label(.participant, without("sub-", row[.participant] ?? "")))
    if let session = row[.session] { stem += "_ses-" + (try label(.session, without("ses-", session))) }
    // A bracket says how the tracer is labelled.
    let tracer = row[.tracer] ?? ""
    let outside = BIDSName.label(tracer.replacing(/\[[^\]]*\]/, with: ""))
    stem += "_trc-" + (outside.isEmpty ? try label(.tracer, tracer) : outside)
    if let run = row[.run] { stem += "_run-" + (try self.run(row, without("run-", run))) }
    guard let name = BIDSName(stem + "_pet.nii.gz") else {
      throw row.error(.participant, "'\(stem)' can be no name of a file", "use letters and digits")
    }
    return name
  }

  /// A run's number, however it is written (`1`, `01`, `1.0`), or its word.
  private static func run(_ row: ScanRow, _ text: String) throws(PETError) -> String {
    if let number = Double(text), number == number.rounded(), (0..<1e6).contains(number) {
      return text.allSatisfy(\.isNumber) ? text : "\(Int(number))"
    }
    guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw row.error(.run, "'\(text)' is no run", "write 1, 2 …")
    }
    return text
  }

  /// Refuses persons, and sessions of a person, who would have one name.
  private static func checkLabels(_ rows: [ScanRow], file: String) throws(PETError) {
    var spellings: [String: (text: String, line: Int)] = [:]
    for row in rows {
      let person = without("sub-", row[.participant] ?? "")
      let session = without("ses-", row[.session] ?? "")
      for (column, key, text) in [
        (Column.participant, BIDSName.label(person), person),
        (.session, BIDSName.label(person) + "/" + BIDSName.label(session), session),
      ] {
        if let other = spellings[key], other.text != text {
          throw row.error(
            column, "'\(text)' and '\(other.text)' (line \(other.line)) would have one name",
            "names of files have letters and digits alone: spell them apart, or alike")
        }
        spellings[key] = (text, row.line)
      }
    }
  }
}

/// A study as a table of its scans.
extension Dataset {
  init(table path: String, participants: [String] = [], sessions: [String] = []) throws(PETError) {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    let table = try ScanTable(path: path)
    var seen: Set<String> = []
    let all = table.rows.compactMap { $0.scan["sub"].map { "sub-" + $0 } }.filter { seen.insert($0).inserted }
    let chosen = try Self.chosen(participants, of: all, in: path)
    let wanted = Set(sessions.map { $0.hasPrefix("ses-") ? $0 : "ses-" + $0 })
    var scans: [ScanEntry] = []
    var unreadable: [(unit: String, folder: String, error: PETError)] = []
    for (name, row) in table.rows {
      let session = name["ses"].map { "ses-" + $0 }
      guard let participant = name["sub"].map({ "sub-" + $0 }), chosen.contains(participant),
        wanted.isEmpty || session.map(wanted.contains) ?? false
      else { continue }
      do throws(PETError) {
        scans.append(try ScanEntry(row, name: name, participant: participant, session: session))
      } catch {
        unreadable.append(
          (name.stem, ([participant, session].compactMap { $0 } + ["pet"]).joined(separator: "/"), error))
      }
    }
    root = (path as NSString).deletingLastPathComponent
    self.table = path
    self.participants = chosen
    (self.scans, self.unreadable, findings) = (scans, unreadable, table.findings)
    (strays, misnamed, empty) = ([], [], [])
  }
}

extension ScanEntry {
  init(_ row: ScanRow, name: BIDSName, participant: String, session: String?) throws(PETError) {
    guard (row[.pet] == nil) != (row[.curves] == nil) else {
      throw row.error(
        .pet, row[.pet] == nil ? "neither pet nor curves is given" : "both pet and curves are given",
        "name the image of the scan, or its table of curves", .missingInput)
    }
    let day = try row[.time].map { (text) throws(PETError) in
      guard let day = AcquisitionTimes.day(text) else {
        throw row.error(.time, "'\(text)' is no date", "write it as 2026-05-31T10:20:00")
      }
      return day
    }
    let pet = row.path(.pet)
    let sidecars = try pet.map { (path) throws(PETError) in try PETSidecar.find(for: path) } ?? []
    let file = pet.map { ($0 as NSString).lastPathComponent }
    self.init(
      name: name, participant: participant, session: session,
      images: pet.map { [ScanImage(name: file.flatMap(BIDSName.init) ?? name, path: $0, sidecars: [])] } ?? [],
      sidecars: sidecars, row: row, tracerName: nil, isotope: nil, day: day)
    let sidecar = try sidecar()
    tracerName = sidecar.text("TracerName")
    isotope = sidecar.isotope
  }
}
