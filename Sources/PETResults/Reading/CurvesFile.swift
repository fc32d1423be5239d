package import PETCore

/// The curves of a scan as they were written: `_tacs.tsv` with its sidecar, and `_morph.tsv`.
package struct CurvesFile: Sendable {
  package let table: CurveTable
  /// Label of each region; nil for merged ones.
  package let indices: [Int?]
  package let voxelCounts: [Int]

  package init(_ results: Results) throws(PETError) {
    let path = try results.required(.curves)
    let text = try FrameFile(path: path)
    let about = try JSONValue.readObject(path: TSVTable.sidecarPath(of: path))
    func numbers(_ name: String) throws(PETError) -> [Double] {
      if let list = about[name]?.list?.compactMap(\.double), list.count == text.starts.count { return list }
      throw PETError(.wrongInput, file: path, field: name, "it is not what we write", remedy: "run with --force")
    }
    let names = text.names
    var rows = names.map { _ in RegionVolume() }
    if let morph = results.path(.volumes) {
      rows = try TSVTable(path: morph).rows(
        RegionVolume.columns, empty: RegionVolume(), requiring: RegionVolume.columns.map(\.name))
      guard rows.map(\.name) == names else {
        throw PETError(.wrongInput, file: morph, field: "name", "it is not of the curves", remedy: "run with --force")
      }
    }
    var curves = CurveTable(
      frames: try FrameSchedule(
        starts: try numbers(Sidecar.frameTimesStart), durations: try numbers(Sidecar.frameDuration)),
      names: names,
      curves: text.columns, volumes: rows.map { $0.volume.isNaN ? nil : $0.volume })
    curves.merged = Set(about[Sidecar.mergedRegions]?.list?.compactMap(\.string) ?? [])
    curves.isotope = about[Sidecar.tracerRadionuclide]?.string.flatMap(Isotope.init(rawValue:))
    curves.findings = Finding.list(about[Sidecar.findings])
    table = curves
    indices = rows.map(\.index)
    voxelCounts = rows.map { $0.voxels ?? 0 }
  }
}
