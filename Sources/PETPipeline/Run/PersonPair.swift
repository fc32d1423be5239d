import PETBinding

/// The two scans of one person that make a balance.
struct PersonPair: Sendable {
  let participant: String
  /// Set when the person has several pairs, to tell their files apart.
  let session: String?
  /// Places in the list of scans.
  let dopamine: Int
  let serotonin: Int

  var stem: String { [participant, session].compactMap { $0 }.joined(separator: "_") }

  /// Pairs scans by person: within a session where both tracers are there, else the only one of each.
  ///
  /// - Returns: pairs, and persons for whom none could be made with the reason.
  static func all(_ scans: [ScanUnit]) -> (pairs: [PersonPair], unpaired: [(participant: String, reason: String)]) {
    var pairs: [PersonPair] = []
    var unpaired: [(participant: String, reason: String)] = []
    var participants: [String] = []
    for scan in scans where !participants.contains(scan.entry.participant) {
      participants.append(scan.entry.participant)
    }
    for participant in participants {
      let own = scans.indices.filter { scans[$0].entry.participant == participant }
      let dopamine = own.filter { scans[$0].role.system == .dopamine }
      let serotonin = own.filter { scans[$0].role.system == .serotonin }
      if dopamine.isEmpty || serotonin.isEmpty {
        unpaired.append((participant, "no \(dopamine.isEmpty ? "dopamine" : "serotonin") scan"))
        continue
      }
      if dopamine.count == 1, serotonin.count == 1 {
        pairs.append(PersonPair(participant: participant, session: nil, dopamine: dopamine[0], serotonin: serotonin[0]))
        continue
      }
      var made = 0
      var lone: [(participant: String, reason: String)] = []
      for session in Set(own.map { scans[$0].entry.session }).sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
        let a = dopamine.filter { scans[$0].entry.session == session }
        let b = serotonin.filter { scans[$0].entry.session == session }
        if a.isEmpty || b.isEmpty {
          lone.append((participant, "no \(a.isEmpty ? "dopamine" : "serotonin") scan in \(session ?? "one session")"))
          continue
        }
        guard a.count == 1, b.count == 1 else {
          unpaired.append(
            (participant, "\(a.count) dopamine and \(b.count) serotonin scans in \(session ?? "one session")"))
          continue
        }
        pairs.append(PersonPair(participant: participant, session: session, dopamine: a[0], serotonin: b[0]))
        made += 1
      }
      if made > 0 {
        unpaired += lone
      } else if unpaired.last?.participant != participant {
        unpaired.append(
          (participant, "\(dopamine.count) dopamine and \(serotonin.count) serotonin scans, none in one session"))
      }
    }
    return (pairs, unpaired)
  }
}

/// A scan with the role its tracer plays.
struct ScanUnit: Sendable {
  let entry: ScanEntry
  let role: PipelineDefinition.Role
}
