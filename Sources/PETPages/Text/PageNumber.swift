import Foundation
import PETCore

/// Numbers of tables as a page shows them: rounded for the eye, exact for whoever asks.
package enum PageNumber {
  /// A table's cell as a number; nil for words, `n/a` among them.
  package static func value(_ cell: String) -> Double? {
    switch cell {
    case "inf": return .infinity
    case "-inf": return -.infinity
    default:
      guard let first = cell.utf8.first, first == 0x2d || (0x30...0x39).contains(first) else { return nil }
      return Double(cell)
    }
  }

  package static func text(_ value: Double, decimals: Int? = nil) -> String {
    if value.isInfinite { return value < 0 ? "\u{2212}∞" : "∞" }
    guard value.isFinite else { return "n/a" }
    let text =
      if let decimals { NumberText.fixed(value, decimals: decimals) } else {
        NumberText.short(Rounding.significant(value, digits: 4))
      }
    return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
  }

  /// In a table: what is not 0 is not shown as 0.
  static func inTable(_ value: Double, decimals: Int?) -> String {
    guard let decimals, value != 0, abs(value) < 0.5 * power(-decimals) else { return text(value, decimals: decimals) }
    return text(Rounding.significant(value, digits: 2))
  }

  /// Decimals that give a column's usual value three to four digits that count.
  static func decimals(of values: [Double]) -> Int {
    let sizes = values.filter { $0.isFinite && $0 != 0 }.map(abs).sorted()
    guard !sizes.isEmpty else { return 0 }
    if sizes.allSatisfy({ $0 == $0.rounded() && $0 < 1e9 }) { return 0 }
    return min(max(3 - Int(floor(log10(sizes[sizes.count / 2]))), 0), mostDecimals)
  }

  /// Decimals that show an error with two digits; nil for what is no error.
  static func decimals(error: Double) -> Int? {
    guard error.isFinite, error > 0 else { return nil }
    var decimals = 0
    while decimals < mostDecimals, error * power(decimals) < 9.95 { decimals += 1 }
    return decimals
  }

  private static let mostDecimals = 6

  private static func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

  /// A cell in a page; the exact text of the table goes with what is shown.
  package static func html(_ cell: String, decimals: Int? = nil) -> String {
    guard let value = value(cell) else { return HTML.escaped(cell) }
    return "<data value=\"\(cell)\">\(inTable(value, decimals: decimals))</data>"
  }

  /// A number with its exact text.
  static func html(_ value: Double, decimals: Int?) -> String {
    value.isNaN ? "n/a" : "<data value=\"\(NumberText.exact(value))\">\(text(value, decimals: decimals))</data>"
  }
}
