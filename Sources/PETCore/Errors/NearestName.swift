/// The name a user probably meant.
package enum NearestName {
  /// The candidate within an edit distance of a third of its length, or nil when none is near.
  package static func of(_ name: String, among candidates: [String]) -> String? {
    let wanted = Array(name.lowercased())
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let distance = editDistance(wanted, Array(candidate.lowercased()))
      if distance <= max(1, candidate.count / 3), distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// "did you mean X?" when something is near, else the list.
  package static func advice(for name: String, among candidates: [String]) -> String {
    if let near = of(name, among: candidates) { return "did you mean '\(near)'?" }
    if candidates.isEmpty { return "there is none to choose" }
    return "choose one of: " + candidates.joined(separator: ", ")
  }

  /// Letters that are wrong, missing, too many, or exchanged with the next.
  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var (earlier, last) = ([Int](), Array(0...b.count))
    for i in 0..<a.count {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in 0..<b.count {
        row[j + 1] = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], earlier[j - 1] + 1) }
      }
      (earlier, last) = (last, row)
    }
    return last[b.count]
  }
}
