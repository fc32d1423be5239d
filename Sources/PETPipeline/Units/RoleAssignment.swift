import PETCore
import PETResults
import PETStudy
import PETTracers

/// Which role of a pipeline each scan plays, told by its `trc-` label and TracerName through the tracer catalogue.
struct RoleAssignment {
  private(set) var units: [ScanUnit] = []
  /// Scans that contradict themselves, or a run of whose injection cannot be read.
  private(set) var refused: [(unit: String, error: PETError)] = []
  /// Units of these, by any name that their results may have.
  private(set) var standing: Set<String> = []
  /// Tracer names of scans that play no role, by participant.
  private(set) var others: [String: [String]] = [:]
  /// Scans of a known tracer that the pipeline does not read.
  private(set) var further: [ScanEntry] = []
  /// Scans of a role's tracer that its filter does not take.
  private var passedBy: [String: [String]] = [:]
  /// Scans whose tracer nobody knows, with the reason.
  private(set) var unknown: [(scan: ScanEntry, error: PETError)] = []

  /// - Parameters:
  ///   - tracers: ids or labels that restrict the scans; empty means all.
  ///   - unreadable: scans that cannot be read, with their folders.
  init(
    _ scans: [ScanEntry], definition: PipelineDefinition, tracers: [String],
    unreadable: [(folder: String, unit: String)] = []
  ) {
    let wanted = Set(tracers.map(TracerCatalogue.key))
    let broken =
      unreadable
      + scans.filter { $0.contradiction(definition.tracers) != nil }.map { (folder: $0.folder, unit: $0.stem) }
    for scan in Self.joined(scans, definition) {
      if let error = scan.contradiction(definition.tracers) {
        // A copy in the wrong place must not take the name of the scan itself.
        let isNamesake = scans.contains { $0.stem == scan.stem && $0.contradiction(definition.tracers) == nil }
        let place = [scan.participant, scan.session, scan.stem].compactMap { $0 }.joined(separator: "_")
        refused.append((isNamesake ? place : scan.stem, error))
        continue
      }
      let card = scan.tracer(definition.tracers)
      let roles = definition.roles.filter { $0.tracer.id == card?.id }
      guard !roles.isEmpty else {
        others[scan.participant, default: []].append(scan.tracerName ?? scan.name["trc"] ?? scan.stem)
        if card == nil {
          unknown.append(
            (scan, scan.unknownTracer(of: definition.tracers, wanted: definition.roles.map(\.tracer.name)).error))
        } else {
          further.append(scan)
        }
        continue
      }
      // A scan that the user did not choose is nobody's loss.
      guard let card, let role = roles.first(where: { $0.filter.takesScan(scan.name) }) else {
        for role in roles { passedBy[role.system.rawValue, default: []].append(scan.stem) }
        continue
      }
      if role.filter["run"] == nil, let run = broken.first(where: { scan.mayBeOfOneInjection($0) })?.unit {
        let whole = scan.name.without(["run"]).stem
        standing.formUnion([whole] + scan.runs.map(\.stem))
        refused.append(
          (
            whole,
            PETError(
              .wrongInput, file: scan.sidecars.last ?? scan.image, field: "run",
              "\(run) cannot be read, and may be of the same injection",
              remedy: "correct that run, or say which counts (read: run, --filter)")
          ))
        continue
      }
      let keys = Set([scan.name["trc"], scan.tracerName, card.id].compactMap { $0 }.map(TracerCatalogue.key))
      if wanted.isEmpty || !wanted.isDisjoint(with: keys) { units.append(ScanUnit(entry: scan, role: role)) }
    }
  }
}

extension RoleAssignment {
  /// The scans with the runs of each injection as one, but those whose role says which run is meant.
  ///
  /// - Parameter definition: nil where no analysis is meant.
  static func joined(_ scans: [ScanEntry], _ definition: PipelineDefinition?) -> [ScanEntry] {
    InjectionParts(scans).joined { scan in
      guard let definition else { return true }
      let card = scan.tracer(definition.tracers)
      return !definition.roles.contains { $0.tracer.id == card?.id && $0.filter["run"] != nil }
    }
  }

