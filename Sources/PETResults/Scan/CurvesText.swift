package import PETCore

/// Regional curves as wide `_tacs.tsv`, its sidecar, and `_morph.tsv`.
package struct CurvesText: Sendable {
  private let table: CurveTable

  package init(_ table: CurveTable) { self.table = table }

  package var tsv: String {
    var text = TSVText(columns: ["frame_start", "frame_end"] + table.names)
    let ends = table.frames.ends
    for frame in 0..<table.frames.count {
      text.add(
        [NumberText.exact(table.frames.starts[frame]), NumberText.exact(ends[frame])]
          + table.curves.map { NumberText.exact($0[frame]) })
    }
    return text.text
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("Description", "Mean activity of each region, decay corrected to injection; times from injection"),
      ("Units", "kBq/mL"), ("radioactivity", .object([("Units", "kBq/mL")])),
      (Sidecar.frameTimesStart, .array(table.frames.starts.map(JSONValue.number))),
      (Sidecar.frameDuration, .array(table.frames.durations.map(JSONValue.number))),
    ]
    if let isotope = table.isotope { members.append((Sidecar.tracerRadionuclide, .string(isotope.rawValue))) }
    members += [(Sidecar.imageDecayCorrected, true), ("ImageDecayCorrectionTime", 0)]
    members += details
    if !table.merged.isEmpty {
      members.append((Sidecar.mergedRegions, .array(table.names.filter(table.merged.contains).map(JSONValue.string))))
    }
    members += [(Sidecar.findings, .array(table.findings.map(\.json))), ("GeneratedBy", Product.generatedBy)]
    return .object(members)
  }

  /// - Parameters: labels and voxel counts of each region, in the table's order; merged regions have index n/a.
  package func morph(indices: [Int?], voxels: [Int]) -> String {
    var text = TSVText(columns: ["index", "name", "volume-mm3", "voxels"])
    for i in table.names.indices {
      text.add([
        indices[i].map(String.init) ?? "n/a", table.names[i], NumberText.exact(table.volumes[i] ?? .nan),
        "\(voxels[i])",
      ])
    }
    return text.text
  }
}
