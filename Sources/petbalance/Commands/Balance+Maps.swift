import PETBinding
package import PETCore
import PETImaging
import PETPipeline
import PETResults
import PETStudy

extension Balance {
  /// The balance of two maps: a table of regions and, with `--out`, of every voxel.
  func fromMaps(_ numerator: String, _ denominator: String, _ labels: String) throws {
    let segmentation = try NamedSegmentation(path: labels, names: names)
    let regions = RegionDefinitions.labels(segmentation.names)
    let volumes = try [numerator, denominator].map { (path) throws(PETError) in
      let volume = try Volume(path: path)
      try BindingMapFile(path).check(volume, measure: measure)
      return volume
    }
    var weights = segmentation.weights
    var told: [Finding] = []
    if common {
      let lost: [Int32: Int]
      (weights, lost) = try weights.common(to: volumes)
      let count = lost.values.reduce(0, +)
      told.append(
        Finding(
          .note, .commonVoxels, file: labels, field: "--common", value: "\(count)",
          "only voxels that both maps tell count: \(count) of \(lost.count) labels do not"))
      guard !weights.present.isEmpty else {
        throw PETError(
          .wrongInput, file: denominator, field: "--common", "the two maps have no labelled voxel in common",
          remedy: "check their masks and that they are aligned")
      }
    }
    let mask = weights
    let summaries = try volumes.map { (volume) throws(PETError) in
      try RegionSummary(
        volume, weights: mask, regions: regions, sampling: common ? .imageToLabels : sampling,
        includeBackground: true)
    }
    let (first, second) = (summaries[0], summaries[1])
    func means(_ summary: RegionSummary) -> [MapRegion] {
      summary.rows.map { row in
        MapRegion(
          index: row.region.labels.first, region: row.region.name, voxels: row.voxels, mean: row.mean, sd: row.sd,
          background: row.background)
      }
    }
    let table = try BalanceOfMaps(numerator: means(first), denominator: means(second), reference: reference)
    let text = BalanceOfMapsText(table, systems: try pair, measure: measure)
    let files = (
      try BindingMapFile(numerator, errors: numeratorSeMap), try BindingMapFile(denominator, errors: denominatorSeMap)
    )
    let inputs = segmentation.files + files.0.files + files.1.files
    guard maps, let out else {
      try Screen.write(text.tsv, sidecar: text.sidecar(told), to: out, inputs: inputs, as: printing)
      return Screen.findings(told + segmentation.findings + first.findings + second.findings)
    }
    var settings = BalanceSettings()
    settings.systems = try pair
    settings.level = level
    settings.correlation = correlation
    settings.floor = table.floor(measure: files.1.measure)
    let voxels = try VoxelMask(
      labelled: mask, on: try VoxelStream(path: numerator).header.grid, image: numerator)
    let base = ["_balance.tsv", ".tsv"].first { out.hasSuffix($0) }.map { String(out.dropLast($0.count)) } ?? out
    var (set, findings) = try BalanceMapStage.run(
      numerator: files.0, denominator: files.1, mask: voxels, settings: settings, base: base, details: [],
      jobs: Parallel.cores)
    set.texts.append((out, text.tsv))
    if out.hasSuffix(".tsv") { set.texts.append((TSVTable.sidecarPath(of: out), text.sidecar(told + findings).text)) }
    try Screen.protect(inputs, from: set.paths)
    try set.write(jobs: Parallel.cores)
    Screen.findings(told + segmentation.findings + first.findings + second.findings + findings)
  }
}

extension Finding.Code {
  package static let commonVoxels = Finding.Code("common-voxels")
}
