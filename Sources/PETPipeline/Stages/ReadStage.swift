import PETBinding
import PETCore
import PETImaging

/// A scan with its sidecar read: where its curves come from, and when.
struct ReadScan: Sendable {
  enum Source: Sendable {
    case image(String, ScanTiming)
    /// A derivative's curve table, for scans without an image.
    case curves(String, Isotope?)
  }

  let entry: ScanEntry
  let role: PipelineDefinition.Role
  let source: Source
  let sidecar: PETSidecar
  var findings: [Finding]
}

/// Stage 1, read: the scan's sidecar and image, or the curves that a derivative has in place of the image.
enum ReadStage {
  static func run(_ entry: ScanEntry, role: PipelineDefinition.Role, derivatives: Derivatives) throws(PETError)
    -> ReadScan
  {
    guard let nearest = entry.sidecars.last else {
      throw PETError(
        .missingInput, file: entry.stem + "_pet.json", field: "sidecar", "the scan has no sidecar",
        remedy: "frame timing cannot be known without it")
    }
    let sidecar = try PETSidecar(files: entry.sidecars)
    var findings: [Finding] = []
    if let isotope = sidecar.isotope, isotope != role.tracer.isotope {
      findings.append(
        Finding(
          .warning, "isotope-tracer", file: nearest, field: "TracerRadionuclide", value: isotope.rawValue,
          "\(isotope.rawValue) where \(role.tracer.name) is labelled with \(role.tracer.isotope.rawValue)",
          remedy: "the scan's isotope is used"))
    }
    if let image = entry.image {
      let timing = try ScanTiming(sidecar)
      return ReadScan(
        entry: entry, role: role, source: .image(image, timing), sidecar: sidecar, findings: findings + timing.findings)
    }
    guard let table = try derivatives.curves(for: entry) else {
      throw PETError(
        .missingInput, file: entry.stem + "_pet.nii.gz", field: "image",
        "there is no image, and no derivative has curves",
        remedy: "fetch the image, or give --derivatives")
    }
    findings.append(
      Finding(
        .note, "curves-read", file: table, field: "image", "there is no image",
        remedy: "the derivative's curves are used"))
    return ReadScan(
      entry: entry, role: role, source: .curves(table, sidecar.isotope), sidecar: sidecar, findings: findings)
  }
}
