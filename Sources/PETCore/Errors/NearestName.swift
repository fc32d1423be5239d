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

  private static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var diagonal = row[0]
      row[0] = i + 1
      for j in 0..<b.count {
        let substitution = diagonal + (a[i] == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
