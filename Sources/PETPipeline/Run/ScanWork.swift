import Foundation
import PETCore
import PETImaging
import PETKinetics
import PETRegistration
import PETResults
import PETStudy
import PETTracers

/// One scan as a unit of work: whether its results are what they would be now, and making them.
struct ScanWork: Sendable {
  let context: RunContext

  func state(_ unit: ScanUnit) -> UnitState {
    let (record, state) = context.recorded(unit.entry.stem)
    guard let record else { return state }
    do throws(StageError) {
      let found = try self.files(unit)
      let files = try stage("read") { () throws(PETError) in try read(unit, found) }.map {
        (name: context.names.path($0), path: $0)
      }
      return record.difference(inputs: files, stated: stated(unit), output: context.output.path).map(UnitState.stale)
        ?? .done
    } catch {
      return .stale("\(error.stage): \(error.error.problem)")
    }
  }

  /// Works the scan out, and writes its results with their record last.
  ///
  /// - Parameter anew: whether curves on record are measured again where they would be the same.
  /// - Returns: words of what was done, or why it failed; a failure is on record too and leaves no results.
  func run(_ unit: ScanUnit, anew: Bool = false) -> Result<String, StageError> {
    let record = RunRecord(
      unit: unit.entry.stem, kind: .scan, participant: unit.entry.participant, session: unit.entry.session,
      tracer: unit.role.tracer.id, settings: context.settings.of(.scan, tracer: unit.role.tracer.id))
    let place = UnitRunner.Place(folder: unit.entry.folder, stem: unit.entry.stem)
    return context.runner.run(record, at: place, .isOnRecord(hasLog: true)) { (record, staging) throws(StageError) in
      try make(unit, &record, staging, anew: anew)
    }
  }

  /// - Returns: words of what was done, and the earlier results that stay as they are.
  private func make(_ unit: ScanUnit, _ record: inout RunRecord, _ staging: StagedFiles, anew: Bool)
    throws(StageError) -> (words: String, kept: [RunRecord.File])
  {
    try stage("read") { () throws(PETError) in
      do throws(PETError) { try MemoryBudget.check(memory(unit)) } catch {
        throw unit.entry.image.map(error.at) ?? error
      }
    }
    let files = try self.files(unit)
    let read = try stage("read") { () throws(PETError) in try self.read(unit, files) }
    let stamps = read.map(FileStamp.init)
    record.inputs = try stage("read") { () throws(PETError) in
      try read.map { (path) throws(PETError) in
        RunRecord.File(name: context.names.path(path), digest: try FileDigest(path: path))
      } + stated(unit)
    }
    let evidence = try stage("read") { () throws(PETError) in
      try context.check.evidence(unit.entry, files, model: try ModelCatalogue.named(unit.role.model).card)
    }
    let drugs = context.check.medication.findings(of: unit.entry.participant, tracer: unit.role.tracer)
      .map(context.names.finding)
    let earlier = anew ? nil : withCurves(unit, files, read)
    let recorded = earlier.flatMap { try? CurvesFile(Results($0, in: context.output.path)) }
    let kept = recorded == nil ? [] : (earlier?.outputs ?? []).filter { $0.kind.map(Self.ofCurves.contains) ?? false }
    let result = try ScanRun(
      definition: context.definition, report: context.report, staging: staging, acceptance: context.acceptance
    ).run(unit.entry, role: unit.role, files: files, evidence: evidence, known: drugs, recorded: recorded)
    if let changed = zip(read, stamps).first(where: { FileStamp(path: $0) != $1 })?.0 {
      throw StageError(
        stage: "report",
        error: PETError(
          .wrongInput, file: changed, "the file was changed while it was read", remedy: "run again when it is whole"))
    }
    let findings = Self.distinct(result.findings.map(context.names.finding))
    record.findings = findings.map(\.json)
    try stage("report") { () throws(PETError) in
      try context.output.writeLog(unit.entry.stem, log(findings), staging: staging)
    }
    let words = "\(result.fits.fits.count) regions, \(result.fits.card.id)"
    return (words + (recorded == nil ? "" : ", curves kept"), kept)
  }

  /// Kinds of results that are of the curves alone.
  private static let ofCurves: [ResultFile] = [.curves, .transfer, .volumes, .transform, .confounds, .mean, .labels]