  /// Refuses a filter that no scan of its role's tracer fits: a misspelt value would take every result away.
  func checkFilters(_ definition: PipelineDefinition) throws(PETError) {
    for role in definition.roles {
      guard let stems = passedBy[role.system.rawValue], !units.contains(where: { $0.role.system == role.system }) else {
        continue
      }
      throw PETError(
        .missingInput, field: "read: \(role.system.rawValue)",
        "no scan of \(role.tracer.name) has \(role.filter.words); there are \(stems.prefix(3).joined(separator: ", "))"
          + (stems.count > 3 ? " and \(stems.count - 3) more" : ""),
        remedy: "change the filter (--filter, or read in the pipeline)")
    }
  }
}

extension ScanEntry {
  /// Whether a scan's name is this one's but for its run.
  fileprivate func mayBeOfOneInjection(_ other: (folder: String, unit: String)) -> Bool {
    guard other.folder == folder, other.unit != stem, let name = BIDSName(other.unit + "_pet.json") else {
      return false
    }
    return name.without(["run"]).stem == self.name.without(["run"]).stem
  }

  private func labelled(_ tracers: TracerCatalogue) -> TracerCard? {
    name["trc"].flatMap { tracers.find($0, isotope: isotope) }
  }

  private func named(_ tracers: TracerCatalogue) -> TracerCard? {
    tracerName.flatMap { tracers.find($0, isotope: isotope) }
  }

  /// The tracer that the file's name, else the sidecar tells; nil when the catalogue has none of that name.
  func tracer(_ tracers: TracerCatalogue) -> TracerCard? { labelled(tracers) ?? named(tracers) }

  /// Why nobody knows the tracer, and whether a known one is spelt nearly so.
  func unknownTracer(of tracers: TracerCatalogue, wanted: [String] = []) -> (error: PETError, isNearMiss: Bool) {
    guard let spelling = tracerName ?? name["trc"] else {
      let error = PETError(
        .wrongInput, file: sidecars.last ?? image, field: sidecars.isEmpty ? "sidecar" : "TracerName",
        sidecars.isEmpty
          ? "the scan has no sidecar, so its tracer is not known" : "the sidecar does not name the tracer",
        remedy: "name it (\(wanted.joined(separator: ", ")))")
      return (error, false)
    }
    let known = tracers.all.flatMap { [$0.id, $0.name] + $0.synonyms }
    let near = NearestName.of(spelling, among: known)
    let error = PETError(
      .wrongInput, file: row?.file ?? sidecars.last ?? image, field: row?.field(.tracer) ?? "TracerName",
      "no tracer is called '\(spelling)'",
      remedy: (near.map { "did you mean '\($0)'?" } ?? "see petbalance tracers") + " (read: tracers adds one)")
    return (error, near != nil)
  }

  /// Why name, sidecar and place cannot all be right; nil when they can.
  func contradiction(_ tracers: TracerCatalogue) -> PETError? {
    func error(_ field: String, _ problem: String, _ remedy: String) -> PETError {
      PETError(.wrongInput, file: sidecars.last ?? image ?? row?.file, field: field, problem, remedy: remedy)
    }
    if let labelled = labelled(tracers), let named = named(tracers), labelled.id != named.id {
      let other = row?[.tracer].map { "the table '\($0)'" } ?? "the name trc-\(name["trc"] ?? "")"
      return error(
        Sidecar.tracerName, "the sidecar says '\(tracerName ?? "")', \(other)",
        "correct the one that is wrong")
    }
    if let own = name["sub"], "sub-" + own != participant {
      return error("name", "it lies in the folder of \(participant)", "move or rename the scan")
    }
    if name["ses"].map({ "ses-" + $0 }) != session {
      return error("name", "it lies in the folder of \(session ?? "no session")", "move the scan, or name its session")
    }
    return nil
  }
}
