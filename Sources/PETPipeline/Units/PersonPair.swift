import PETCore
import PETStudy
import PETTracers

/// The two scans of one person that make a balance.
struct PersonPair: Sendable, Equatable {
  let participant: String
  /// The session in the pair's name; nil when the scans are of two sessions or the dataset has none.
  let session: String?
  /// Tells pairs of one session apart; nil where there is one.
  var run: String?
  /// Places in the list of scans; the same twice where one scan marks both systems.
  let numerator: Int
  let denominator: Int
  /// Between the two scans; nil when the dataset does not tell their dates.
  var days: Double?

  /// What tells the visits of a person apart; nil where there is one.
  var visit: String? {
    let parts = [session, run.map { "run-" + $0 }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "_")
  }

  var stem: String { [participant, session, run.map { "run-" + $0 }].compactMap { $0 }.joined(separator: "_") }
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

/// Pairs the scans of every person: by the user's table; else within a session; else those nearest in days.
struct Pairing {
  private(set) var pairs: [PersonPair] = []
  /// Persons and scans for whom none could be made.
  private(set) var unpaired: [Unpaired] = []

  private let scans: [ScanUnit]
  private let definition: PipelineDefinition
  private let rules: PairingRules

  init(_ scans: [ScanUnit], _ definition: PipelineDefinition) {
    self.scans = scans
    self.definition = definition
    rules = definition.pairing
    guard let other = definition.denominator else { return }
    var participants: [String] = []
    for scan in scans where participants.last != scan.entry.participant {
      if !participants.contains(scan.entry.participant) { participants.append(scan.entry.participant) }
    }
    for participant in participants {
      let own = scans.indices.filter { scans[$0].entry.participant == participant }
      let a = own.filter { scans[$0].role.tracer.id == definition.numerator.tracer.id }
      let b = own.filter { scans[$0].role.tracer.id == other.tracer.id }
      if a.isEmpty || b.isEmpty {
        unpaired.append(Unpaired(participant, "no \((a.isEmpty ? definition.numerator : other).system.rawValue) scan"))
        continue
      }
      pair(participant, a, b)
    }
  }

  private mutating func pair(_ participant: String, _ a: [Int], _ b: [Int]) {
    var made: [PersonPair] = []
    var reasons: [String] = []
    if let table = rules.table {
      (made, reasons) = chosen(participant, a, b, table)
    } else if definition.numerator.tracer.id == definition.denominator?.tracer.id {
      made = a.map { one(participant, $0, $0, named: scans[$0].entry.session) }
    } else {
      var (left, right) = (a, b)
      if !rules.byDate {
        for session in Set((a + b).map { scans[$0].entry.session }).sorted(by: { ($0 ?? "") < ($1 ?? "") }) {
          let first = left.filter { scans[$0].entry.session == session }
          let second = right.filter { scans[$0].entry.session == session }
          made += nearest(participant, first, second, named: session)
          left.removeAll { scan in made.contains { $0.numerator == scan } }
          right.removeAll { scan in made.contains { $0.denominator == scan } }
        }
      }
      // What no session pairs may lie in two: the only ones of a person, or those nearest in days.
      let rest = nearest(participant, left, right, named: nil)
      if made.isEmpty || rest.allSatisfy({ $0.days != nil }) { made += rest }
      let lone =
        left.filter { scan in !made.contains { $0.numerator == scan } }
        + right.filter { scan in !made.contains { $0.denominator == scan } }
      if !lone.isEmpty { reasons.append(reason(lone)) }
    }
    if let within = rules.within {
      let far = made.filter { ($0.days ?? 0) > within }
      reasons += far.map { pair in
        let names = [pair.numerator, pair.denominator].map { scans[$0].entry.stem }.joined(separator: " and ")
        return
          "\(names) are \(NumberText.short(Rounding.significant(pair.days ?? 0, digits: 3))) days apart, more than "
          + NumberText.short(within)
      }
      let undated = made.filter { $0.days == nil && $0.numerator != $0.denominator }
      reasons += undated.map { pair in
        let names = [pair.numerator, pair.denominator].map { scans[$0].entry.stem }.joined(separator: " and ")
        return "\(names): acq_time does not tell whether they are within \(NumberText.short(within)) days"
      }
      made.removeAll { ($0.days ?? 0) > within || $0.days == nil && $0.numerator != $0.denominator }
    }
    pairs += named(made)
    unpaired += reasons.map { Unpaired(participant, $0, partial: !made.isEmpty) }
  }

  /// Whether several scans of a tracer may be meant, so that nothing but the user tells which: of one session, unless
  /// dates alone are to decide, and of one time in any case.
  private func isAmbiguous(_ same: [Int]) -> Bool {
    for (place, first) in same.enumerated() {
      for second in same.dropFirst(place + 1) {
        let (a, b) = (scans[first].entry, scans[second].entry)
        if !rules.byDate, a.session == b.session { return true }
        if let x = a.day, let y = b.day, abs(x - y) < 1 / 86400 { return true }
      }
    }
    return false
  }

