import Foundation
package import PETCore

/// Runs of one tracer in one session that may be parts of one injection: a scan that was stopped and started again.
package struct InjectionParts: Sendable {
  /// Scans whose names differ in `run` alone, by that name.
  private let groups: [String: [ScanEntry]]

  package init(_ scans: [ScanEntry]) {
    groups = Dictionary(grouping: scans, by: Self.key).filter { $0.value.count > 1 }
  }

  private static func key(_ scan: ScanEntry) -> String {
    scan.folder + "/"
      + scan.name.entities.filter { $0.key != "run" }.map { "\($0.key)-\($0.value)" }.joined(separator: "_")
  }

  /// When a run was, s.
  private struct Times {
    /// After its injection.
    let start: Double
    let end: Double
    /// After midnight; nil when it is not stated.
    let zero: Double?
    let dose: Double?

    init?(_ scan: ScanEntry) {
      guard let sidecar = try? scan.sidecar(), let timing = try? ScanTiming(sidecar) else {
        return nil
      }
      start = timing.frames.starts.first ?? 0
      end = timing.frames.ends.last ?? 0
      let parts = sidecar.text("TimeZero")?.split(separator: ":").compactMap { Double($0) } ?? []
      zero = parts.count == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : nil
      dose = sidecar["InjectedRadioactivity"]?.double
    }
  }

  /// What a scan's siblings say of it.
  package func findings(of scan: ScanEntry) -> [Finding] {
    guard let group = groups[Self.key(scan)], let own = Times(scan) else { return [] }
    for other in group where other.stem != scan.stem {
      guard let before = Times(other) else { continue }
      func finding(_ words: String, _ remedy: String) -> [Finding] {
        [
          Finding(
            .warning, .runsApart, file: scan.sidecars.last, field: "run", value: scan.name["run"] ?? "n/a", words,
            remedy: remedy, castsDoubt: true)
        ]
      }
      // An hour of pause at most is taken: two injections lie further apart, or overlap in time after injection.
      if own.start > 60, own.start >= before.end - 1 {
        return finding(
          "it begins \(minutes(own.start)) min after injection, where \(other.stem) has ended: both are parts of one "
            + "injection, which are not joined",
          "join their frames in one image with one sidecar, or choose the whole scan")
      }
      if own.start <= 60, before.start <= 60, let zero = own.zero, let first = before.zero, zero > first,
        let dose = own.dose, dose == before.dose, zero - first >= before.end - 1, zero - first < 6 * 3600
      {
        return finding(
          "it is said to start at injection, \(minutes(zero - first)) min after \(other.stem) and with the same dose: "
            + "one injection, so that it began \(minutes(zero - first)) min after it",
          "write InjectionStart \(NumberText.short(first - zero))")
      }
    }
    return []
  }

  private func minutes(_ seconds: Double) -> String { NumberText.short(Rounding.significant(seconds / 60, digits: 3)) }
}

extension Finding.Code {
  package static let runsApart = Finding.Code("runs-apart")
}
