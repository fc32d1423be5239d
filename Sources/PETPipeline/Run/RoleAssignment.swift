import PETBinding
import PETCore

/// Which role of a pipeline each scan plays, told by its `trc-` label and TracerName through the tracer catalogue.
struct RoleAssignment {
  private(set) var units: [ScanUnit] = []
  /// Scans that contradict themselves.
  private(set) var refused: [(unit: String, error: PETError)] = []
  /// Tracer names of scans that play no role, by participant.
  private(set) var others: [String: [String]] = [:]

  /// - Parameter tracers: ids or labels that restrict the scans; empty means all.
  init(_ scans: [ScanEntry], definition: PipelineDefinition, tracers: [String]) {
    let wanted = Set(tracers.map(TracerCatalogue.key))
    for scan in scans {
      let label = scan.name["trc"].flatMap { TracerCatalogue.find($0, isotope: scan.isotope) }
      let named = scan.tracerName.flatMap { TracerCatalogue.find($0, isotope: scan.isotope) }
      if let label, let named, label.id != named.id {
        refuse(
          scan, field: "TracerName",
          "the sidecar says '\(scan.tracerName ?? "")', the name trc-\(scan.name["trc"] ?? "")",
          remedy: "correct the one that is wrong")
        continue
      }
      if let own = scan.name["sub"], "sub-" + own != scan.participant {
        refuse(scan, field: "name", "it lies in the folder of \(scan.participant)", remedy: "move or rename the scan")
        continue
      }
      guard let card = label ?? named, let role = definition.roles.first(where: { $0.tracer.id == card.id }) else {
        others[scan.participant, default: []].append(scan.tracerName ?? scan.name["trc"] ?? scan.stem)
        continue
      }
      let keys = Set([scan.name["trc"], scan.tracerName, card.id].compactMap { $0 }.map(TracerCatalogue.key))
      if wanted.isEmpty || !wanted.isDisjoint(with: keys) { units.append(ScanUnit(entry: scan, role: role)) }
    }
  }

  private mutating func refuse(_ scan: ScanEntry, field: String, _ problem: String, remedy: String) {
    refused.append(
      (
        scan.stem,
        PETError(.wrongInput, file: scan.sidecars.last ?? scan.image, field: field, problem, remedy: remedy)
      ))
  }
}
