package import PETCore
import PETImaging

/// Merged regions of curves that were read: what an image has by its voxels, they have by their volumes.
enum CurveMerging {
  /// The table with the regions that a pipeline asks for.
  ///
  /// - Throws: for a table of regions that names what the curves do not have, or whose volumes are not known. Merges that
  ///   nobody named are left out with a word.
  static func run(_ table: CurveTable, _ definitions: PipelineDefinition.Definitions, file: String) throws(PETError)
    -> CurveTable
  {
    // Columns have names and no labels: numbers that no table of regions uses.
    let labels = LabelTable(
      entries: table.names.enumerated().map { LabelTable.Entry(index: -1 - $0.offset, name: $0.element) }, file: file)
    var result = table
    var unknown: [String] = []
    for region in try RegionsStage.regions(of: labels, definitions) where region.isMerged {
      let members = region.labels.map { -1 - $0 }
      let volumes = members.compactMap { table.volumes[$0] }
      guard volumes.count == members.count, volumes.reduce(0, +) > 0 else {
        if case .table(let path) = definitions {
          let missing = members.first { table.volumes[$0] == nil }.map { table.names[$0] } ?? region.name
          throw PETError(
            .missingInput, file: path, field: "region '\(region.name)'",
            "it cannot be made of the curves of \(file): the volume of '\(missing)' is not known",
            remedy: "put the _morph.tsv of the segmentation (name, volume-mm3) beside the curves")
        }
        unknown.append(region.name)
        continue
      }
      result.names.append(region.name)
      result.curves.append(table.mean(of: members))
      result.volumes.append(volumes.reduce(0, +))
      result.merged.insert(region.name)
    }
    if !unknown.isEmpty {
      result.findings.append(
        Finding(
          .note, .notMerged, file: file, field: "volume-mm3", value: "\(unknown.count)",
          "without volumes these are not made: " + unknown.joined(separator: ", "),
          remedy: "put the _morph.tsv of the segmentation beside the curves"))
    }
    return result
  }
}

extension Finding.Code {
  package static let notMerged = Finding.Code("not-merged")
}
