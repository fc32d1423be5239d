package import PETCore
package import PETImaging

/// The regions of a scan with their names: a label image with those of its labels, or masks.
package struct NamedSegmentation: Sendable {
  package var weights: RegionWeights
  package let names: LabelTable
  /// Labels without a name, or a segmentation without any names.
  package var findings: [Finding]
  /// Where the head lies in each stored frame of the scan, as a transform file tells it: points of the pose that the regions are
  /// brought to, to points of the frame; empty where nothing tells.
  package var poses: [Affine] = []
  /// The files that were read.
  package let files: [String]

  /// - Parameter names: a table of names; nil for the one that belongs to the image.
  package init(path: String, names given: String? = nil) throws(PETError) {
    let image = try LabelImage(path: path)
    weights = image.weights
    let own = given == nil ? try Derivatives.names(of: path) : nil
    if let table = given ?? own {
      names = try LabelTable(path: table)
      try image.check(names)
      findings = image.unnamedFindings(names) + image.mappingFindings(names)
      files = [path, table]
    } else if let known = FreeSurferLabels.names(of: image.present) {
      names = LabelTable(
        entries: zip(image.present, known).map { LabelTable.Entry(index: $0, name: $1) }, file: path)
      files = [path]
      findings = [
        Finding(
          .note, .freesurferNumbers, file: path, field: "names", value: "\(known.count)",
          "the segmentation has no table of names; its numbers are FreeSurfer's, and so are its names",
          remedy: "put a _dseg.tsv beside it if they are not")
      ]
    } else {
      names = image.unnamedTable
      files = [path]
      findings = [
        Finding(
          .warning, .noLabelNames, file: path, field: "names", "the segmentation has no table of names",
          remedy: "put a _dseg.tsv beside it; regions are named label-N")
      ]
    }
  }

  /// Masks, each named by its file or by a table of the volumes of a 4-D one.
  init(masks files: RegionFiles) throws(PETError) {
    let table = try files.names.map { (path) throws(PETError) in try LabelTable(path: path) }
    (weights, names) = try MaskFiles.read(files.images, names: table, name: files.region)
    findings = []
    self.files = files.all
  }
}

extension Finding.Code {
  package static let freesurferNumbers = Finding.Code("freesurfer-numbers")
  package static let noLabelNames = Finding.Code("no-label-names")
}
