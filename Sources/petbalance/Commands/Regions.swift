import ArgumentParser
import PETCore
import PETImaging
import PETResults
import PETStudy

enum BackgroundRule: String, ExpressibleByArgument, CaseIterable { case include, exclude }

struct Regions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Statistics of a 3-D map in every region of a segmentation.",
    discussion: HelpText.of(
      """
      One row for each named label: voxels, volume, mean, SD, median, p5, p95, min, max, and how many voxels were
      outside, not finite or background (the map's most frequent value).

      petbalance regions SERT.nii.gz --labels dseg.nii.gz --names dseg.tsv --sampling image-to-labels --out regions.tsv
      """))

  @Argument(help: "3-D map.") var image: String
  @OptionGroup var options: SegmentationOptions
  @Option(help: "Whether background voxels count in the statistics.") var background: BackgroundRule = .include
  @Option(help: "Table to write (default: standard output).") var out: String?
  @OptionGroup var printing: TableOptions

  func run() throws {
    let segmentation = try options.segmentation(on: image)
    let summary = try RegionSummary(
      try Volume(path: image), weights: segmentation.weights, regions: try options.definitions(segmentation),
      sampling: options.sampling,
      includeBackground: background == .include)
    var table = RegionsText()
    for row in summary.rows {
      table.add(
        index: row.region.isMerged ? nil : row.region.labels.first, region: row.region.name, voxels: row.voxels,
        volume: row.volume, values: [row.mean, row.sd, row.median, row.p5, row.p95, row.min, row.max],
        outside: row.outside, nonfinite: row.nonfinite, background: row.background)
    }
    try Screen.write(
      table.tsv, to: out,
      inputs: [image] + (try options.files()), as: printing)
    Screen.findings(segmentation.findings + summary.findings)
  }
}
