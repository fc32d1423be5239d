package import PETCore
package import PETImaging

/// A 4-D image named on the command line, with its header checked and its sidecar read.
package struct DynamicScan: Sendable {
  package let path: String
  package let header: ImageHeader
  package let timing: ScanTiming

  /// - Parameter sidecar: nil to find it by name.
  package init(_ path: String, sidecar: String?) throws(PETError) {
    self.path = path
    // The image is opened first: that it is missing is the plainer word.
    header = try VoxelStream(path: path).header
    let files = if let sidecar { [sidecar] } else { try PETSidecar.find(for: path) }
    guard !files.isEmpty else {
      throw PETError(
        .missingInput, file: path, field: "sidecar", "the image has no JSON sidecar, so its frame times are unknown",
        remedy: "put one beside it, or give --sidecar")
    }
    timing = try ScanTiming(try PETSidecar(files: files))
  }
}
