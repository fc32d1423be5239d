import PETCore
import PETImaging
import PETStudy

/// The segmentation of a scan and the regions made of it; nil for scans whose curves were read.
struct ScanRegions: Sendable {
  var weights: RegionWeights
  let regions: [RegionDefinition]
  /// Files of the transforms that bring it to the scan.
  var transforms: [String] = []
  /// Where these say that the head lies in each stored frame; empty where they do not.
  var poses: [Affine] = []
  /// Label of the segmentation in file names.
  let label: String
  /// Whether labels without voxels keep their place in tables.
  let keepEmpty: Bool
  var findings: [Finding]
}

extension ScanRegions {
  /// Of a segmentation that a command names.
  init(_ named: NamedSegmentation, _ regions: [RegionDefinition], of scan: DynamicScan) {
    self.init(
      weights: named.weights, regions: regions, label: "", keepEmpty: !named.names.isColourTable,
      findings: named.findings + [LabelSpace.finding(named.weights.file, on: scan.path)].compactMap { $0 })
  }
}

/// Stage 2, regions: label image, names and definitions.
enum RegionsStage {
  /// The regions that a pipeline makes of labels.
  static func regions(of table: LabelTable, _ definitions: PipelineDefinition.Definitions) throws(PETError)
    -> [RegionDefinition]
  {
    switch definitions {
    case .automatic: RegionDefinitions.automatic(table)
    case .labels: RegionDefinitions.labels(table)
    case .table(let file): RegionDefinitions.labels(table) + (try RegionDefinitions.read(file, labels: table))
    }
  }

  /// The regions of each run of a scan.
  static func run(_ scan: ReadScan, _ definition: PipelineDefinition) throws(PETError) -> [ScanRegions?] {
    try scan.runs.map { (run) throws(PETError) in try one(run, definition) }
  }

  private static func one(_ scan: ReadScan, _ definition: PipelineDefinition) throws(PETError) -> ScanRegions? {
    guard let files = scan.files.regions else { return nil }
    let segmentation = try files.read(
      on: try scan.files.image.map { (path) throws(PETError) in try VoxelStream(path: path).header.grid })
    let table = segmentation.names
    let regions = try regions(of: table, definition.regions.definitions)
    let name = BIDSName(files.first.split(separator: "/").last.map(String.init) ?? files.first)
    return ScanRegions(
      weights: segmentation.weights, regions: regions, transforms: files.transforms, poses: segmentation.poses,
      label: name?["seg"] ?? name?["desc"] ?? "auto",
      keepEmpty: !table.isColourTable, findings: segmentation.findings)
  }
}
