import PETBinding
import PETCore
import PETKinetics
import PETResults
import PETStudy
import PETTracers

/// What a scan came to.
struct ScanResult: Sendable {
  let fits: RegionalFits
  /// What was said of the scan on its way.
  let findings: [Finding]
}

/// One scan from its files to its tables: the stages in their order, which the types hold.
struct ScanRun {
  let definition: PipelineDefinition
  let report: ReportStage
  /// What is written gets its names when all of it is whole.
  let staging: StagedFiles
  let acceptance: Acceptance

  /// - Parameters:
  ///   - known: what was said of the scan before, to stand in its results.
  ///   - recorded: curves that are results on record already; nil to measure them.
  func run(
    _ entry: ScanEntry, role: PipelineDefinition.Role, files: ScanFiles, evidence: ScanCheck.Evidence,
    known: [Finding], recorded: CurvesFile? = nil
  ) throws(StageError) -> ScanResult {
    let scan = try stage("read") { () throws(PETError) in
      try ReadStage.run(entry, role: role, files: files, known: evidence.findings + known, acceptance: acceptance)
    }
    var regions: [ScanRegions?] = []
    if recorded == nil {
      regions = try stage("regions") { () throws(PETError) in try RegionsStage.run(scan, definition) }
    }
    let curves = try stage("curves") { () throws(PETError) in
      if let recorded {
        return ScanCurves(
          recorded, of: files, words: definition.regions.words,
          isCorrected: definition.curves.partialVolume != .none)
      }
      return try CurvesStage.run(scan, regions, definition, uptake: evidence.uptake, acceptance: acceptance)
    }
    // What is wrong with curves is told of the file they are from.
    let source = curves.sources.first ?? entry.stem
    let input = try stage("input", of: source) { () throws(PETError) in
      try InputStage.run(scan, curves, definition, dosePerGram: evidence.uptake?.statedDosePerGram)
    }
    var fits = try stage("models", of: source) { () throws(PETError) in
      try ModelsStage.run(curves, input)
    }
    let refits = try definition.uncertainty.map { (rule) throws(StageError) in
      try stage("models", of: source) { () throws(PETError) in
        try RefitStage(curves: curves, inputs: input, fits: fits.fits, rule: rule).run()
      }
    }
    for finding in refits?.findings ?? [] { fits.fits.add(finding) }
    let maps = try stage("maps", of: source) { () throws(PETError) in
      try MapsStage.run(scan.role, curves, input, definition, weights: curves.weights)
    }
    try stage("report") { () throws(PETError) in
      try report.scan(scan, curves, input, fits, refits, maps, hasCurves: recorded != nil, staging: staging)
    }
    return ScanResult(
      fits: fits.fits,
      findings: curves.settled(scan.findings) + fits.fits.findings
        + role.tracer.findings(of: fits.fits, file: source) + (maps?.findings ?? [])
        + [maps == nil ? nil : PartialVolumeStage.maps(curves, file: source)].compactMap { $0 })
  }
}
