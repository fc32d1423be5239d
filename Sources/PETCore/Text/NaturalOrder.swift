/// The order in which people count: runs of digits by their number, `sub-9` before `sub-10`.
package enum NaturalOrder {
  /// Whether one name comes before another; where they differ in zeros before numbers alone, the shorter does.
  package static func precedes(_ a: String, _ b: String) -> Bool {
    let (x, y) = (parts(a), parts(b))
    for (one, other) in zip(x, y) where one.text != other.text {
      guard one.isNumber, other.isNumber else { return one.text < other.text }
      let (m, n) = (one.text.drop { $0 == "0" }, other.text.drop { $0 == "0" })
      if m != n { return (m.count, String(m)) < (n.count, String(n)) }
    }
    return (x.count, a.count, a) < (y.count, b.count, b)
  }

  private static func parts(_ text: String) -> [(text: String, isNumber: Bool)] {
    var parts: [(text: String, isNumber: Bool)] = []
    for character in text {
      let isNumber = ("0"..."9").contains(character)
      if let last = parts.indices.last, parts[last].isNumber == isNumber {
        parts[last].text.append(character)
      } else {
        parts.append((String(character), isNumber))
      }
    }
    return parts
  }
}
