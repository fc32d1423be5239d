import PETCore
import PETStudy
import PETTracers

/// The tracers that scans of a study have, and which two of them make a balance.
struct StudyTracers {
  /// A system with the tracer that most persons have.
  struct Role {
    let system: TracerCard.System
    let card: TracerCard
    /// Of the tracer.
    let scans: [ScanEntry]
    /// Further tracers of the system, in words.
    let others: [String]

    var words: String {
      let persons = Set(scans.map(\.participant)).count
      return "\(scans.count) scan\(scans.count == 1 ? "" : "s") of \(persons) person\(persons == 1 ? "" : "s")"
    }

    /// Maker, model and filter of the scanner, where all sidecars say one thing.
    var scanner: String? {
      let told = Set(
        scans.compactMap { scan -> String? in
          guard let sidecar = try? scan.sidecar() else { return nil }
          let filter = sidecar["ReconFilterSize"]?.double.flatMap { $0 > 0 ? "filter \(NumberText.short($0)) mm" : nil }
          let words = [sidecar.scanner, filter].compactMap { $0 }
          return words.isEmpty ? nil : words.joined(separator: " ")
        })
      return told.isEmpty ? nil : told.sorted().joined(separator: "; ")
    }

    /// The reconstruction to take where sessions have scans that differ by it; nil where they do not.
    var reconstruction: (value: String, all: [String])? {
      let groups = Dictionary(grouping: scans) { "\($0.folder) \($0.name.without(["rec"]).stem)" }
      let all = Set(groups.values.filter { $0.count > 1 }.flatMap { $0 }.map { $0.name["rec"] ?? "none" }).sorted()
      guard all.count > 1, let first = all.first else { return nil }
      // Corrected for attenuation, where names say it as BIDS proposes.
      return (all.first { $0.lowercased().hasPrefix("ac") } ?? first, all)
    }
  }

  private let byCard: [(card: TracerCard, scans: [ScanEntry])]
  /// Names of tracers that nobody knows.
  let unknown: [String]

  init(_ scans: [ScanEntry], _ catalogue: TracerCatalogue) {
    var groups: [String: [ScanEntry]] = [:]
    var unknown: Set<String> = []
    for scan in scans {
      if let card = scan.tracer(catalogue) {
        groups[card.id, default: []].append(scan)
      } else {
        unknown.insert(scan.tracerName ?? scan.name["trc"] ?? scan.stem)
      }
    }
    byCard = catalogue.all.compactMap { card in groups[card.id].map { (card, $0) } }
      .sorted { $0.scans.count > $1.scans.count }
    self.unknown = unknown.sorted()
  }

  /// One or two systems: dopamine over serotonin where both are there, else those with most scans.
  ///
  /// - Throws: where no tracer is known.
  func roles(in place: String) throws(PETError) -> [Role] {
    var seen: Set<TracerCard.System> = []
    var systems = byCard.map(\.card.system).filter { seen.insert($0).inserted }
    let usual: [TracerCard.System] = [.dopamine, .serotonin]
    let ours = usual.filter(systems.contains)
    systems = (ours.count == 2 ? ours : ours + systems.filter { !ours.contains($0) })
    guard !systems.isEmpty else {
      throw PETError(
        .missingInput, file: place, field: "tracer",
        unknown.isEmpty
          ? "no PET scans were found there" : "no known tracer: the scans have \(unknown.joined(separator: ", "))",
        remedy: "give --tracers with a card of yours (petbalance tracers raclopride --format yaml is one to start from)"
      )
    }
    return systems.prefix(2).compactMap { system in
      let own = byCard.filter { $0.card.system == system }
      guard let first = own.first else { return nil }
      return Role(
        system: system, card: first.card, scans: first.scans,
        others: own.dropFirst().map { "\($0.card.id) (\($0.scans.count) scans)" })
    }
  }
}
