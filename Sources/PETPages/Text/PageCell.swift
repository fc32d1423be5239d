import PETBinding
import PETCore
import PETResults

/// What a cell of a page's table shows: numbers with their exact text, and the words between them.
struct PageCell {
  enum Part {
    /// As a table has it.
    case number(String)
    case words(String)
  }

  let parts: [Part]
  /// To two digits of this the numbers are told; NaN where nothing says how far they can be trusted.
  var error = Double.nan

  init(_ parts: [Part], error: Double = .nan) {
    self.parts = parts
    self.error = error
  }

  /// A number, or words, as a table has them.
  init(_ text: String) { self.init([PageNumber.value(text) == nil ? .words(text) : .number(text)]) }

  /// - Parameter error: how far it can be trusted, where that is not shown beside it.
  init(_ value: Double, error: Double = .nan) { self.init(PageCell(NumberText.exact(value)).parts, error: error) }

  /// An estimate with its standard error, of whatever is there.
  static func estimate(_ value: String, error: String) -> PageCell {
    guard PageNumber.value(value) != nil else { return PageCell([.words("n/a")]) }
    guard let size = PageNumber.value(error) else { return PageCell([.number(value)]) }
    return PageCell([.number(value), .words(" ± "), .number(error)], error: size)
  }

  static func estimate(_ value: Double, error: Double) -> PageCell {
    estimate(NumberText.exact(value), error: NumberText.exact(error))
  }

  /// From one limit to the other, as precise as they are apart: limits at 95 % are four errors wide.
  static func limits(_ low: String, _ high: String) -> PageCell {
    guard let a = PageNumber.value(low), let b = PageNumber.value(high) else { return PageCell([.words("n/a")]) }
    return PageCell([.number(low), .words(" to "), .number(high)], error: Self.error(a, b))
  }

  static func limits(_ low: Double, _ high: Double) -> PageCell {
    limits(NumberText.exact(low), NumberText.exact(high))
  }

  /// The error that limits stand for.
  static func error(_ low: Double, _ high: Double) -> Double { (high - low) / 4 }

  /// What a set holds; no words where there is none.
  static func set(_ ratio: BalanceFile.Quotient) -> PageCell {
    let (low, high) = (NumberText.exact(ratio.low), NumberText.exact(ratio.high))
    switch FiellerSet.Kind(rawValue: ratio.interval) {
    case .bounded?, .halfLine?: return limits(low, high)
    case .exclusive?:
      let parts: [Part] = [.words("up to "), .number(high), .words(", or from "), .number(low)]
      return PageCell(parts, error: abs(error(ratio.low, ratio.high)))
    case .wholeLine?: return PageCell([.words("any value")])
    case nil: return PageCell([.words("")])
    }
  }

  var isNumber: Bool {
    parts.contains { part in if case .number = part { true } else { false } }
  }

  /// Its first number; nil for words.
  var value: Double? {
    for case .number(let exact) in parts { return PageNumber.value(exact) }
    return nil
  }

  /// Decimals that its error asks for; nil without one.
  var decimals: Int? { PageNumber.decimals(error: error) }

  /// As it is seen.
  ///
  /// - Parameter decimals: nil for up to four digits that count.
  func text(decimals: Int?) -> String {
    parts.map { part in
      switch part {
      case .number(let exact): PageNumber.value(exact).map { PageNumber.inTable($0, decimals: decimals) } ?? exact
      case .words(let words): words
      }
    }.joined()
  }

  func html(decimals: Int) -> String {
    parts.map { part in
      switch part {
      case .number(let exact): PageNumber.html(exact, decimals: decimals)
      case .words(let words): HTML.escaped(words)
      }
    }.joined()
  }
}
