import Foundation
package import PETCore

/// Reads regional curves from tables: PETPrep's `_tacs.tsv` and its older dialects, and our own.
package enum CurveReader {
  /// Column names of frame start and end met in PETPrep versions, newest first.
  private static let startNames = ["frame_start", "FrameTimesStart", "FrameTimeStart"]
  private static let endNames = ["frame_end", "FrameTimesEnd", "FrameTimeEnd"]

  /// - Parameters:
  ///   - isotope: known from elsewhere (the raw scan's sidecar); the table's own sidecar when nil.
  ///   - raw: the sidecar of the scan that the curves are of, which counts for what the table's own does not say.
  package static func read(_ path: String, isotope: Isotope? = nil, raw: PETSidecar? = nil) throws(PETError)
    -> CurveTable
  {
    let table: TSVTable
    do throws(PETError) { table = try TSVTable(path: path) } catch { throw ForeignCurves.error(path) ?? error }
    guard let start = table.column(anyOf: startNames), let end = table.column(anyOf: endNames) else {
      throw ForeignCurves.error(path)
        ?? PETError(
          .wrongInput, file: path, field: "header", "there are no columns frame_start and frame_end",
          remedy: "give the start and end of each frame in s")
    }
    guard !table.rows.isEmpty else {
      throw PETError(.wrongInput, file: path, field: "rows", "the table has no frames", remedy: "check the file")
    }
    let starts = try column(table, start)
    let ends = try column(table, end)
    let weight = table.column(anyOf: ["weight"])
    let uncertain = ForeignCurves.uncertainties(table.columns)
    let regions = table.columns.indices.filter { $0 != start && $0 != end && $0 != weight && !uncertain.contains($0) }
    guard !regions.isEmpty else {
      throw PETError(.wrongInput, file: path, field: "header", "there are no region columns", remedy: "check the file")
    }
    var seen: [String: String] = [:]
    for region in regions {
      try RegionName.check(table.columns[region], file: path, field: "header")
      if let other = seen.updateValue(table.columns[region], forKey: RegionName.key(table.columns[region])) {
        throw PETError(
          .wrongInput, file: path, field: "header", "'\(other)' and '\(table.columns[region])' are one region's name",
          remedy: "rename one of the columns")
      }
    }
    let sidecarPath = TSVTable.sidecarPath(of: path)
    let own = FileManager.default.fileExists(atPath: sidecarPath) ? try PETSidecar(path: sidecarPath) : nil
    let sidecar = raw.map { Self.joined(own, $0) } ?? own
    let unit = try timeFactor(sidecar, column: table.columns[start])
    let timing = (starts: starts.map { $0 * unit }, durations: zip(ends, starts).map { ($0 - $1) * unit })
    let scan: ScanTiming
    if let sidecar {
      do throws(PETError) {
        scan = try ScanTiming(sidecar, timing: timing, isotope: isotope)
      } catch { throw PETError(error.code, file: path, field: error.field, error.problem, remedy: error.remedy) }
    } else {
      // Seconds, one activity unit and corrected for decay: the finding on the unit says so.
      scan = try ScanTiming(
        PETSidecar(assumed: path, members: ["ImageDecayCorrected": true]), timing: timing, isotope: isotope)
    }
    var stored: [[Double]] = []
    for region in regions { stored.append(try column(table, region)) }
    let curves = stored.map(scan.activity)
    let names = regions.map { table.columns[$0] }
    var result = CurveTable(
      frames: scan.frames, names: names, curves: curves, volumes: try volumes(of: names, beside: path))
    result.isotope = scan.isotope
    // What was found when our own tables were made goes with them.
    let inherited = Finding.doubts(in: sidecar?["Findings"])
    if !uncertain.isEmpty {
      result.findings.append(
        Finding(
          .note, .uncertainties, file: path, field: table.columns[uncertain[0]], value: "\(uncertain.count)",
          "\(uncertain.count) columns are uncertainties of others", remedy: "they are no regions, and left out"))
    }
    let early = CurveChecks.beforeInjection(stored, scan, file: path)
    let found =
      result.findings + table.findings + scan.findings + [early].compactMap { $0 }
      + CurveChecks.findings(result, file: path)
    result.findings = inherited + found.filter { own in !inherited.contains { $0.code == own.code } }
    if let weight { result.weightColumn = scan.keptValues(try column(table, weight)) }
    if let merged = sidecar?["MergedRegions"]?.list {
      result.merged = Set(merged.compactMap(\.string))
    }
    return result
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
