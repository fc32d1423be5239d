import Foundation
import PETCore
import PETKinetics
import PETStudy

/// The files that a scan is worked out from, found by name before any is read.
struct ScanFiles: Sendable {
  let sidecars: [String]
  /// Frame times of their own; nil where sidecars tell them.
  let frames: String?
  /// Nil for scans whose curves a derivative has.
  let image: String?
  let curves: String?
  /// Of the regions of curves; nil where they have their own.
  let volumes: String?
  let regions: RegionFiles?
  /// The pipeline's own tables: of regions, of words.
  private(set) var tables: [String] = []
  /// Nil when there is none, or the models need none.
  private(set) var inputFunction: String?
  private(set) var blood: [String] = []
  /// What was to be said of the choice.
  let findings: [Finding]
  /// Of the later runs of the injection; empty of a scan of one run.
  let later: [ScanFiles]

  init(
    _ entry: ScanEntry, role: PipelineDefinition.Role, definition: PipelineDefinition, derivatives: Derivatives,
    acceptance: Acceptance
  ) throws(StageError) {
    later = try entry.parts.dropFirst().map { (part) throws(StageError) in
      try ScanFiles(part, role: role, definition: definition, derivatives: derivatives, acceptance: acceptance)
    }
    let source = try ScanSource(
      entry.runs[0], in: derivatives, pattern: definition.regions.segmentation, masks: definition.regions.masks,
      transform: definition.regions.transform,
      filter: role.filter, isMoved: definition.movesLabels, acceptance: acceptance)
    var seen: Set<String> = []
    sidecars = (entry.sidecars + (source.image?.sidecars ?? [])).filter { seen.insert($0).inserted }
    if sidecars.isEmpty, entry.row == nil {
      throw StageError(
        stage: "read",
        error: PETError(
          .missingInput, file: entry.stem + "_pet.json", field: "sidecar", "the scan has no sidecar",
          remedy: "frame timing cannot be known without it"))
    }
    frames = entry.row?.path(.frames)
    image = source.image?.path
    curves = source.curves
    volumes = entry.volumes
    findings = source.findings
    regions = source.regions
    if case .table(let file) = definition.regions.definitions { tables.append(file) }
    if let words = definition.regions.vocabulary { tables.append(words) }
    // Blood is of the injection, whatever its runs.
    guard !entry.isPart else { return }
    let needsPlasma = try stage("input") { () throws(PETError) in try definition.needsPlasma(role) }
    if needsPlasma {
      inputFunction = try stage("input") { () throws(PETError) in try entry.inputFunction(in: derivatives) }
      if inputFunction == nil { blood = try stage("input") { () throws(PETError) in try entry.bloodTables() } }
    }
  }

  /// Every file, with those that belong to it; only what exists.
  func all() throws(PETError) -> [String] {
    var files = sidecars + [frames, image].compactMap { $0 }
    if let curves {
      files +=
        [curves, PETSidecar.path(beside: curves), volumes].compactMap { $0 }
        + [try CurveReader.volumeTable(beside: curves)].compactMap { $0 }
    }
    if let own = curves ?? image { files += [try ConfoundsTable.path(beside: own)].compactMap { $0 } }
    files += (regions?.all ?? []) + tables
    if let inputFunction { files += [inputFunction, PETSidecar.path(beside: inputFunction)] }
    for table in blood { files += try [table] + BloodReader.sidecars(of: table) }
    for run in later { files += try run.all() }
    var seen: Set<String> = []
    return files.filter { seen.insert($0).inserted && FileManager.default.fileExists(atPath: $0) }
  }
}

extension PipelineDefinition {
  /// Whether labels are taken where the scan itself tells that they lie.
  var movesLabels: Bool { alignment.mode == .move || motion.mode == .correct }

  /// Whether the regional model of a role, or that of its maps, takes an arterial input.
  func needsPlasma(_ role: Role) throws(PETError) -> Bool { try needs(.plasma, role) }

  /// Whether one of them takes dose and body weight that the pipeline does not give.
  func takesDose(_ role: Role) throws(PETError) -> Bool { role.choices["dose"] == nil ? try needs(.dose, role) : false }

  private func needs(_ need: ModelCard.Need, _ role: Role) throws(PETError) -> Bool {
    for name in [role.model, mapModel(of: role)].compactMap({ $0 })
    where try ModelCatalogue.named(name).card.needs.contains(need) { return true }
    return false
  }
}

extension ScanEntry {
  /// The scan's arterial input; nil when there is none.
  func inputFunction(in derivatives: Derivatives) throws(PETError) -> String? {
    let own = try ownInputFunction(in: derivatives)
    for run in parts { try checkRun(try run.ownInputFunction(in: derivatives), own.map { [$0] } ?? []) }
    return own
  }

  private func ownInputFunction(in derivatives: Derivatives) throws(PETError) -> String? {
    if let row, let path = row.path(.input) {
      try row.check(.input)
      return path
    }
    return try derivatives.inputFunction(for: self)
  }

  /// The raw blood tables of the scan: those that its row names, or those beside its sidecar.
  func bloodTables() throws(PETError) -> [String] {
    let own = try ownBloodTables()
    for run in parts { try checkRun(try run.ownBloodTables().first { !own.contains($0) }, own) }
    return own
  }

  /// Refuses blood that only one run of an injection has.
  private func checkRun(_ file: String?, _ own: [String]) throws(PETError) {
    guard let file, !own.contains(file) else { return }
    throw PETError(
      .wrongInput, file: file, field: "run", "the blood is of one run, the scan is joined of \(parts.count)",
      remedy: "give one table of the whole injection, without run in its name")
  }

  private func ownBloodTables() throws(PETError) -> [String] {
    if let row {
      try row.check(.blood)
      return row.paths(.blood)
    }
    guard let sidecar = sidecars.last else { return [] }
    let folder = (sidecar as NSString).deletingLastPathComponent
    return try Folder.names(folder).compactMap { file in
      guard let other = BIDSName(file), other.suffix == "blood", other.ext == ".tsv",
        other["sub"] == name["sub"], other["ses"] == name["ses"],
        other.entitiesBelong(to: name, ignoring: ["recording"])
      else { return nil }
      return folder + "/" + file
    }
  }
}
