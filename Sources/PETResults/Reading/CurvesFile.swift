package import PETCore
import PETStudy

/// The curves of a scan as they were written: `_tacs.tsv` with its sidecar, and `_morph.tsv`.
package struct CurvesFile: Sendable {
  package let table: CurveTable
  /// Label of each region; nil for merged ones.
  package let indices: [Int?]
  package let voxelCounts: [Int]

  /// The same without what neighbours spill into each region; nil where there is none.
  package let corrected: CurveTable?

  package init(_ results: Results) throws(PETError) {
    let path = try results.required(.curves) { $0["pvc"] == nil }
    var table = try Self.table(path)
    var rows = table.names.map { _ in RegionVolume() }
    if let morph = results.path(.volumes) {
      rows = try TSVTable(path: morph).rows(
        RegionVolume.columns, empty: RegionVolume(), requiring: RegionVolume.columns.map(\.name))
      guard rows.map(\.name) == table.names else {
        throw PETError(.wrongInput, file: morph, field: "name", "it is not of the curves", remedy: "run with --force")
      }
    }
    let volumes = rows.map { $0.volume.isNaN ? nil : $0.volume }
    table.volumes = volumes
    self.table = table
    corrected = try results.path(.curves) { $0["pvc"] != nil }.map { (path) throws(PETError) in
      var table = try Self.table(path)
      table.volumes = table.correctedVolumes ?? volumes
      return table
    }
    indices = rows.map(\.index)
    voxelCounts = rows.map { $0.voxels ?? 0 }
  }

  private static func table(_ path: String) throws(PETError) -> CurveTable {
    let text = try FrameFile(path: path)
    let about = try JSONValue.readObject(path: TSVTable.sidecarPath(of: path))
    func numbers(_ name: String) throws(PETError) -> [Double] {
      if let list = about[name]?.list?.compactMap(\.double), list.count == text.starts.count { return list }
      throw PETError(.wrongInput, file: path, field: name, "it is not what we write", remedy: "run with --force")
    }
    var curves = CurveTable(
      frames: try FrameSchedule(
        starts: try numbers(Sidecar.frameTimesStart), durations: try numbers(Sidecar.frameDuration)),
      names: text.names, curves: text.columns)
    curves.merged = Set(about[Sidecar.mergedRegions]?.list?.compactMap(\.string) ?? [])
    curves.isotope = about[Sidecar.tracerRadionuclide]?.string.flatMap(Isotope.init(rawValue:))
    curves.findings = Finding.list(about[Sidecar.findings])
    curves.correction = CurveCorrection(about[CurveCorrection.member], spread: about[CurveCorrection.spreadMember])
    return curves
  }
}
