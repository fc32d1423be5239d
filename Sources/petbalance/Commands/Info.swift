import ArgumentParser
import PETCore
import PETImaging

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Header, grid, units and every finding of an image.",
    discussion: """
      Reads the whole image once, in constant memory, and prints lines `key: value`.

      petbalance info sub-01_trc-DASB_pet.nii.gz
      """)

  @Argument(help: "NIfTI-1 or NIfTI-2 image, plain or gzip.") var image: String

  func run() throws {
    let summary = try ImageSummary(path: image)
    let header = summary.header
    let size = header.grid.voxelSize
    func numbers(_ values: [Double]) -> String { values.map(NumberText.short).joined(separator: " ") }
    var lines = [
      "file: \(printable(header.file))",
      "format: NIfTI-\(header.version)\(header.isGzip ? ", gzip" : ""), \(header.bigEndian ? "big" : "little") endian",
      "dimensions: \(header.grid.nx) \(header.grid.ny) \(header.grid.nz)", "frames: \(header.frames)",
      "voxel-mm: \(numbers([size.0, size.1, size.2]))", "type: \(header.type)",
      "slope: \(NumberText.exact(header.slope))",
      "intercept: \(NumberText.exact(header.intercept))", "qform-code: \(header.qformCode)",
      "sform-code: \(header.sformCode)",
    ]
    for row in 0..<3 { lines.append("affine-\(row + 1): \(numbers((0..<4).map { header.grid.affine[row, $0] }))") }
    lines += [
      "description: \(header.description)", "finite-voxels: \(summary.finite)",
      "nonfinite-voxels: \(summary.notFinite)",
      "mean: \(NumberText.exact(summary.mean))", "min: \(NumberText.exact(summary.least))",
      "max: \(NumberText.exact(summary.most))",
    ]
    try Screen.write(lines.joined(separator: "\n") + "\n")
    Screen.findings(summary.findings)
  }
}
