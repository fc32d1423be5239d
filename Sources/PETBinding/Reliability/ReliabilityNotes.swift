import PETCore

extension Reliability {
  /// Who is left out, and why: `3 of 6 persons left out: 2 status atBound, 1 no value in both sessions`.
  ///
  /// - Parameter reasons: by place, where a value is there but not told.
  static func leftOutNote(_ places: [Int], of count: Int, _ reasons: [Int: String]) -> String? {
    guard !places.isEmpty else { return nil }
    let words = Dictionary(grouping: places) { reasons[$0] ?? "no value in both sessions" }.mapValues(\.count)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
    return "\(places.count) of \(count) persons left out: " + words.joined(separator: ", ")
  }

  /// What an ICC below 0 means: the variance between persons is estimated as negative.
  static func negativeNote(_ forms: [(name: String, interval: Interval)]) -> String? {
    let below = forms.filter { $0.interval.value < 0 }.map(\.name)
    guard !below.isEmpty else { return nil }
    return below.joined(separator: ", ")
      + " below 0: one person's sessions differ more than persons do; it counts as no reliability"
  }
}
