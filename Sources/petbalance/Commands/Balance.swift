import ArgumentParser
import PETBinding
import PETCore
import PETImaging
import PETPipeline
import PETReport

struct Balance: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Dopamine-serotonin balance from two parameter tables, or from two maps.",
    discussion: """
      From tables: ratio with Fieller's set, log ratio, centred log ratio. From maps: ratio of regional means with \
      flags, and with --out, beside the table, maps of the ratio, of its Fieller set where both standard-error maps are \
      known (petbalance maps --se-maps), of the log ratio, and of where the denominator is too small.

      petbalance balance --dopamine sub-01_trc-RAC_model-SRTM_kinpar.tsv --serotonin sub-01_trc-DASB_model-MRTM2_kinpar.tsv
      petbalance balance --dopamine-map D2.nii.gz --serotonin-map SERT.nii.gz --labels dseg.nii.gz --names dseg.tsv
      """)

  @Option(help: "Parameter table of the dopamine scan.") var dopamine: String?
  @Option(help: "Parameter table of the serotonin scan.") var serotonin: String?
  @Option(help: "The parameter that counts as binding.") var measure = "BPND"
  @Option(help: "Confidence level.") var level: Double = 0.95
  @Option(help: "Correlation of the two scans' errors in a region.") var correlation: Double = 0
  @Option(parsing: .upToNextOption, help: "Regions to centre log ratios over.") var centreOver: [String] = []
  @Option(help: "Map of the dopamine system.") var dopamineMap: String?
  @Option(help: "Map of the serotonin system.") var serotoninMap: String?
  @Option(help: "Standard errors of the dopamine map (default: the _desc-se map beside it).") var dopamineSeMap: String?
  @Option(help: "Standard errors of the serotonin map (default: the _desc-se map beside it).") var serotoninSeMap:
    String?
  @Option(help: "With maps: label image.") var labels: String?
  @Option(help: "With maps: names of the labels.") var names: String?
  @Option(help: "With maps: how grids are brought together.") var sampling: GridSampling = .labelsToImage
  @Flag(inversion: .prefixedNo, help: "With maps and --out: the voxelwise balance beside the table.") var maps = true
  @Option(help: "Table to write (default: standard output); from tables its JSON goes beside it.") var out: String?

  func validate() throws {
    let tables = [dopamine, serotonin].compactMap { $0 }.count
    let maps = [dopamineMap, serotoninMap, labels].compactMap { $0 }.count
    guard (tables, maps) == (2, 0) || (tables, maps) == (0, 3) else {
      throw ValidationError("give --dopamine and --serotonin, or --dopamine-map, --serotonin-map and --labels")
    }
    if maps == 3, measure != "BPND" || !centreOver.isEmpty {
      throw ValidationError("--measure and --centre-over belong to tables; a map is of one measure")
    }
    guard level > 0.5, level < 1 else { throw ValidationError("--level \(level) is not between 0.5 and 1") }
    guard abs(correlation) < 1 else { throw ValidationError("--correlation \(correlation) is not between -1 and 1") }
  }

  func run() throws {
    if let dopamine, let serotonin {
      try fromTables(dopamine, serotonin)
    } else if let dopamineMap, let serotoninMap, let labels {
      try fromMaps(dopamineMap, serotoninMap, labels)
    }
  }

  private func fromTables(_ dopamine: String, _ serotonin: String) throws {
    var settings = BalanceSettings()
    settings.level = level
    settings.correlation = correlation
    if measure != "BPND" { settings.floor = nil }
    if !centreOver.isEmpty { settings.centreOver = centreOver }
    let balance = BalanceTable(
      numerator: try BindingReader.read(dopamine, measure: measure, level: level),
      denominator: try BindingReader.read(serotonin, measure: measure, level: level), settings: settings)
    let text = BalanceText(balance)
    let inputs = [dopamine, serotonin].flatMap { [$0, TSVTable.sidecarPath(of: $0)] }
    try Screen.write(text.tsv, sidecar: text.sidecar([]), to: out, inputs: inputs)
    Screen.findings(balance.findings)
  }

  private func fromMaps(_ dopamine: String, _ serotonin: String, _ labels: String) throws {
    let segmentation = try NamedSegmentation(path: labels, names: names)
    let regions = RegionDefinitions.labels(segmentation.names)
    func summary(_ path: String) throws(PETError) -> RegionSummary {
      try RegionSummary(
        try Volume(path: path), segmentation: segmentation.image, regions: regions, sampling: sampling,
        includeBackground: true)
    }
    let first = try summary(dopamine)
    let second = try summary(serotonin)
    func means(_ summary: RegionSummary) -> [MapRegion] {
      summary.rows.map { row in
        MapRegion(
          index: row.region.labels.first, region: row.region.name, voxels: row.voxels, mean: row.mean, sd: row.sd,
          background: row.background)
      }
    }
    let table = MapBalance(numerator: means(first), denominator: means(second))
    let files = (
      try BindingMapFile(dopamine, errors: dopamineSeMap), try BindingMapFile(serotonin, errors: serotoninSeMap)
    )
    let inputs = segmentation.files + files.0.files + files.1.files
    guard maps, let out else {
      try Screen.write(MapBalanceText.tsv(table), to: out, inputs: inputs)
      return Screen.findings(segmentation.findings + first.findings + second.findings)
    }
    var settings = BalanceSettings()
    settings.level = level
    settings.correlation = correlation
    // Measures without a usual floor take the share below which a region's mean counts as near zero.
    if files.1.measure != "BPND" {
      settings.floor = table.rows.map(\.denominator.mean).filter(\.isFinite).max().map { $0 * MapBalance.nearZeroShare }
    }
    let mask = try VoxelMask(
      labelled: segmentation.image, on: try VoxelStream(path: dopamine).header.grid, image: dopamine)
    let base = ["_balance.tsv", ".tsv"].first { out.hasSuffix($0) }.map { String(out.dropLast($0.count)) } ?? out
    var (set, findings) = try BalanceMapStage.run(
      numerator: files.0, denominator: files.1, mask: mask, settings: settings, base: base, details: [],
      jobs: Parallel.cores)
    set.texts.append((out, MapBalanceText.tsv(table)))
    try Screen.protect(inputs, from: set.paths)
    try set.write(jobs: Parallel.cores)
    Screen.findings(segmentation.findings + first.findings + second.findings + findings)
  }
}
