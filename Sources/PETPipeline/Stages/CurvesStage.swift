package import PETCore
package import PETImaging
import PETResults
package import PETStudy

/// Regional curves of a scan, with what their files need.
struct ScanCurves: Sendable {
  var table: CurveTable
  /// Label of each region; nil for merged ones.
  let indices: [Int?]
  let voxelCounts: [Int]
  let label: String
  /// The same without what neighbours spill into each region, where that is asked for.
  var correction = Correction.none
  /// Files the curves were made from.
  let sources: [String]
  /// The regions of the table, for curves of an image.
  var regions: [RegionDefinition] = []
  /// Curves of single voxels, for maps.
  var voxels: VoxelCurves?
  /// The stored frames that the table's are, with what makes each activity at injection; empty of curves that were read.
  var keptFrames: [(index: Int, factor: Double)] = []
  /// What was seen of the head, for the report.
  var picture: ScanPicture?
  /// The labels or masks, where they were taken to lie; nil of curves that were read.
  var weights: RegionWeights?
  /// Where the labels were found to lie, run by run; empty where that was not looked at.
  var alignments: [Alignment] = []
  /// How the head moved, run by run; empty where that was not looked at.
  var motions: [Motion] = []
  /// The curves that count as they would be with labels or resolution otherwise; nil where nobody asks.
  var changed: ChangedCurves?
  /// What was summed up on the way, as long as it is needed.
  var sums = MeasuredSums()
}

extension ScanCurves {
  /// Curves of an image that are on record.
  ///
  /// - Parameter isCorrected: whether a correction for partial volume was asked for.
  init(_ file: CurvesFile, of files: ScanFiles, words: AnatomicalVocabulary, isCorrected: Bool) {
    self.init(
      table: file.table, indices: file.indices, voxelCounts: file.voxelCounts, label: "",
      sources: [files.image].compactMap { $0 } + (files.regions?.images ?? []))
    table.vocabulary = words
    if isCorrected { correction = file.corrected.map { .made($0.with(words)) } ?? .lost }
  }
}

extension CurveTable {
  /// With what words stand for that are no region's name.
  func with(_ words: AnatomicalVocabulary) -> CurveTable {
    var result = self
    result.vocabulary = words
    return result
  }
}

/// The mean of a scan over time and the labels that its curves were taken with, both on the grid of the scan.
struct ScanPicture: Sendable {
  let grid: Grid
  /// kBq/mL, one value a voxel.
  let mean: [Float]
  /// Of the mean, s.
  let duration: Double
  let labels: [Int32]

  /// Of a mean: steps of a 32,767th of the largest value are ample for a picture, and half the size.
  static func image(_ mean: [Double]) -> (values: [Double], storage: NIfTIWriter.Storage) {
    let values = mean.map { $0.isFinite ? $0 : 0 }
    let largest = values.reduce(0) { max($0, abs($1)) }
    return (values, .int16(slope: largest > 0 ? largest / 32767 : 1))
  }
}

/// Stage 3, curves: mean activity of each region in each frame, in kBq/mL, decay corrected to injection.
enum CurvesStage {
  /// - Parameter uptake: that the activity must fit; nil when the dose is not known.
  static func run(
    _ scan: ReadScan, _ regions: [ScanRegions?], _ definition: PipelineDefinition, uptake: UptakeChecks?,
    acceptance: Acceptance
  ) throws(PETError) -> ScanCurves {
    var curves = try ScanCurves(
      joining: try zip(scan.runs, regions).map { (run, regions) throws(PETError) in
        try self.curves(run, regions, definition)
      })
    curves.settleRuns(scan.runs.count)
    curves.table.vocabulary = definition.regions.words
    if case .made(let table) = curves.correction {
      curves.correction = .made(table.with(definition.regions.words))
    }
    if let source = curves.sources.first, let unit = scan.unit(of: source),
      let finding = uptake?.finding(curves.table, file: source, unit: unit)
    {
      curves.table.findings.append(finding)
    }
    curves.table.findings = try acceptance.screen(curves.table.findings)
    return curves
  }

  private static func curves(_ scan: ReadScan, _ regions: ScanRegions?, _ definition: PipelineDefinition)
    throws(PETError) -> ScanCurves
  {
    switch scan.source {
    case .curves(let path, let isotope):
      if definition.curves.partialVolume != .none { throw PartialVolumeStage.withoutImage(path) }
      var table = try CurveMerging.run(
        try CurveReader.read(path, isotope: isotope, raw: scan.sidecar, volumes: scan.entry.volumes),
        definition.regions.definitions, file: path)
      table.findings =
        scan.findings + table.findings + [Self.otherFrames(scan, table, path)].compactMap { $0 }
        + (definition.motion.mode == .correct ? [MotionStage.withoutImage(path)] : [])
        + (try MotionStage.confounds(beside: path, frames: table.frames, definition.motion))
      let name = BIDSName(path.split(separator: "/").last.map(String.init) ?? path)
      return ScanCurves(
        table: table, indices: table.names.map { _ in nil }, voxelCounts: table.names.map { _ in 0 },
        label: name?["seg"] ?? "auto",
        sources: [path])
    case .image(let path, let timing):
      guard let regions else {
        throw PETError(.internalFault, file: path, "no regions for an image", remedy: "please report it")
      }
      return try ImageCurves(definition: definition, role: scan.role, path: path, timing: timing)
        .run(regions, findings: scan.findings)
    }
  }

