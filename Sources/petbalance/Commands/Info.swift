import ArgumentParser
import Foundation
import PETCore
import PETImaging

struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Header, grid, units and every finding of an image.",
    discussion: HelpText.of(
      """
      Reads the whole image once, in constant memory, and prints lines `key: value`. On a terminal the header's lines come
      at once; --header reads no voxel.

      petbalance info sub-01_trc-DASB_pet.nii.gz
      """))

  @Argument(help: "NIfTI-1 or NIfTI-2 image, plain or gzip.") var image: String
  @Flag(help: "The header alone: no voxel is read.") var header = false

  func run() throws {
    let stream = try VoxelStream(path: image)
    let lines = Self.lines(stream.header)
    if header {
      try Screen.write(lines)
      return Screen.findings(stream.findings)
    }
    // Of an image that is refused in the end a file has nothing; who sits before a terminal need not wait for it.
    let isAtOnce = isatty(STDOUT_FILENO) == 1
    if isAtOnce { try Screen.write(lines) }
    let bar = ProgressBar("voxels")
    defer { bar.finish() }
    let summary = try ImageSummary(stream, progress: bar.show)
    bar.finish()
    try Screen.write((isAtOnce ? "" : lines) + Self.lines(summary))
    Screen.findings(summary.findings)
  }

  private static func lines(_ header: ImageHeader) -> String {
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
    lines.append("description: \(header.description)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(_ summary: ImageSummary) -> String {
    [
      "finite-voxels: \(summary.finite)", "nonfinite-voxels: \(summary.notFinite)",
      "mean: \(NumberText.exact(summary.mean))", "min: \(NumberText.exact(summary.least))",
      "max: \(NumberText.exact(summary.most))",
    ].joined(separator: "\n") + "\n"
  }
}
