import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETRegistration
import PETResults
import PETStudy
import PETTracers

/// Stage 9, report: the tables, sidecars and page of one scan or one person, each file whole or not at all.
struct ReportStage: Sendable {
  let output: String
  let names: PortableNames
  let definition: PipelineDefinition

  /// The pipeline, with the digest of the values that results depend on.
  private func pipeline(_ part: PipelineDefinition.Part) -> [(name: String, value: JSONValue)] {
    [
      ("Pipeline", .string(definition.name)),
      (Sidecar.pipelineDigest, .string("sha256:" + definition.digest(of: part))),
    ]
  }

  /// Curves, volumes, parameters and maps of a scan.
  ///
  /// - Parameter hasCurves: whether the curves are results on record already.
  func scan(
    _ scan: ReadScan, _ curves: ScanCurves, _ inputs: ModelInputs, _ results: ScanFits, _ refits: Refits?,
    _ maps: ScanMaps?,
    hasCurves: Bool, staging: StagedFiles
  ) throws(PETError) {
    let folder = "\(output)/\(scan.entry.folder)"
    try staging.makeFolder(folder)
    if !hasCurves { try self.curves(scan, curves, inputs, folder: folder, staging: staging) }
    let fits = results.fits
    let pipeline = pipeline(.scan(scan.role))
    let details = details(scan, curves, inputs) + pipeline
    if let made = inputs.made {
      let text = InputFunctionText(made)
      let file = ResultFile.inputFunction
      let path = "\(folder)/\(scan.entry.stem)"
      let from: JSONValue = .array(inputs.sources.map { .string(names.path($0)) })
      try AtomicFile.write(
        portable(text.sidecar([(Sidecar.sources, from)] + pipeline)), to: file.path(path, ".json"), staging: staging)
      try AtomicFile.write(text.tsv, to: file.path(path), staging: staging)
    }
    let parameters = KinparTable(
      fits, level: definition.fitLevel, bootstrap: results.bootstrap, choices: inputs.choices, tracer: scan.role.tracer,
      uncorrected: results.uncorrected.map { ($0, [fits.card.outcome, scan.role.measure]) })
    let model = "\(folder)/\(scan.entry.stem)_model-\(fits.card.id)"
    try AtomicFile.write(
      portable(parameters.sidecar(details)), to: ResultFile.parameters.path(model, ".json"), staging: staging)
    try AtomicFile.write(parameters.tsv, to: ResultFile.parameters.path(model), staging: staging)
    if let truncation = results.truncation {
      let text = TruncationText(truncation, level: definition.fitLevel)
      try AtomicFile.write(
        portable(text.sidecar(details)), to: ResultFile.truncation.path(model, ".json"), staging: staging)
      try AtomicFile.write(text.tsv, to: ResultFile.truncation.path(model), staging: staging)
    }
    if let refits {
      let measure = scan.role.measure
      let unit = fits.card.index(of: measure).map { fits.card.parameters[$0].unit.label } ?? "n/a"
      let sidecar = RefitsFile.sidecar(refits, measure: (measure, unit), details) { names.path($0) }
      try AtomicFile.write(portable(sidecar), to: ResultFile.refits.path(model, ".json"), staging: staging)
      try AtomicFile.write(RefitsFile.tsv(refits), to: ResultFile.refits.path(model), staging: staging)
    }
    for own in fits.byModel {
      guard let fitted = FittedText(own) else { continue }
      for (kind, text) in fitted.tables {
        let path = "\(folder)/\(scan.entry.stem)_model-\(own.card.id)"
        try AtomicFile.write(
          portable(fitted.sidecar(details, kind)), to: kind.file.path(path, ".json"), staging: staging)
        try AtomicFile.write(text, to: kind.file.path(path), staging: staging)
      }
    }
    // What blood delivers, where it was read and not made: a page shows what was used.
    if inputs.made == nil, fits.card.needs.contains(.plasma), let plasma = fits.input.plasma {
      let from: JSONValue = .array(inputs.sources.map { .string(names.path($0)) })
      try AtomicFile.write(
        portable(InputFunctionText.sidecar(of: plasma, [(Sidecar.sources, from)] + pipeline)),
        to: ResultFile.input.path(model, ".json"), staging: staging)
      try AtomicFile.write(InputFunctionText.tsv(of: plasma), to: ResultFile.input.path(model), staging: staging)
    }
    guard let maps else { return }
    try ParametricMapFiles(
      maps.maps, fits: maps.fits, regions: maps.regions, base: "\(folder)/\(scan.entry.stem)",
      smoothing: maps.smoothing, areInPose: maps.areInPose, details: details
    ).files(withStatus: definition.maps?.withStatus ?? false).write(jobs: 1, staging: staging) { names.text($0) }
  }

