import PETBinding

/// The two scans of one person that make a balance.
struct PersonPair: Sendable {
  let participant: String
  /// The session of both scans; nil when they are of two sessions or the dataset has none.
  let session: String?
  /// Places in the list of scans.
  let dopamine: Int
  let serotonin: Int

  var stem: String { [participant, session].compactMap { $0 }.joined(separator: "_") }

  /// Pairs scans by person: within a session where both tracers are there, else the only one of each.
  ///
  /// - Returns: pairs, and persons for whom none could be made with the reason.
  static func all(_ scans: [ScanUnit]) -> (pairs: [PersonPair], unpaired: [Unpaired]) {
    var pairs: [PersonPair] = []
    var unpaired: [Unpaired] = []
    var participants: [String] = []
    for scan in scans where !participants.contains(scan.entry.participant) {
      participants.append(scan.entry.participant)
    }
    for participant in participants {
      let own = scans.indices.filter { scans[$0].entry.participant == participant }
      let dopamine = own.filter { scans[$0].role.system == .dopamine }
      let serotonin = own.filter { scans[$0].role.system == .serotonin }
      if dopamine.isEmpty || serotonin.isEmpty {
        unpaired.append(Unpaired(participant, "no \(dopamine.isEmpty ? "dopamine" : "serotonin") scan"))
        continue
      }
      if dopamine.count == 1, serotonin.count == 1 {
        let sessions = [dopamine[0], serotonin[0]].map { scans[$0].entry.session }
        pairs.append(
          PersonPair(
            participant: participant, session: sessions[0] == sessions[1] ? sessions[0] : nil, dopamine: dopamine[0],
            serotonin: serotonin[0]))
        continue
      }
      var made = 0
      var lone: [String] = []
      for session in Set(own.map { scans[$0].entry.session }).sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
        let a = dopamine.filter { scans[$0].entry.session == session }
        let b = serotonin.filter { scans[$0].entry.session == session }
        guard a.count == 1, b.count == 1 else {
          lone.append("\(a.count) dopamine and \(b.count) serotonin scans in \(session ?? "no session")")
          continue
        }
        pairs.append(PersonPair(participant: participant, session: session, dopamine: a[0], serotonin: b[0]))
        made += 1
      }
      unpaired += lone.map { Unpaired(participant, $0, partial: made > 0) }
    }
    return (pairs, unpaired)
  }
}

/// A person, or some scans of a person, without a pair.
struct Unpaired: Sendable {
  let participant: String
  let reason: String
  /// Whether the person has a balance from other scans.
  let partial: Bool

  init(_ participant: String, _ reason: String, partial: Bool = false) {
    self.participant = participant
    self.reason = reason
    self.partial = partial
  }
}

/// A scan with the role its tracer plays.
struct ScanUnit: Sendable {
  let entry: ScanEntry
  let role: PipelineDefinition.Role
}
