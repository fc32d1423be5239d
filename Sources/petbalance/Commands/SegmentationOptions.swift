import ArgumentParser
import PETCore
import PETImaging
import PETPipeline

extension GridSampling: ExpressibleByArgument {}

/// Options that name a segmentation and the regions made of it.
struct SegmentationOptions: ParsableArguments {
  @Option(help: "Label image (integers; 0 is background).") var labels: String
  @Option(help: "Names of the labels: _dseg.tsv or FreeSurfer colour table (default: the table beside --labels).")
  var names: String?
  @Option(help: "Region table: columns region and labels (names or indices joined by +); adds merged regions.")
  var regions: String?
  @Option(help: "How grids that differ are brought together.") var sampling: GridSampling = .labelsToImage

  /// The label image and its regions; findings say when labels have no names.
  func read() throws(PETError) -> (
    image: LabelImage, regions: [RegionDefinition], isColourTable: Bool, findings: [Finding]
  ) {
    let image = try LabelImage(path: labels)
    var findings: [Finding] = []
    let table: LabelTable
    if let path = names ?? Derivatives.names(of: labels) {
      table = try LabelTable(path: path)
    } else {
      table = image.unnamedTable
      findings.append(
        Finding(
          .note, "no-label-names", file: labels, "no table of names", remedy: "regions are named label-N (give --names)"
        ))
    }
    var definitions = RegionDefinitions.labels(table)
    if let regions { definitions += try RegionDefinitions.read(regions, labels: table) }
    return (image, definitions, table.isColourTable, findings + image.unnamedFindings(table))
  }
}
