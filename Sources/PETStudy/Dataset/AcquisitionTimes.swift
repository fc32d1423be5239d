import Foundation
import PETCore

/// When the scans of a person were made, from `_scans.tsv` and `_sessions.tsv` of a BIDS dataset.
///
/// Dates are told in days from an epoch of no meaning; datasets shift them, so that only differences within a person count.
struct AcquisitionTimes {
  private var byFile: [String: Double] = [:]
  private var bySession: [String: Double] = [:]

  /// - Parameter folder: of the participant; tables that are not there, or hold no `acq_time`, tell nothing.
  init(participant: String, folder: String, sessions: [String]) throws(PETError) {
    if let table = try Self.table("\(folder)/\(participant)_sessions.tsv"),
      let name = table.column(anyOf: ["session_id"]), let time = table.column(anyOf: ["acq_time"])
    {
      for row in table.rows {
        guard let day = Self.day(row[time]) else { continue }
        bySession[row[name].hasPrefix("ses-") ? row[name] : "ses-" + row[name]] = day
      }
    }
    let places = [(folder, participant)] + sessions.map { ("\(folder)/\($0)", "\(participant)_\($0)") }
    for (place, stem) in places {
      guard let table = try Self.table("\(place)/\(stem)_scans.tsv"), let name = table.column(anyOf: ["filename"]),
        let time = table.column(anyOf: ["acq_time"])
      else { continue }
      for row in table.rows {
        guard let day = Self.day(row[time]) else { continue }
        byFile[row[name].split(separator: "/").last.map(String.init) ?? row[name]] = day
      }
    }
  }

  /// Nil when the dataset does not tell.
  func day(of scan: BIDSName, session: String?) -> Double? {
    for ending in [".nii.gz", ".nii"] { if let day = byFile["\(scan.stem)_pet\(ending)"] { return day } }
    return session.flatMap { bySession[$0] }
  }

  private static func table(_ path: String) throws(PETError) -> TSVTable? {
    FileManager.default.fileExists(atPath: path) ? try TSVTable(path: path) : nil
  }

  /// `YYYY-MM-DD[Thh:mm:ss…]` in days; nil for anything else.
  static func day(_ text: String) -> Double? {
    guard
      let match = text.wholeMatch(
        of: /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:?\d\d)?)?/),
      let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    // Days of the Gregorian calendar, the year beginning in March.
    let shift = month <= 2 ? 1 : 0
    let (y, m) = (year - shift, month + 12 * shift - 3)
    let days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day
    let hours = match.4.flatMap { Double($0) } ?? 0
    let minutes = match.5.flatMap { Double($0) } ?? 0
    let seconds = match.6.flatMap { Double($0) } ?? 0
    let zone = match.7.flatMap { zone -> Double? in
      let digits = zone.dropFirst().filter(\.isNumber)
      guard digits.count == 4, let hour = Double(digits.prefix(2)), let minute = Double(digits.suffix(2)) else {
        return 0
      }
      return (zone.hasPrefix("-") ? -1 : 1) * (hour + minute / 60)
    }
    return Double(days) + (hours - (zone ?? 0) + (minutes + seconds / 60) / 60) / 24
  }
}
