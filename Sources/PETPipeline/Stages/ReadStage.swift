import PETBinding
import PETCore
import PETImaging
import PETResults
import PETStudy

/// A scan with its sidecar read: where its curves come from, and when.
struct ReadScan: Sendable {
  enum Source: Sendable {
    case image(String, ScanTiming)
    /// A derivative's curve table, for scans without an image.
    case curves(String, Isotope?)
  }

  let entry: ScanEntry
  var role: PipelineDefinition.Role
  let source: Source
  let sidecar: PETSidecar
  let files: ScanFiles
  var findings: [Finding]
  /// The later runs of the injection, with nothing to be said of them besides.
  private(set) var later: [ReadScan] = []

  /// The scan, run after run.
  var runs: [ReadScan] { [self] + later }

  /// The unit of activity as it is stated; nil when it is not, or not known.
  func unit(of source: String) -> String? {
    let name =
      switch self.source {
      case .image: sidecar.text("Units")
      case .curves: (try? PETSidecar(path: TSVTable.sidecarPath(of: source)))?.text("Units")
      }
    return name.flatMap { ActivityUnit.factorToInternal($0) == nil ? nil : $0 }
  }

  var scanner: String? { sidecar.scanner }
}

/// Stage 1, read: the scan's sidecar and image, or the curves that a derivative has in place of the image.
enum ReadStage {
  /// - Parameter known: what was found of the scan before, to stand in its results.
  static func run(
    _ entry: ScanEntry, role: PipelineDefinition.Role, files: ScanFiles, known: [Finding], acceptance: Acceptance
  ) throws(PETError) -> ReadScan {
    let sidecar = try entry.sidecar(files.sidecars)
    var findings = known
    let source: ReadScan.Source
    findings += files.findings
    if let table = files.curves {
      source = .curves(table, sidecar.isotope)
    } else {
      let timing = try ScanTiming(sidecar)
      findings += timing.findings.filter { !known.contains($0) }
      source = .image(files.image ?? "", timing)
    }
    // How long the scan is, and that it begins late, is of all runs together.
    if !entry.parts.isEmpty { findings = InjectionParts.ofWhole(findings, run: 0) }
    var later: [ReadScan] = []
    for (part, files) in zip(entry.parts.dropFirst(), files.later) {
      var run = try run(part, role: role, files: files, known: [], acceptance: acceptance)
      findings += InjectionParts.ofWhole(run.findings, run: later.count + 1).filter { !findings.contains($0) }
      run.findings = []
      later.append(run)
    }
    return ReadScan(
      entry: entry, role: role, source: source, sidecar: sidecar, files: files,
      findings: try acceptance.screen(findings), later: later)
  }
}