  /// Curves, volumes and what is seen of the head.
  private func curves(
    _ scan: ReadScan, _ curves: ScanCurves, _ inputs: ModelInputs, folder: String, staging: StagedFiles
  ) throws(PETError) {
    let details =
      details(scan, curves, inputs) + AlignmentText.members(curves.alignments.map { ($0.found, $0.isMoved) })
      + MotionText.members(curves.motions.map { ($0.found, $0.isCorrected) }) + pipeline(.curves(scan.role))
    if curves.motions.count == 1, let motion = curves.motions.first {
      let text = MotionText(motion.found, isCorrected: motion.isCorrected)
      let base = "\(folder)/\(scan.entry.stem)_desc-confounds"
      try AtomicFile.write(text.tsv, to: ResultFile.confounds.path(base), staging: staging)
      try AtomicFile.write(
        portable(text.sidecar(pipeline(.curves(scan.role)))), to: ResultFile.confounds.path(base, ".json"),
        staging: staging)
      if let means = motion.means {
        for (kind, values, words) in [
          ("before", means.before, "frames as they lie"), ("after", means.after, "the head of each frame in one pose"),
        ] {
          let mean = ScanPicture.image(values.map(Double.init))
          try image(
            .mean, "\(folder)/\(scan.entry.stem)_desc-motion\(kind)", on: means.grid, mean.storage,
            "Mean activity after 5 min, \(words), kBq/mL, in blocks of some 4 mm; for display", mean.values, details,
            staging)
        }
      }
    }
    // Frames of a moving head may tell their place better than the mean that they were found on.
    if scan.runs.count == 1, let pose = curves.weights?.pose?.affine {
      let base = "\(folder)/\(scan.entry.stem)_from-\(BIDSName.label(curves.label))_to-pet_mode-image"
      try AtomicFile.write(pose.itkText, to: ResultFile.transform.path(base, ".txt"), staging: staging)
    }
    let named = CurvesText(curves.table)
    let base = "\(folder)/\(scan.entry.stem)_seg-\(BIDSName.label(curves.label))"
    try AtomicFile.write(named.tsv, to: ResultFile.curves.path(base), staging: staging)
    try AtomicFile.write(portable(named.sidecar(details)), to: ResultFile.curves.path(base, ".json"), staging: staging)
    var correction: CurveCorrection?
    if case .made(let table) = curves.correction {
      let corrected = CurvesText(table)
      let path = base + CurvesText.corrected
      try AtomicFile.write(corrected.tsv, to: ResultFile.curves.path(path), staging: staging)
      try AtomicFile.write(
        portable(corrected.sidecar(details)), to: ResultFile.curves.path(path, ".json"), staging: staging)
      correction = table.correction
      if let transfer = correction?.transfer {
        try AtomicFile.write(TransferText.tsv(transfer), to: ResultFile.transfer.path(path), staging: staging)
      }
    }
    if curves.table.volumes.contains(where: { $0 != nil }) {
      let text = named.volumes(indices: curves.indices, voxels: curves.voxelCounts, correction: correction)
      try AtomicFile.write(text, to: ResultFile.volumes.path(base), staging: staging)
    }
    if let picture = curves.picture {
      try write(
        picture, scan: "\(folder)/\(scan.entry.stem)", segmentation: base, details: details, staging: staging)
    }
  }

  /// The mean of a scan and the labels on its grid: what the report shows of the head.
  private func write(
    _ picture: ScanPicture, scan: String, segmentation: String, details: [(name: String, value: JSONValue)],
    staging: StagedFiles
  ) throws(PETError) {
    let mean = ScanPicture.image(picture.mean.map(Double.init))
    try image(
      .mean, scan + "_desc-mean", on: picture.grid, mean.storage,
      "Mean activity over the scan, kBq/mL, frames weighted by duration, decay corrected to injection; for display",
      mean.values, details, staging)
    let fits = picture.labels.allSatisfy { abs($0) <= 32767 }
    try image(
      .labels, segmentation, on: picture.grid, fits ? .int16(slope: 1) : .int32,
      "The labels that the curves were taken with, on the grid of the scan", picture.labels.map(Double.init), details,
      staging)
  }

  /// An image of a scan, with its sidecar.
  private func image(
    _ file: ResultFile, _ base: String, on grid: Grid, _ storage: NIfTIWriter.Storage, _ description: String,
    _ values: [Double], _ details: [(name: String, value: JSONValue)], _ staging: StagedFiles
  ) throws(PETError) {
    let members: [(name: String, value: JSONValue)] = [("Description", .string(description))]
    let sidecar = JSONValue.object(members + details + [("GeneratedBy", Product.generatedBy)])
    try AtomicFile.write(portable(sidecar), to: file.path(base, ".json"), staging: staging)
    try NIfTIWriter.write(
      file.path(base, ".nii.gz"), grid: grid, storage: storage, description: "\(Product.name) \(Product.version)",
      staging: staging
    ) { _ in values }
  }

