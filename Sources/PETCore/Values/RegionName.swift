/// Region names are matched without regard to case and to `-`, `_` and blanks.
package enum RegionName {
  package static func key(_ name: String) -> String {
    String(name.lowercased().filter { !"-_ ".contains($0) })
  }

  /// Whether a name is one of several; `*` in those stands for anything, as in `ctx-*`.
  package static func matches(_ name: String, any patterns: [String]) -> Bool {
    let key = key(name)
    return patterns.contains { pattern in
      let parts = RegionName.key(pattern).split(separator: "*", omittingEmptySubsequences: false)
      guard parts.count > 1 else { return key == parts.first ?? "" }
      guard let first = parts.first, let last = parts.last, key.count >= first.count + last.count,
        key.hasPrefix(first), key.hasSuffix(last)
      else { return false }
      var rest = key.dropFirst(first.count).dropLast(last.count)
      for part in parts.dropFirst().dropLast() where !part.isEmpty {
        guard let found = rest.firstRange(of: part) else { return false }
        rest = rest[found.upperBound...]
      }
      return true
    }
  }

  /// Side of the head, told by the words of the name (never by the parity of an index).
  package enum Side: String, Sendable { case left, right }

  /// The side and the name without it: `Left-Caudate`, `Caudate-Right`, `lh_insula`, `CAU_L`, `Right Amygdala`.
  package static func side(of name: String) -> (side: Side, base: String)? {
    let separators: Set<Character> = ["-", "_", " ", "."]
    var words = name.split(whereSeparator: { separators.contains($0) }).map(String.init)
    let marks: [String: Side] = [
      "left": .left, "lh": .left, "l": .left, "right": .right, "rh": .right, "r": .right,
    ]
    guard let at = words.firstIndex(where: { marks[$0.lowercased()] != nil }), words.count > 1,
      let side = marks[words[at].lowercased()]
    else { return nil }
    // A single letter counts only at either end: `Area L 3` is no left region.
    if words[at].count == 1, at != 0, at != words.count - 1 { return nil }
    words.remove(at: at)
    let separator = name.first(where: { separators.contains($0) }).map(String.init) ?? "-"
    return (side, words.joined(separator: separator))
  }
}
