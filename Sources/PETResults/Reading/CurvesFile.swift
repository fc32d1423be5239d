package import PETCore

/// The curves of a scan as they were written: `_tacs.tsv` with its sidecar, and `_morph.tsv`.
package struct CurvesFile: Sendable {
  package let table: CurveTable
  /// Label of each region; nil for merged ones.
  package let indices: [Int?]
  package let voxelCounts: [Int]

  package init(_ results: Results) throws(PETError) {
    let path = try results.required(.curves)
    let text = try TSVTable(path: path)
    let about = try JSONValue.readObject(path: TSVTable.sidecarPath(of: path))
    func numbers(_ name: String) throws(PETError) -> [Double] {
      if let list = about[name]?.list?.compactMap(\.double), list.count == text.rows.count { return list }
      throw PETError(.wrongInput, file: path, field: name, "it is not what we write", remedy: "run with --force")
    }
    let times: Set = ["frame_start", "frame_end"]
    let columns = text.columns.indices.filter { !times.contains(text.columns[$0]) }
    let names = columns.map { text.columns[$0] }
    var volumes = [Double?](repeating: nil, count: names.count)
    var (indices, voxels) = ([Int?](repeating: nil, count: names.count), [Int](repeating: 0, count: names.count))
    if let morph = results.path(.volumes) {
      let table = try TSVTable(path: morph)
      let (index, name) = (try table.required("index"), try table.required("name"))
      let (volume, count) = (try table.required("volume-mm3"), try table.required("voxels"))
      guard table.rows.map({ $0[name] }) == names else {
        throw PETError(.wrongInput, file: morph, field: "name", "it is not of the curves", remedy: "run with --force")
      }
      for row in table.rows.indices {
        indices[row] = Int(table.rows[row][index])
        voxels[row] = Int(table.rows[row][count]) ?? 0
        let known = try table.number(row, volume)
        volumes[row] = known.isNaN ? nil : known
      }
    }
    var curves = CurveTable(
      frames: try FrameSchedule(
        starts: try numbers(Sidecar.frameTimesStart), durations: try numbers(Sidecar.frameDuration)),
      names: names,
      curves: try columns.map { (column) throws(PETError) in
        try text.rows.indices.map { (row) throws(PETError) in try text.number(row, column) }
      }, volumes: volumes)
    curves.merged = Set(about[Sidecar.mergedRegions]?.list?.compactMap(\.string) ?? [])
    curves.isotope = about[Sidecar.tracerRadionuclide]?.string.flatMap(Isotope.init(rawValue:))
    curves.findings = (about[Sidecar.findings]?.list ?? []).compactMap(Finding.init(json:))
    table = curves
    self.indices = indices
    voxelCounts = voxels
  }
}