  /// What every sidecar of a scan says of it.
  private func details(_ scan: ReadScan, _ curves: ScanCurves, _ inputs: ModelInputs) -> [(
    name: String, value: JSONValue
  )] {
    let told = scan.runs.flatMap { $0.entry.sidecars + [$0.files.frames].compactMap(\.self) }
    let sources = curves.sources + told + inputs.sources
    // What a comparison between persons must know, as the sidecar states it.
    let stated = ["InjectedRadioactivity", "InjectedMass"].flatMap { [$0, $0 + "Units"] } + ["TimeZero"]
    let injection = stated.compactMap { name in scan.sidecar[name].map { (name: name, value: $0) } }
    let scanner = scan.scanner.map { [(name: "Scanner", value: JSONValue.string($0))] } ?? []
    return [
      (Sidecar.tracer, .string(scan.role.tracer.id)), (Sidecar.tracerName, .string(scan.role.tracer.name)),
      (Sidecar.system, .string(scan.role.system.rawValue)),
      (Sidecar.sources, .array(sources.map { .string(names.path($0)) })),
    ] + scanner + injection
  }

  /// The balance table of a person.
  ///
  /// - Parameter pairing: what is known of the two scans together.
  func person(
    _ pair: PersonPair, _ balance: BalanceTable, pairing: [(name: String, value: JSONValue)], staging: StagedFiles
  ) throws(PETError) {
    let folder = "\(output)/\(pair.participant)"
    try staging.makeFolder(folder)
    let text = BalanceText(balance)
    let base = "\(folder)/\(pair.stem)_desc-\(definition.pair)"
    try AtomicFile.write(
      portable(text.sidecar(pairing + pipeline(.pair))), to: ResultFile.balance.path(base, ".json"), staging: staging)
    try AtomicFile.write(text.tsv, to: ResultFile.balance.path(base), staging: staging)
    guard let budget = balance.budget else { return }
    let sensitivity = BudgetText(budget, balance.rows)
    let systems = balance.settings.systems
    try AtomicFile.write(
      portable(sensitivity.sidecar(systems, pipeline(.pair))), to: ResultFile.sensitivity.path(base, ".json"),
      staging: staging)
    try AtomicFile.write(sensitivity.sensitivities(systems), to: ResultFile.sensitivity.path(base), staging: staging)
  }

  /// The balance map of a person's two scans, at the labelled voxels of the dopamine scan.
  func balanceMap(
    _ pair: PersonPair, _ numerator: ScanBinding, _ denominator: ScanBinding, regions: RegionFiles?,
    apart: ScansApart?, staging: StagedFiles
  ) throws(PETError) {
    guard definition.maps?.balance == true, let first = numerator.map, let second = denominator.map, let regions
    else {
      return
    }
    let grid = try VoxelStream(path: first.path).header.grid
    var weights = try regions.read(on: grid).weights
    if let place = numerator.transform {
      weights.pose = try RegionTransform.pose([.init(place)], regions: weights.grid, scan: grid)
    }
    let mask = try VoxelMask(labelled: weights, on: grid, image: first.path)
    let (files, _) = try BalanceMapStage.run(
      numerator: first, denominator: second, mask: mask,
      there: numerator.images.isDisjoint(with: denominator.images)
        ? nil : try Self.there(mask, weights, denominator.transform, map: second.path),
      settings: definition.balance,
      base: "\(output)/\(pair.participant)/\(pair.stem)_desc-\(definition.pair)", details: pipeline(.pair),
      areMeasuresAsked: true,
      doubt: apart?.finding(limit: definition.alignment.limit, file: denominator.table.source), jobs: 1)
    try files.write(jobs: 1, staging: staging) { names.text($0) }
  }

  /// Voxels of one scan where the head has them in another, by the labels that were brought to both; nil where they were brought to
  /// neither.
  private static func there(_ mask: VoxelMask, _ weights: RegionWeights, _ transform: String?, map: String)
    throws(PETError) -> VoxelMask?
  {
    guard transform != nil || weights.pose != nil else { return nil }
    guard let own = (weights.pose ?? PointMap(.identity)).affine else {
      throw PETError(
        .wrongInput, file: map, field: "regions.transform",
        "labels that a field of displacements brings to each scan do not tell where its voxels lie in the other",
        remedy: "leave out the balance map (maps: balance: false), or give scans in one space")
    }
    let there =
      try transform.map { (file) throws(PETError) in
        try RegionTransform.pose([.init(file)], regions: weights.grid, scan: try VoxelStream(path: map).header.grid)
      } ?? nil
    guard let back = (there ?? PointMap(.identity)).affine?.inverse else { return nil }
    let grid = mask.grid
    return VoxelMask(
      grid: Grid(nx: grid.nx, ny: grid.ny, nz: grid.nz, affine: back.after(own).after(grid.affine)),
      offsets: mask.offsets, rule: mask.rule)
  }

  private func portable(_ value: JSONValue) -> String { names.text(value.text) }
}
