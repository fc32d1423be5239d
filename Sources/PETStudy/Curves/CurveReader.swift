import Foundation
package import PETCore

/// Reads regional curves from tables: PETPrep's `_tacs.tsv` and its older dialects, our own, and those of other programs.
package enum CurveReader {
  /// - Parameters:
  ///   - isotope: known from elsewhere (the raw scan's sidecar); the table's own sidecar when nil.
  ///   - raw: the sidecar of the scan that the curves are of, which counts for what the table's own does not say.
  ///   - table: of the regions' volumes (columns `name` and `volume-mm3`); nil for what the curves have, or one beside them.
  package static func read(
    _ path: String, isotope: Isotope? = nil, raw: PETSidecar? = nil, volumes table: String? = nil
  ) throws(PETError) -> CurveTable {
    let sidecarPath = PETSidecar.path(beside: path)
    let own = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    var sidecar = raw.map { Self.joined(own, $0) } ?? own
    let foreign = try ForeignCurves.read(path, sidecar: sidecar)
    let columns = if let foreign { foreign } else { try self.columns(path, sidecar) }
    if let unit = columns.unit, let stated = sidecar?.text("Units") ?? Optional(unit) {
      var findings: [Finding] = []
      if ActivityUnit.factorToInternal(stated) != ActivityUnit.factorToInternal(unit) {
        findings.append(
          Finding(
            .warning, .units, file: path, field: "Units", value: unit, "the header says \(unit), the sidecar \(stated)",
            remedy: "the header counts: correct the one that is wrong", castsDoubt: true))
      }
      let known = sidecar ?? PETSidecar(assumed: path, members: ["ImageDecayCorrected": true])
      sidecar = known.stating([("Units", .string(unit))], in: path, findings: findings)
    }
    let timing = (starts: columns.starts, durations: columns.durations)
    let scan: ScanTiming
    if let sidecar {
      do throws(PETError) {
        scan = try ScanTiming(sidecar, timing: timing, isotope: isotope ?? columns.isotope)
      } catch { throw PETError(error.code, file: path, field: error.field, error.problem, remedy: error.remedy) }
    } else {
      // Seconds, one activity unit and corrected for decay: the finding on the unit says so.
      scan = try ScanTiming(
        PETSidecar(assumed: path, members: ["ImageDecayCorrected": true]), timing: timing,
        isotope: isotope ?? columns.isotope)
    }
    let curves = columns.values.map(scan.activity)
    let names = columns.names
    var result = CurveTable(
      frames: scan.frames, names: names, curves: curves,
      volumes: try volumes(of: names, columns, table, beside: path))
    result.isotope = scan.isotope
    // What was found when our own tables were made goes with them.
    let inherited = Finding.doubts(in: sidecar?["Findings"])
    if let first = columns.uncertainties.first {
      result.findings.append(
        Finding(
          .note, .uncertainties, file: path, field: first, value: "\(columns.uncertainties.count)",
          "\(columns.uncertainties.count) columns are uncertainties of others",
          remedy: "they are no regions, and left out"))
    }
    let early = CurveChecks.beforeInjection(columns.values, scan, file: path)
    let found =
      result.findings + columns.findings + scan.findings + [early].compactMap { $0 }
      + CurveChecks.findings(result, file: path)
    result.findings = inherited + found.filter { own in !inherited.contains { $0.code == own.code } }
    if let weights = columns.weights { result.weightColumn = scan.keptValues(weights) }
    if let merged = sidecar?["MergedRegions"]?.list {
      result.merged = Set(merged.compactMap(\.string))
    }
    result.correction = CurveCorrection(
      sidecar?[CurveCorrection.member], spread: sidecar?[CurveCorrection.spreadMember])
    if table == nil, let own = result.correctedVolumes { result.volumes = own }
    return result
  }

  /// The columns of a table of ours or PETPrep's.
  private static func columns(_ path: String, _ sidecar: PETSidecar?) throws(PETError) -> CurveColumns {
    let table = try TSVTable(path: path)
    guard let start = table.column(anyOf: CurveColumn.starts), let end = table.column(anyOf: CurveColumn.ends) else {
      throw PETError(
        .wrongInput, file: path, field: "header", "there are no columns frame_start and frame_end",
        remedy: "give the start and end of each frame in s")
    }
    guard !table.rows.isEmpty else {
      throw PETError(.wrongInput, file: path, field: "rows", "the table has no frames", remedy: "check the file")
    }
    let starts = try column(table, start)
    let ends = try column(table, end)
    let weight = table.column(anyOf: CurveColumn.weights)
    let uncertain = CurveColumns.uncertainties(table.columns)
    let regions = table.columns.indices.filter { $0 != start && $0 != end && $0 != weight && !uncertain.contains($0) }
    let names = regions.map { table.columns[$0] }
    try CurveColumns.check(names, file: path)
    let unit = try timeFactor(sidecar, column: table.columns[start])
    return CurveColumns(
      starts: starts.map { $0 * unit }, durations: zip(ends, starts).map { ($0 - $1) * unit }, names: names,
      values: try regions.map { (region) throws(PETError) in try column(table, region) },
      weights: try weight.map { (weight) throws(PETError) in try column(table, weight) },
      uncertainties: uncertain.map { table.columns[$0] }, findings: table.findings)
  }

  /// Tables that say nothing of decay are as the scan was, and their times are its times.
  private static func joined(_ own: PETSidecar?, _ raw: PETSidecar) -> PETSidecar {
    guard let own else { return raw }
    let states = ["ImageDecayCorrected", "DecayCorrection"].contains { own[$0] != nil }
    return states ? own : raw.under(own)
  }

  /// Seconds for one unit of the time columns: s unless the sidecar describes the column otherwise.
  private static func timeFactor(_ sidecar: PETSidecar?, column: String) throws(PETError) -> Double {
    guard let sidecar, let unit = sidecar[column]?["Units"]?.string else { return 1 }
    if let factor = TimeUnit.factorToSeconds(unit) { return factor }
    throw PETError(
      .wrongInput, file: sidecar.file, field: "\(column).Units", "'\(unit)' is not a unit of time",
      remedy: "write s or min")
  }

  private static func column(_ table: TSVTable, _ index: Int) throws(PETError) -> [Double] {
    var values: [Double] = []
    for row in table.rows.indices { values.append(try table.number(row, index)) }
    return values
  }

  /// Volumes as they are known best: from a table that is named, from the curves themselves, from a table beside them.
  private static func volumes(of names: [String], _ columns: CurveColumns, _ table: String?, beside path: String)
    throws(PETError) -> [Double?]?
  {
    if let table { return try volumes(of: names, in: table) }
    if let volumes = columns.volumes { return volumes }
    return try volumes(of: names, beside: path)
  }

  /// Volumes from a table that is named.
  private static func volumes(of names: [String], in path: String) throws(PETError) -> [Double?] {
    let table = try TSVTable(path: path)
    let (region, volume) = (try table.required("name"), try table.required("volume-mm3"))
    var known: [String: Double] = [:]
    for row in table.rows.indices {
      let value = try table.number(row, volume)
      guard known.updateValue(value, forKey: RegionName.key(table.rows[row][region])) == nil else {
        throw PETError(
          .wrongInput, file: path, field: "line \(row + 2)", "'\(table.rows[row][region])' stands twice",
          remedy: "give each region one row")
      }
    }
    return names.map { name in known[RegionName.key(name)].flatMap { $0 > 0 ? $0 : nil } }
  }

  /// Volumes from a `_morph.tsv` of the same segmentation.
  private static func volumes(of names: [String], beside path: String) throws(PETError) -> [Double?]? {
    guard let file = try volumeTable(beside: path), let table = try? TSVTable(path: file),
      let region = table.column("name"), let volume = table.column("volume-mm3")
    else { return nil }
    let known = Dictionary(
      table.rows.map { (RegionName.key($0[region]), Double($0[volume])) }, uniquingKeysWith: { a, _ in a })
    return names.map { known[RegionName.key($0)] ?? nil }
  }

  /// The table of a curve table's volumes: beside it, or in the session's or person's anat.
  package static func volumeTable(beside path: String) throws(PETError) -> String? {
    let url = URL(fileURLWithPath: path)
    guard let name = BIDSName(url.lastPathComponent) else { return nil }
    let folder = url.deletingLastPathComponent()
    let anat = [folder, folder.appendingPathComponent("../anat"), folder.appendingPathComponent("../../anat")]
    for place in anat {
      for file in try Folder.names(place.path) {
        guard let other = BIDSName(file), other.suffix == "morph", other.ext == ".tsv",
          other.entitiesBelong(to: name, ignoring: ["desc"]),
          let table = try? TSVTable(path: place.appendingPathComponent(file).path),
          table.column("name") != nil, table.column("volume-mm3") != nil
        else { continue }
        return place.appendingPathComponent(file).standardizedFileURL.path
      }
    }
    return nil
  }
}

extension Finding.Code {
  package static let uncertainties = Finding.Code("uncertainties")
}
