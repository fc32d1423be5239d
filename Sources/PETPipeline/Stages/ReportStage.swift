import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETReport

/// Stage 9, report: the tables, sidecars and page of one scan or one person, each file whole or not at all.
struct ReportStage: Sendable {
  let output: String
  let dataset: BIDSDataset
  let derivatives: Derivatives
  let definition: PipelineDefinition

  private var pipeline: [(name: String, value: JSONValue)] {
    [("Pipeline", .string(definition.name)), ("PipelineDigest", .string("sha256:" + definition.digest))]
  }

  /// Curves, volumes and parameters of a scan.
  func scan(_ scan: ReadScan, _ curves: ScanCurves, _ inputs: ScanInputs, _ fits: RegionalFits) throws(PETError) {
    let folder = "\(output)/\(scan.entry.folder)"
    try AtomicFile.makeFolder(folder)
    let details = details(scan, curves, inputs)
    let named = CurvesText(curves.table)
    let base = "\(folder)/\(scan.entry.stem)_seg-\(BIDSName.label(curves.label))"
    try AtomicFile.write(named.tsv, to: base + "_tacs.tsv")
    try AtomicFile.write(portable(named.sidecar(details)), to: base + "_tacs.json")
    if curves.table.volumes.contains(where: { $0 != nil }) {
      try AtomicFile.write(named.morph(indices: curves.indices, voxels: curves.voxelCounts), to: base + "_morph.tsv")
    }
    if let made = inputs.made {
      let text = InputFunctionText(made)
      let path = "\(folder)/\(scan.entry.stem)_inputfunction"
      let from: JSONValue = .array(inputs.sources.map { .string(dataset.relative($0)) })
      try AtomicFile.write(portable(text.sidecar([("Sources", from)] + pipeline)), to: path + ".json")
      try AtomicFile.write(text.tsv, to: path + ".tsv")
    }
    let parameters = KinparTable(fits, level: definition.balance.level)
    let model = "\(folder)/\(scan.entry.stem)_model-\(fits.card.id)"
    try AtomicFile.write(portable(parameters.sidecar(details)), to: model + "_kinpar.json")
    try AtomicFile.write(parameters.tsv, to: model + "_kinpar.tsv")
  }

  /// Maps of a scan.
  ///
  /// - Returns: the map of the pipeline's measure; nil when the maps' model does not have it.
  func maps(_ scan: ReadScan, _ curves: ScanCurves, _ inputs: ScanInputs, _ maps: ScanMaps) throws(PETError) -> (
    file: BindingMapFile, mask: VoxelMask
  )? {
    let files = ParametricMapFiles(
      maps.maps, fits: maps.fits, regions: maps.regions,
      base: "\(output)/\(scan.entry.folder)/\(scan.entry.stem)", smoothing: maps.smoothing,
      details: details(scan, curves, inputs))
    try files.files(withStatus: definition.maps?.withStatus ?? false).write(jobs: 1) { portable($0) }
    guard let path = files.path(ofMeasure: definition.measure) else { return nil }
    return (try BindingMapFile(path), maps.maps.mask)
  }

  /// The balance map of a person's two scans.
  func balanceMap(_ pair: PersonPair, _ dopamine: ScanResult, _ serotonin: ScanResult) throws(PETError) -> [Finding] {
    guard definition.maps?.balance == true, let first = dopamine.map, let second = serotonin.map else { return [] }
    let (files, findings) = try BalanceMapStage.run(
      dopamine: first.file, serotonin: second.file, mask: first.mask, settings: definition.balance,
      base: "\(output)/\(pair.participant)/\(pair.stem)_desc-\(definition.pair)", details: pipeline, jobs: 1)
    try AtomicFile.makeFolder("\(output)/\(pair.participant)")
    try files.write(jobs: 1) { portable($0) }
    return findings
  }

  /// What every sidecar of a scan says of it.
  private func details(_ scan: ReadScan, _ curves: ScanCurves, _ inputs: ScanInputs) -> [(
    name: String, value: JSONValue
  )] {
    let sources = curves.sources + scan.entry.sidecars + inputs.sources
    return [
      ("Tracer", .string(scan.role.tracer.id)), ("TracerName", .string(scan.role.tracer.name)),
      ("System", .string(scan.role.system.rawValue)),
      ("Sources", .array(sources.map { .string(dataset.relative($0)) })),
    ] + pipeline
  }

  /// The balance table of a person and, when asked, the page.
  func person(_ pair: PersonPair, _ balance: BalanceTable, fits: (RegionalFits, RegionalFits)) throws(PETError) {
    let folder = "\(output)/\(pair.participant)"
    try AtomicFile.makeFolder(folder)
    let text = BalanceText(balance)
    let base = "\(folder)/\(pair.stem)_desc-\(definition.pair)_balance"
    try AtomicFile.write(portable(text.sidecar(pipeline)), to: base + ".json")
    try AtomicFile.write(text.tsv, to: base + ".tsv")
    if definition.html {
      let page = PersonPage(title: pair.stem, balance: balance, models: [fits.0.card, fits.1.card])
      try AtomicFile.write(portable(page.html), to: "\(folder)/\(pair.stem).html")
    }
  }

  private func portable(_ value: JSONValue) -> String { portable(value.text) }

  /// No path of the machine in a result: files are named relative to the dataset, or begin with their derivative's name.
  func portable(_ text: String) -> String {
    var text = text.replacing(dataset.root + "/", with: "")
    for root in derivatives.roots {
      text = text.replacing(root + "/", with: (root.split(separator: "/").last ?? "derivative") + "/")
    }
    return text.replacing(output + "/", with: "")
  }
}
