/// Numbers as text.
package enum NumberText {
  /// The shortest form that reads back to the same Double, without a trailing `.0`; `n/a` for NaN, `inf`, `-inf`.
  package static func exact(_ value: Double) -> String {
    if value.isNaN { return "n/a" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// For messages and tables that people read: up to six significant digits.
  package static func short(_ value: Double) -> String {
    guard value.isFinite else { return exact(value) }
    return exact(Rounding.significant(value, digits: 6))
  }

  /// A fixed number of decimals, for columns on a screen; `n/a` for NaN.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return exact(value) }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    let whole = Int64(scaled / scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(Int64(scaled - Double(whole) * scale))
    return sign + "\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }
}

package enum Rounding {
  /// A value rounded to significant decimal digits.
  package static func significant(_ value: Double, digits: Int) -> Double {
    guard value.isFinite, value != 0 else { return value }
    var magnitude = abs(value)
    var exponent = 0
    while magnitude >= 10 {
      magnitude /= 10
      exponent += 1
    }
    while magnitude < 1 {
      magnitude *= 10
      exponent -= 1
    }
    var scale = 1.0
    let shift = digits - 1 - exponent
    for _ in 0..<abs(shift) { scale *= 10 }
    // Below 1e-303 there is no such power of ten.
    guard scale.isFinite else { return value }
    return shift >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale
  }
}

extension StringProtocol {
  /// Without blanks and line ends around it.
  package var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
