import Foundation
package import PETCore
import PETTracers

/// Runs of one tracer in one session that are parts of one injection: a scan that was stopped and started again.
package struct InjectionParts: Sendable {
  private let scans: [ScanEntry]
  /// Scans whose names differ in `run` alone, in the order of time.
  private let groups: [[Run]]

  package init(_ scans: [ScanEntry]) {
    self.scans = scans
    groups = Dictionary(grouping: scans.indices) { Self.key(scans[$0]) }.values.filter { $0.count > 1 }
      .map { group in Self.ordered(group.map { Run(scans[$0], place: $0) }) }
  }

  private static func key(_ scan: ScanEntry) -> String {
    "\(scan.folder)/\(scan.name.without(["run"]).stem) \(TracerCatalogue.key(scan.tracerName ?? ""))"
  }

  private static func ordered(_ runs: [Run]) -> [Run] {
    guard let first = runs.first else { return [] }
    let clocks = runs.map { run in
      first.times?.zero.flatMap { zero in
        run.times?.zero.map { InjectionClock.between(zero, $0) + (run.times?.first ?? 0) }
      }
    }
    // Without every clock the frames' own times say it.
    let isTold = clocks.allSatisfy { $0 != nil }
    let places = zip(runs, clocks).map { isTold ? $1 ?? 0 : $0.times?.start ?? 0 }
    return zip(runs, places).sorted { ($0.1, $0.0.scan.stem) < ($1.1, $1.0.scan.stem) }.map(\.0)
  }

  /// A scan with what it says of its time.
  private struct Run: Sendable {
    let scan: ScanEntry
    /// In the list of scans.
    let place: Int
    /// Nil where it cannot be read.
    let times: Times?

    init(_ scan: ScanEntry, place: Int) {
      self.scan = scan
      self.place = place
      times = Times(scan)
    }
  }

  /// When a run was, s.
  private struct Times: Sendable {
    /// After its injection.
    let start: Double
    let end: Double
    /// Of the first frame, as the sidecar counts.
    let first: Double
    /// After midnight; nil when it is not stated.
    let zero: Double?
    /// After `zero`; nil when it is not stated.
    let injection: Double?
    /// MBq.
    let dose: Double?

    init?(_ scan: ScanEntry) {
      guard let sidecar = try? scan.sidecar(), let timing = try? ScanTiming(sidecar),
        let stated = try? sidecar.number("InjectionStart") ?? .nan
      else { return nil }
      start = timing.frames.starts.first ?? 0
      end = timing.frames.ends.last ?? 0
      injection = stated.isNaN ? nil : stated
      first = start + (injection ?? 0)
      zero = InjectionClock.seconds(sidecar.text("TimeZero"))
      dose = DoseChecks(sidecar).megabecquerels
    }
  }

  /// What a run is to the one before it.
  private enum Relation {
    /// Part of the same injection.
    case follows
    /// The same, by clocks and doses alone: its sidecar does not state when injection was.
    case followsByClock
    /// It may be, but its times cannot all be right.
    case contradicts(problem: String, remedy: String)
    /// Of an injection of its own.
    case apart
  }

  /// A scan that begins within so many seconds of its injection begins with it.
  private static let atInjection = 60.0
  /// No scan of one injection of carbon-11 or fluorine-18 goes on later, s.
  private static let latest = 6 * 3600.0
  /// Clocks are read to whole seconds, some of them twice.
  private static let rounding = 5.0

  private static func relation(_ second: Run, to first: Run) -> Relation {
    guard let a = first.times, let b = second.times else { return .apart }
    if let x = first.scan.day, let y = second.scan.day, abs(x - y) > 0.5 { return .apart }
    // One dose twice to the last digit is one injection's; two that differ by more than their rounding are of two.
    let unlikeness = a.dose.flatMap { x in b.dose.map { abs($0 / x - 1) } }
    let (hasSameDose, hasOtherDose) = ((unlikeness ?? 1) < 1e-6, (unlikeness ?? 0) > 0.01)
    let isLater = b.start > atInjection && b.start >= a.end - FrameSchedule.overlapTolerance
    let name = first.scan.stem
    let otherDose = Relation.contradicts(
      problem: "its dose is another than that of \(name)", remedy: "correct the one that is wrong")
    guard let x = a.zero, let y = b.zero else {
      return !isLater ? .apart : hasOtherDose ? otherDose : .follows
    }
    let shift = InjectionClock.between(x + (a.injection ?? 0), y + (b.injection ?? 0))
    if abs(shift) <= rounding {
      guard isLater else {
        // Clocks may have been made anonymous: of two doses, or from injection on, each is a scan of its own.
        return !hasSameDose || b.start <= atInjection
          ? .apart
          : .contradicts(
            problem:
              "it begins \(minutes(b.start)) min after injection, before \(name) of the same injection has ended",
            remedy: "correct TimeZero, InjectionStart or the frame times")
      }
      return hasOtherDose ? otherDose : .follows
    }
    // Nobody injects for another scan before the first has ended, the next day at that hour perhaps.
    if isLater || hasSameDose && b.injection != nil && shift < a.end - rounding {
      return .contradicts(
        problem: "its injection is \(minutes(abs(shift))) min \(shift > 0 ? "after" : "before") that of \(name)",
        remedy: "correct TimeZero or InjectionStart, or say which run counts (read: run)")
    }
    let start = b.first + InjectionClock.between(x + (a.injection ?? 0), y)
    guard hasSameDose, b.start <= atInjection, start >= a.end - FrameSchedule.overlapTolerance,
      start < latest
    else { return .apart }
    if b.injection == nil { return .followsByClock }
    return .contradicts(
      problem: "it is said to start at injection, \(minutes(start)) min after that of \(name) and with the same dose",
      remedy: "write InjectionStart \(NumberText.short((b.first - start).rounded())) if it is one injection")
  }

  /// When a run begins after the injection of another, s, that does not say of its own; nil of any other.
  private static func possibleStart(_ second: Run, after first: Run) -> Double? {
    guard let a = first.times, let b = second.times, let x = a.zero, let y = b.zero, b.injection == nil else {
      return nil
    }
    if let p = first.scan.day, let q = second.scan.day, abs(p - q) > 0.5 { return nil }
    let start = b.first + InjectionClock.between(x + (a.injection ?? 0), y)
    return start >= a.end - FrameSchedule.overlapTolerance && start < latest ? start : nil
  }

  /// The scans with the parts of each injection joined to one, in the place of the first of them.
  ///
  /// - Parameter isMeant: whether a scan may be joined.
  package func joined(where isMeant: (ScanEntry) -> Bool) -> [ScanEntry] {
    var result: [ScanEntry?] = scans
    for group in groups where group.allSatisfy({ isMeant($0.scan) }) {
      for chain in Self.chains(group) where chain.count > 1 {
        var whole = chain[0].scan
        // Where the session has another injection, the first run's number tells them apart.
        if chain.count == group.count { whole.name = whole.name.without(["run"]) }
        whole.day = chain.compactMap(\.scan.day).min()
        whole.parts = chain.map(\.scan)
        whole.isPart = false
        for run in chain { result[run.place] = nil }
        result[chain.map(\.place).min() ?? chain[0].place] = whole
      }
    }
    return result.compactMap(\.self)
  }

  /// Runs of each injection as its parts; where one cannot be read, or two contradict each other, nothing is known of any.
  private static func chains(_ group: [Run]) -> [[(scan: ScanEntry, place: Int)]] {
    guard group.allSatisfy({ $0.times != nil }) else { return [] }
    var chains: [[(scan: ScanEntry, place: Int)]] = []
    var first: Run?
    for (place, run) in group.enumerated() {
      var scan = run.scan
      scan.isPart = true
      switch place == 0 ? .apart : relation(run, to: group[place - 1]) {
      case .followsByClock:
        // By the first run, not by one that was placed so itself.
        scan.injectionStart = first.flatMap { injected(run, after: $0) }
        chains[chains.count - 1].append((scan, run.place))
      case .follows: chains[chains.count - 1].append((scan, run.place))
      case .contradicts: return []
      case .apart:
        first = run
        chains.append([(scan, run.place)])
      }
    }
    return chains
  }

  /// When injection was, s after a run's own zero, as the clock of another run has it.
  private static func injected(_ run: Run, after first: Run) -> Double? {
    guard let a = first.times, let x = a.zero, let y = run.times?.zero else { return nil }
    return -InjectionClock.between(x + (a.injection ?? 0), y)
  }

  /// What the runs of an injection say of a scan: that it is joined of them, or is one of them alone.
  package func findings(of scan: ScanEntry) -> [Finding] {
    if !scan.parts.isEmpty { return [Self.joined(scan)] }
    func isOwn(_ run: Run) -> Bool { run.scan.stem == scan.stem && run.scan.folder == scan.folder }
    guard !scan.isPart, let group = groups.first(where: { $0.contains(where: isOwn) }),
      let place = group.firstIndex(where: isOwn)
    else { return [] }
    func finding(_ words: String, _ remedy: String, _ level: Finding.Level = .warning) -> [Finding] {
      [
        Finding(
          level, .runsApart, file: scan.sidecars.last ?? scan.row?.file, field: "run",
          value: scan.name["run"] ?? "n/a", words, remedy: remedy, castsDoubt: level != .note)
      ]
    }
    guard place > 0 else {
      switch Self.relation(group[1], to: group[0]) {
      case .follows, .followsByClock:
        return finding(
          "\(group[1].scan.stem) is a later part of its injection, and is not joined",
          "leave run out of the filter for both", .note)
      case .apart, .contradicts: return []
      }
    }
    switch Self.relation(group[place], to: group[place - 1]) {
    case .apart:
      guard let seconds = Self.possibleStart(group[place], after: group[place - 1]) else { return [] }
      return finding(
        "it begins \(Self.minutes(seconds)) min after the injection of \(group[place - 1].scan.stem), and no injection of its "
          + "own is stated",
        "write InjectionStart: 0 if it was injected for, \(NumberText.short(-seconds.rounded())) if it is a later part",
        .note)
    case .contradicts(let problem, let remedy):
      return finding(problem + ": they are not joined", remedy)
    case .follows, .followsByClock:
      return finding(
        "it is the later part of an injection whose first is \(group[place - 1].scan.stem): alone it lacks the beginning",
        "leave run out of the filter, so that the runs are joined")
    }
  }

  private static func joined(_ scan: ScanEntry) -> Finding {
    let words = scan.parts.map { part in
      let frames = (try? ScanTiming(part.sidecar()))?.frames
      let place = frames.map { " (\(minutes($0.starts[0])) to \(minutes($0.ends.last ?? 0)) min)" } ?? ""
      return part.stem + place
    }
    return Finding(
      .warning, .runsJoined, file: scan.sidecars.last ?? scan.row?.file, field: "run", value: "\(scan.parts.count)",
      "one injection in \(scan.parts.count) runs: " + words.joined(separator: ", "),
      remedy:
        "they are one scan, bridged linearly between; the head may lie elsewhere in each: see that they are aligned",
      castsDoubt: true)
  }

  private static func minutes(_ seconds: Double) -> String {
    NumberText.short(Rounding.significant(seconds / 60, digits: 3))
  }
}

extension InjectionParts {
  /// Of what is said of a run that which is so of the whole scan: how long it is, and that it begins late, are not.
  ///
  /// - Parameter place: of the run, from 0.
  package static func ofWhole(_ findings: [Finding], run place: Int) -> [Finding] {
    findings.filter { $0.code != .scanLength && (place == 0 || $0.code != .lateStart) }
  }
}

extension Finding.Code {
  package static let runsApart = Finding.Code("runs-apart")
  package static let runsJoined = Finding.Code("runs-joined")
}
