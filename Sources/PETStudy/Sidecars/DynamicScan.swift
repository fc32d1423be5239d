package import PETCore
package import PETImaging

/// A 4-D image named on the command line, with its header checked and its sidecar read.
package struct DynamicScan: Sendable {
  package let path: String
  package let header: ImageHeader
  package let timing: ScanTiming
  /// What is to be said of its frame times besides.
  package let findings: [Finding]

  /// - Parameters:
  ///   - sidecar: nil to find it by name.
  ///   - frames: times that count in place of the sidecar's; then there may be no sidecar.
  ///   - isotope: known from elsewhere.
  package init(_ path: String, sidecar: String?, frames: FrameTimesFile? = nil, isotope: Isotope? = nil)
    throws(PETError)
  {
    self.path = path
    // The image is opened first: that it is missing is the plainer word.
    header = try VoxelStream(path: path).header
    let files = if let sidecar { [sidecar] } else { try PETSidecar.find(for: path) }
    guard !files.isEmpty || frames != nil else {
      throw PETError(
        .missingInput, file: path, field: "sidecar", "the image has no JSON sidecar, so its frame times are unknown",
        remedy: "put one beside it, or give --sidecar or --frames")
    }
    let about = files.isEmpty ? PETSidecar(assumed: path, members: [:]) : try PETSidecar(files: files)
    timing = try ScanTiming(
      about, timing: frames.map { ($0.starts, $0.durations) },
      isotope: isotope ?? about.isotope ?? frames?.isotope)
    findings = [frames?.contradiction(about), frames?.contradiction(isotope ?? about.isotope)].compactMap { $0 }
  }
}
