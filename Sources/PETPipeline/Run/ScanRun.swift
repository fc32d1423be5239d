import PETBinding
package import PETCore
import PETImaging
import PETKinetics

/// What a scan came to.
struct ScanResult: Sendable {
  let scan: ReadScan
  let fits: RegionalFits
  let binding: BindingTable
  /// The map of the pipeline's measure, when maps were made.
  let map: (file: BindingMapFile, mask: VoxelMask)?
  /// What was said of the scan on its way.
  let findings: [Finding]
}

/// One scan from its files to its tables: the stages in their order, which the types hold.
struct ScanRun: Sendable {
  let definition: PipelineDefinition
  let derivatives: Derivatives
  let report: ReportStage

  func run(_ entry: ScanEntry, role: PipelineDefinition.Role) throws(StageError) -> ScanResult {
    let scan = try stage("read") { () throws(PETError) in
      try ReadStage.run(entry, role: role, derivatives: derivatives)
    }
    let regions = try stage("regions") { () throws(PETError) in
      try RegionsStage.run(scan, definition, derivatives: derivatives)
    }
    let curves = try stage("curves") { () throws(PETError) in try CurvesStage.run(scan, regions, definition) }
    let input = try stage("input") { () throws(PETError) in
      try InputStage.run(scan, curves, definition, derivatives: derivatives)
    }
    let fits = try stage("models") { () throws(PETError) in try ModelsStage.run(curves, input, role) }
    let maps = try stage("maps") { () throws(PETError) in
      try MapsStage.run(scan, regions, curves, input, definition)
    }
    let binding = try stage("binding") { () throws(PETError) in
      try BindingStage.run(fits, role, definition, source: entry.stem)
    }
    let map = try stage("report") { () throws(PETError) in
      try report.scan(scan, curves, input, fits)
      return try maps.flatMap { (maps) throws(PETError) in try report.maps(scan, curves, input, maps) }
    }
    return ScanResult(
      scan: scan, fits: fits, binding: binding, map: map,
      findings: scan.findings + fits.findings + (maps?.findings ?? []))
  }
}

/// An error with the stage it came from.
package struct StageError: Error, Sendable {
  package let stage: String
  package let error: PETError
}

func stage<Result>(_ name: String, _ work: () throws(PETError) -> Result) throws(StageError) -> Result {
  do throws(PETError) { return try work() } catch { throw StageError(stage: name, error: error) }
}