  /// The record of earlier results whose curves would be the same now: only values that reach fits are others.
  private func withCurves(_ unit: ScanUnit, _ files: ScanFiles, _ read: [String]) -> RunRecord? {
    guard files.image != nil, context.definition.maps == nil, !context.definition.changesLabels,
      let earlier = context.output.standing(unit.entry.stem)
    else { return nil }
    let now = context.settings.of(.scan, tracer: unit.role.tracer.id)
    let changes = earlier.settings.changes(now)
    let known = read.map { (name: context.names.path($0), path: $0) }
    guard !changes.isEmpty, earlier.settings.isLike(now),
      context.definition.reach(of: changes.map(\.path)).isSubset(of: [.fits]),
      earlier.difference(inputs: known, stated: stated(unit), output: context.output.path) == nil
    else { return nil }
    return earlier
  }

  private func files(_ unit: ScanUnit) throws(StageError) -> ScanFiles {
    try ScanFiles(
      unit.entry, role: unit.role, definition: context.definition, derivatives: context.derivatives,
      acceptance: context.acceptance)
  }

  /// Every file that results are made from.
  private func read(_ unit: ScanUnit, _ files: ScanFiles) throws(PETError) -> [String] {
    var paths = try files.all() + context.check.medication.files(of: unit.entry.participant, tracer: unit.role.tracer)
    if try context.definition.takesDose(unit.role) {
      let sidecar = try unit.entry.sidecar(files.sidecars)
      paths += context.check.weights.files(of: unit.entry.participant, sidecar: sidecar)
    }
    var seen: Set<String> = []
    return paths.filter { seen.insert($0).inserted }
  }

  /// What a table of scans says of the scan: other rows are no matter of it.
  private func stated(_ unit: ScanUnit) -> [RunRecord.File] {
    unit.entry.runs.compactMap { scan in
      scan.row.map { row in
        RunRecord.File(
          name: "\((row.file as NSString).lastPathComponent): \(scan.stem)", digest: FileDigest(of: row.facts))
      }
    }
  }

  private static func distinct(_ findings: [Finding]) -> [Finding] {
    var seen: Set<String> = []
    return findings.filter { seen.insert("\($0.level) \($0)").inserted }
  }

  private func log(_ findings: [Finding]) -> String {
    let lines = findings.map { "\($0.level.rawValue): \($0)" }
    return context.names.text((lines.isEmpty ? "nothing to note" : lines.joined(separator: "\n")) + "\n")
  }

  /// Bytes that working on the scan takes at most, from the header of its image.
  ///
  /// Frames are streamed; maps hold every frame of the labelled voxels, which are under a third of a field of view; pages
  /// want the mean of the scan and its labels. Aligning a hundred labels took 25 frames of a standard scan, correcting them 35,
  /// one after the other. Motion is looked for in blocks of some 4 mm,
  /// held four times.
  func memory(_ unit: ScanUnit) -> Int {
    let base = 96 << 20
    let (hasMaps, hasPage) = (context.definition.maps != nil, context.definition.report.html)
    let regional =
      context.definition.curves.partialVolume == .gtm ? 36 : context.definition.alignment.mode == .none ? 0 : 26
    let hasMotion = context.definition.motion.mode != .none
    // A matrix, with its weights, for each of a dozen poses.
    let matrices =
      context.definition.motion.mode == .correct && context.definition.curves.partialVolume == .gtm ? 48 : 0
    let changesLabels = context.definition.changesLabels
    guard hasMaps || hasPage || hasMotion || changesLabels || regional > 0 else { return base }
    // What is kept of each run stands beside the others.
    return unit.entry.runs.compactMap { $0.image.flatMap { try? VoxelStream(path: $0).header } }.reduce(base) {
      sum, header in
      let frame = header.grid.nx * header.grid.ny * header.grid.nz * MemoryLayout<Float>.size
      // Matrices for labels elsewhere, some at a time; without a correction, weights of voxels for all of them.
      let held =
        context.definition.curves.partialVolume == .gtm ? 6 * CorrectedCurves.most(voxels: frame / 4) : 30
      let changed = changesLabels ? held : 0
      return sum + (regional + matrices + changed) * frame + (hasPage ? 8 * frame : 0)
        + (hasMaps ? 8 * frame + frame * header.frames / 3 : 0)
        + (hasMotion ? 4 * frame * header.frames / FrameBlocks.sides(of: header.grid).reduce(1, *) : 0)
    }
  }
}
