package import PETCore

/// Regional curves as wide `_tacs.tsv`, its sidecar, and `_morph.tsv`.
package struct CurvesText: Sendable {
  private let table: CurveTable

  package init(_ table: CurveTable) { self.table = table }

  package var tsv: String {
    FrameFile(starts: table.frames.starts, ends: table.frames.ends, names: table.names, columns: table.curves).tsv
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

  /// `_morph.tsv`.
  ///
  /// - Parameters: labels and voxel counts of each region, in the table's order; merged regions have no index.
  package func volumes(indices: [Int?], voxels: [Int]) -> String {
    let rows = table.names.indices.map { i in
      RegionVolume(index: indices[i], name: table.names[i], volume: table.volumes[i] ?? .nan, voxels: voxels[i])
    }
    return TSVText(RegionVolume.columns, rows).text
  }
}

/// A row of `_morph.tsv`.
struct RegionVolume: Sendable {
  /// Label in the segmentation; nil for merged regions.
  var index: Int?
  var name = ""
  /// mm3.
  var volume = Double.nan
  var voxels: Int?

  static let columns: [TableColumn<RegionVolume>] = [
    .init("index", .count(\.index)), .init("name", .text(\.name)), .init("volume-mm3", .number(\.volume)),
    .init("voxels", .count(\.voxels)),
  ]
}
