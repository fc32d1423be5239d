import ArgumentParser
import PETCore
import PETImaging
import PETStudy

extension GridSampling: ExpressibleByArgument {}

/// Options that name a segmentation and the regions made of it.
struct SegmentationOptions: ParsableArguments {
  @Option(help: "Label image (integers; 0 is background).") var labels: String
  @Option(help: "Names of the labels: _dseg.tsv or FreeSurfer colour table (default: the table beside --labels).")
  var names: String?
  @Option(help: "Region table: columns region and labels (names or indices joined by +); adds merged regions.")
  var regions: String?
  @Option(help: "How grids that differ are brought together.") var sampling: GridSampling = .labelsToImage

  /// The files that are read.
  var files: [String] { [labels] + [names, regions].compactMap { $0 } }

  func segmentation() throws(PETError) -> NamedSegmentation { try NamedSegmentation(path: labels, names: names) }

  /// Every named label, and the merged regions of --regions.
  func definitions(_ segmentation: NamedSegmentation) throws(PETError) -> [RegionDefinition] {
    try RegionDefinitions.labels(segmentation.names, adding: regions)
  }
}