  /// That a table of scans names frame times which are not those of the curves; nil where it names none, or these.
  private static func otherFrames(_ scan: ReadScan, _ table: CurveTable, _ path: String) -> Finding? {
    guard let row = scan.entry.row, row[.frames] != nil,
      let starts = (try? scan.sidecar.numbers(Sidecar.frameTimesStart)) ?? nil,
      starts.count != table.frames.count || zip(starts, table.frames.starts).contains(where: { abs($0 - $1) > 0.5 })
    else { return nil }
    return Finding(
      .warning, .framesDiffer, file: path, field: row.field(.frames), value: "\(starts.count)",
      "its frame times are not those of the column frames",
      remedy: "the curves' own count: leave frames empty, or correct it",
      castsDoubt: true)
  }

  /// Sums of frames that are made while curves are measured.
  struct Sums: OptionSet {
    let rawValue: Int
    /// Over the scan, with the labels beside it, for the report.
    static let picture = Sums(rawValue: 1)
    static let mean = Sums(rawValue: 2)
    /// Of late frames.
    static let late = Sums(rawValue: 4)
    /// Every frame, in blocks.
    static let blocks = Sums(rawValue: 8)
  }

  /// Curves of an image; regions without any voxel are n/a, or left out where a colour table names far more than there are.
  ///
  /// - Parameter findings: on the scan, before those on its regions.
  static func measured(
    _ path: String, timing: ScanTiming, _ own: ScanRegions, sampling: GridSampling, smoothing: Double? = nil,
    findings: [Finding], voxels request: VoxelRequest? = nil, sums: Sums = [], moved: MovedWeights? = nil
  ) throws(PETError) -> ScanCurves {
    let (weights, regions) = (own.weights, own.regions)
    let hasMean = !sums.isDisjoint(with: [.picture, .mean])
    let late = sums.contains(.late) ? LateMean.sums(timing.lateShares) : []
    let measured = try RegionalCurves(
      path: path, weights: weights, regions: regions, sampling: sampling, frames: timing.storedFrames,
      smoothing: smoothing, voxels: request, sumsOf: (hasMean ? [timing.meanShares] : []) + late,
      blocksOf: sums.contains(.blocks) ? timing.keptFrames : nil, moved: moved)
    let grid = measured.header.grid
    let mean = hasMean ? measured.frameSums[0] : nil
    let kept = regions.indices.filter { own.keepEmpty || measured.voxels[$0] > 0 }
    let none = timing.activity([Double](repeating: .nan, count: timing.storedFrames))
    var table = CurveTable(
      frames: timing.frames, names: kept.map { regions[$0].name },
      curves: kept.map { measured.voxels[$0] == 0 ? none : timing.activity(measured.means[$0]) },
      volumes: kept.map { measured.volumes[$0] })
    table.merged = Set(kept.filter { regions[$0].isMerged }.map { regions[$0].name })
    table.isotope = timing.isotope
    table.findings = findings + own.findings + measured.findings
    let turned = try TurnedAxis.finding(weights, on: grid) { () throws(PETError) in
      if let mean { return mean }
      return try MeanImage(path: path, durations: timing.storedDurations).values.map(Float.init)
    }
    let early = CurveChecks.beforeInjection(
      kept.filter { !regions[$0].isMerged }.map { measured.means[$0] }, timing, file: path)
    let single = SingleVoxels.finding(
      kept.map { regions[$0].name }, voxels: kept.map { measured.voxels[$0] }, file: weights.file)
    table.findings += [turned, early, single].compactMap { $0 } + CurveChecks.findings(table, file: path)
    if let smoothing {
      table.findings.append(
        Finding(
          .note, .smoothed, file: path, field: "fwhm", value: NumberText.exact(smoothing),
          "frames smoothed with a Gaussian of \(NumberText.short(smoothing)) mm FWHM",
          remedy: "to match the other tracer's resolution, or as the pipeline says"))
    }
    var curves = ScanCurves(
      table: table, indices: kept.map { regions[$0].isMerged ? nil : regions[$0].labels.first },
      voxelCounts: kept.map { measured.voxels[$0] }, label: own.label, sources: [path] + weights.files + own.transforms,
      regions: kept.map { regions[$0] }, voxels: measured.voxelCurves, keptFrames: timing.keptFrames,
      picture: sums.contains(.picture)
        ? ScanPicture(
          grid: grid, mean: mean ?? [], duration: timing.keptDuration, labels: try weights.labels(on: grid)) : nil)
    let lateSums = Array(measured.frameSums.dropFirst(hasMean ? 1 : 0))
    curves.sums = MeasuredSums(
      mean: mean, late: lateSums.isEmpty ? nil : LateMean(grid: grid, sums: lateSums), blocks: measured.blocks,
      grid: grid)
    return curves
  }
}

/// Curves of one image named on the command line.
package enum CurvesCommand {
  package static func measure(
    _ scan: DynamicScan, segmentation: NamedSegmentation, regions: [RegionDefinition], sampling: GridSampling
  ) throws(PETError) -> CurveTable {
    return try CurvesStage.measured(
      scan.path, timing: scan.timing, ScanRegions(segmentation, regions, of: scan), sampling: sampling,
      findings: scan.timing.findings + scan.findings
    ).table
  }
}

extension Finding.Code {
  package static let smoothed = Finding.Code("smoothed")
}
