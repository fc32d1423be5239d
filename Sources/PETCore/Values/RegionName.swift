/// Region names are matched without regard to case and to `-`, `_` and blanks.
package enum RegionName {
  package static func key(_ name: String) -> String {
    // A study asks for the keys of every row of every table: names in ASCII go byte by byte.
    var text = name
    let plain = text.withUTF8 { bytes -> String? in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      return String(unsafeUninitializedCapacity: bytes.count) { key in
        var count = 0
        for byte in bytes where byte != 0x20 && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_") {
          key[count] = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
          count += 1
        }
        return count
      }
    }
    return plain ?? String(name.lowercased().filter { !"-_ ".contains($0) })
  }

  /// Keys of the columns of a curve table that are no regions.
  private static let ofColumns = Set(
    (CurveColumn.starts + CurveColumn.ends + CurveColumn.durations + CurveColumn.weights).map(key))

  /// Refuses a name that a spreadsheet would run as a formula, and one that a curve table has for another column: it would
  /// stand in every table made from it.
  package static func check(_ name: String, file: String, field: String) throws(PETError) {
    guard !ofColumns.contains(key(name)) else {
      throw PETError(
        .wrongInput, file: file, field: field,
        "a region cannot be called '\(name)': tables of curves have a column of that name",
        remedy: "give the region another name")
    }
    guard Formula.isOne(name) else { return }
    throw PETError(
      .wrongInput, file: file, field: field,
      "the region's name '\(name.prefix(60))' is a formula to a spreadsheet, which would run it",
      remedy: "give the region another name")
  }

  /// Whether a key holds a word.
  package static func holds(_ key: String, _ word: String) -> Bool {
    var (key, word) = (key, word)
    return key.withUTF8 { key in
      word.withUTF8 { word in
        guard key.count >= word.count else { return false }
        return (0...key.count - word.count).contains { start in
          word.indices.allSatisfy { key[start + $0] == word[$0] }
        }
      }
    }
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
