import ArgumentParser
import Foundation
import PETCore
import PETImaging
import PETStudy

extension GridSampling: ExpressibleByArgument {}

/// Options that name a segmentation and the regions made of it.
struct SegmentationOptions: ParsableArguments {
  @Option(help: "Label image (integers; 0 is background).") var labels: String?
  @Option(
    help: """
      Masks in place of --labels: files or a pattern ('roi_*.nii.gz'), one a region (0 and 1, or fractions), or one 4-D \
      file with names; may be repeated.
      """)
  var masks: [String] = []
  @Option(help: "Names of the labels: _dseg.tsv or FreeSurfer colour table (default: the table beside --labels).")
  var names: String?
  @Option(help: "Region table: columns region and labels (names or indices joined by +); adds merged regions.")
  var regions: String?
  @Option(
    parsing: .upToNextOption,
    help:
      "Transforms that bring the labels to the scan, first to last: ITK (ANTs, its warps too), .lta (FreeSurfer), a matrix of FSL."
  )
  var transform: [String] = []
  @Option(help: "How grids that differ are brought together.") var sampling: GridSampling = .labelsToImage

  func validate() throws {
    guard (labels == nil) != masks.isEmpty else {
      throw ValidationError(
        labels == nil ? "Missing expected argument '--labels <labels>'" : "--labels and --masks are two ways: give one")
    }
  }

  /// The files of the regions.
  private func regionFiles() throws(PETError) -> RegionFiles {
    var files =
      if let labels { try RegionFiles(labels: labels, names: names) } else {
        try RegionFiles(masks: masks, names: names)
      }
    // Joined by commas as in a table of scans, unless a file has one in its name.
    files.transforms = transform.flatMap { text in
      FileManager.default.fileExists(atPath: text) ? [text] : text.split(separator: ",").map(\.trimmed)
    }
    return files
  }

  /// The files that are read.
  func files() throws(PETError) -> [String] { try regionFiles().all + [regions].compactMap { $0 } }

  /// - Parameter image: that they are to lie on.
  func segmentation(on image: String) throws(PETError) -> NamedSegmentation {
    try regionFiles().readInOnePlace(on: try VoxelStream(path: image).header.grid)
  }

  /// Every named label, and the merged regions of --regions.
  func definitions(_ segmentation: NamedSegmentation) throws(PETError) -> [RegionDefinition] {
    try RegionDefinitions.labels(segmentation.names, adding: regions)
  }
}
