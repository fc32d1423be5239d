package import PETCore

/// Regional curves as wide `_tacs.tsv`, its sidecar, and `_morph.tsv`.
package struct CurvesText: Sendable {
  private let table: CurveTable

  package init(_ table: CurveTable) { self.table = table }

  /// What tells the name of corrected curves from that of those that were measured.
  package static let corrected = "_pvc-GTM"

  package var tsv: String {
    FrameFile(starts: table.frames.starts, ends: table.frames.ends, names: table.names, columns: table.curves).tsv
  }

  package func sidecar(_ details: [(name: String, value: JSONValue)]) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      (
        "Description",
        .string(
          (table.correction == nil
            ? "Mean activity of each region" : "Activity of each region without what neighbours spill in")
            + ", decay corrected to injection; times from injection")
      ),
      ("Units", "kBq/mL"), ("radioactivity", .object([("Units", "kBq/mL")])),
      (Sidecar.frameTimesStart, .array(table.frames.starts.map(JSONValue.number))),
      (Sidecar.frameDuration, .array(table.frames.durations.map(JSONValue.number))),
    ]
    if let isotope = table.isotope { members.append((Sidecar.tracerRadionuclide, .string(isotope.rawValue))) }
    members += [(Sidecar.imageDecayCorrected, true), ("ImageDecayCorrectionTime", 0)]
    members += details + (table.correction?.members(table.names) ?? [])
    if !table.merged.isEmpty {
      members.append((Sidecar.mergedRegions, .array(table.names.filter(table.merged.contains).map(JSONValue.string))))
    }
    members += [(Sidecar.findings, .array(table.findings.map(\.json))), ("GeneratedBy", Product.generatedBy)]
    return .object(members)
  }

  /// `_morph.tsv`.
  ///
  /// - Parameters:
  ///   - indices: labels of the regions, in the table's order; merged ones have none.
  ///   - voxels: counts, likewise.
  ///   - correction: whose own shares stand in a column; nil for none.
  package func volumes(indices: [Int?], voxels: [Int], correction: CurveCorrection?) -> String {
    let rows = table.names.indices.map { i in
      RegionVolume(
        index: indices[i], name: table.names[i], volume: table.volumes[i] ?? .nan, voxels: voxels[i],
        ownShare: correction?.ownShares[table.names[i]] ?? .nan)
    }
    return TSVText(RegionVolume.columns + (correction == nil ? [] : [RegionVolume.share]), rows).text
  }
}

/// A row of `_morph.tsv`.
package struct RegionVolume: Sendable {
  /// Label in the segmentation; nil for merged regions.
  var index: Int?
  var name = ""
  /// mm3.
  var volume = Double.nan
  var voxels: Int?
  /// Of corrected curves.
  var ownShare = Double.nan

  static let columns: [TableColumn<RegionVolume>] = [
    .init("index", .count(\.index)), .init("name", .text(\.name)), .init("volume-mm3", .number(\.volume)),
    .init("voxels", .count(\.voxels)),
  ]
  static let share = TableColumn<RegionVolume>("own-share", .number(\.ownShare))

  /// Names of the labels of a `_morph.tsv`.
  package static func names(_ path: String) throws(PETError) -> [Int32: String] {
    let rows = try TSVTable(path: path).rows(columns, empty: RegionVolume(), requiring: ["index", "name"])
    return Dictionary(
      rows.compactMap { row in row.index.flatMap(Int32.init(exactly:)).map { ($0, row.name) } },
      uniquingKeysWith: { first, _ in first })
  }
}