  /// One pair of single scans; of several those nearest in days, each scan once, where every date is known.
  private func nearest(_ participant: String, _ a: [Int], _ b: [Int], named session: String?) -> [PersonPair] {
    if a.count == 1, b.count == 1 { return [one(participant, a[0], b[0], named: session)] }
    guard (a + b).allSatisfy({ scans[$0].entry.day != nil }), !isAmbiguous(a), !isAmbiguous(b) else { return [] }
    let all = a.flatMap { x in b.map { y in one(participant, x, y, named: session) } }
    var free = (Set(a), Set(b))
    return all.sorted { ($0.days ?? 0, $0.numerator, $0.denominator) < ($1.days ?? 0, $1.numerator, $1.denominator) }
      .filter { pair in
        guard free.0.contains(pair.numerator), free.1.contains(pair.denominator) else { return false }
        free.0.remove(pair.numerator)
        free.1.remove(pair.denominator)
        return true
      }.sorted { $0.numerator < $1.numerator }
  }

  private func one(_ participant: String, _ a: Int, _ b: Int, named session: String?) -> PersonPair {
    let days = scans[a].entry.day.flatMap { first in scans[b].entry.day.map { abs($0 - first) } }
    return PersonPair(participant: participant, session: session, numerator: a, denominator: b, days: days)
  }

  /// The rows of the user's table for a person.
  private func chosen(_ participant: String, _ a: [Int], _ b: [Int], _ table: PairingTable)
    -> (pairs: [PersonPair], reasons: [String])
  {
    var made: [PersonPair] = []
    var reasons: [String] = []
    let rows = table.rows.filter { $0.participant == participant }
    if rows.isEmpty { reasons.append("\(table.file) has no row for \(participant)") }
    for row in rows {
      func find(_ words: String, _ among: [Int], _ system: TracerCard.System) -> Int? {
        let found = among.filter { scans[$0].entry.isMeant(by: words) }
        if found.count == 1 { return found[0] }
        reasons.append(
          "\(table.file) names \(system.rawValue) '\(words)', which \(found.isEmpty ? "no scan is" : "is several scans")"
        )
        return nil
      }
      let first = find(row.numerator, a, definition.numerator.system)
      let second = find(row.denominator, b, definition.denominator?.system ?? definition.numerator.system)
      guard let first, let second else { continue }
      let sessions = [first, second].map { scans[$0].entry.session }
      made.append(one(participant, first, second, named: sessions[0] == sessions[1] ? sessions[0] : nil))
    }
    return (made, reasons)
  }

  /// Why scans have no partner.
  private func reason(_ lone: [Int]) -> String {
    let sessions = Set(lone.map { scans[$0].entry.session }).sorted { ($0 ?? "") < ($1 ?? "") }
    let words = sessions.map { session in
      let counts = definition.roles.map { role in
        let count = lone.count { scans[$0].entry.session == session && scans[$0].role.tracer.id == role.tracer.id }
        return "\(count) \(role.system.rawValue)"
      }
      return counts.joined(separator: " and ") + " scans in \(session ?? "no session")"
    }
    let text = words.joined(separator: ", ") + " without a partner"
    let same = definition.roles.map { role in lone.filter { scans[$0].role.tracer.id == role.tracer.id } }
    if let several = same.first(where: isAmbiguous) {
      let names = several.map { scans[$0].entry.stem }.joined(separator: ", ")
      return text + ": which of \(names) is meant nobody says (read: rec or run, --filter, or a table of pairs)"
    }
    let isOpen = same.allSatisfy { !$0.isEmpty } && lone.contains { scans[$0].entry.day == nil }
    return text + (isOpen ? ", and no dates (acq_time) tell the nearest" : "")
  }

  /// Pairs of one person with names that differ.
  private func named(_ made: [PersonPair]) -> [PersonPair] {
    var made = made
    if made.count > 1 {
      // Pairs over two sessions go by that of their first scan.
      made = made.map { pair in
        PersonPair(
          participant: pair.participant, session: pair.session ?? scans[pair.numerator].entry.session,
          numerator: pair.numerator, denominator: pair.denominator, days: pair.days)
      }
    }
    for (stem, same) in Dictionary(grouping: made.indices, by: { made[$0].stem }) where same.count > 1 {
      for (number, place) in same.sorted().enumerated() {
        let own = scans[made[place].numerator].entry.name["run"]
        let runs = same.compactMap { scans[made[$0].numerator].entry.name["run"] }
        made[place].run = Set(runs).count == same.count ? own : "\(number + 1)"
      }
      precondition(!stem.isEmpty)
    }
    return made
  }
}

extension ScanEntry {
  /// Whether words name the scan: its session, its name, or its file.
  fileprivate func isMeant(by words: String) -> Bool {
    let plain = words.split(separator: "/").last.map(String.init) ?? words
    let file = ["_pet.nii.gz", "_pet.nii", "_pet.json", "_pet"].first { plain.hasSuffix($0) }
    let own = file.map { String(plain.dropLast($0.count)) } ?? plain
    return own == stem || own == session || "ses-" + own == session
  }
}
