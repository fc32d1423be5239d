package import PETCore

/// A setting of a fit, described once.
///
/// Options of `fit` and `maps`, keys of pipelines, levels of a multiverse, digests and the page of keys are made from these.
package struct FitSetting: Sendable {
  /// What may be written for it.
  package enum Kind: Sendable, Equatable {
    /// A number of a range in a unit (empty for none), or one of some words.
    case number(ClosedRange<Double>, unit: String, words: [String] = [])
    case words([String])
    /// A whole number of a range, of something.
    case whole(ClosedRange<Int>, of: String = "")
    /// Two rising numbers in a unit, `LOW:HIGH`.
    case range(unit: String)
    /// Whole numbers from 1, joined by commas.
    case frames
    /// Numbers of a range in a unit, joined by commas.
    case numbers(ClosedRange<Double>, unit: String)
    /// Ranges of parameters, `P=LOW:HIGH`, joined by blanks.
    case bounds
  }

  /// What a setting holds for in a pipeline.
  package enum Scope: Sendable {
    /// One of the two scans: a key of `models.<system>`.
    case role
    /// Both: a key of `input`.
    case scan
  }

  /// The key of pipelines and, behind two hyphens, the option.
  package let key: String
  package let scope: Scope
  package let kind: Kind
  /// What holds when nothing is said, in words.
  package let standard: String
  /// What it means, in a sentence.
  package let meaning: String
  package let example: String
  /// Whether a model has a use for it.
  package let serves: @Sendable (ModelCard) -> Bool
  /// Puts a checked value among the settings of a fit.
  let apply: @Sendable (String, Scene, inout FitSettings) throws(PETError) -> Void

  /// What the value of a setting is seen with.
  struct Scene {
    let card: ModelCard
    let frames: FrameSchedule
    let choices: FitChoices
  }

  init(
    _ key: String, _ kind: Kind, of scope: Scope = .role, standard: String, _ meaning: String, example: String,
    serves: @escaping @Sendable (ModelCard) -> Bool = { _ in true },
    apply: @escaping @Sendable (String, Scene, inout FitSettings) throws(PETError) -> Void = {
      (_, _, _) throws(PETError) in
    }
  ) {
    self.key = key
    self.scope = scope
    self.kind = kind
    self.standard = standard
    self.meaning = meaning
    self.example = example
    self.serves = serves
    self.apply = apply
  }

  /// The option that sets it.
  package var option: String { "--" + key }

  /// Meaning and what may be written, for help and pages.
  package var words: String {
    // A symbol, such as k2' or t*, keeps its letter.
    let isWord = meaning.dropFirst().first?.isLetter ?? false
    let first = isWord || meaning.hasPrefix("a ") ? meaning.prefix(1).uppercased() : String(meaning.prefix(1))
    return "\(first)\(meaning.dropFirst()): \(kind.sentence)"
  }

  /// The example as a pipeline has it.
  package var yaml: String {
    switch kind {
    case .range, .frames, .numbers:
      "[" + example.split(separator: Character(kind.separator)).joined(separator: ", ") + "]"
    case .bounds:
      "{"
        + example.split(separator: " ").map { part in
          let sides = part.split(separator: "=")
          return "\(sides[0]): [\(sides[1].replacing(":", with: ", "))]"
        }.joined(separator: ", ") + "}"
    case .number, .words, .whole: example
    }
  }

  /// One of all by its key.
  package static func named(_ key: String) -> FitSetting? { all.first { $0.key == key } }

  // MARK: - Values

  /// A value in the one form that stands for it.
  ///
  /// - Parameter field: where it was written, such as `--tstar` or `models.dopamine.tstar`.
  package func checked(_ text: String, field: String) throws(PETError) -> String {
    guard let value = kind.canonical(text.trimmed) else {
      if case .words(let words) = kind {
        throw PETError(
          .usage, field: field, "there is no '\(text)'", remedy: NearestName.advice(for: text, among: words))
      }
      throw PETError(.usage, field: field, "'\(text)' is not \(kind.sentence)", remedy: "write \(example)")
    }
    return value
  }
}

extension FitSetting.Kind {
  /// What may be written, as the end of a sentence.
  package var sentence: String {
    func span(_ range: ClosedRange<Double>, _ unit: String) -> String {
      "from \(NumberText.short(range.lowerBound)) to \(NumberText.short(range.upperBound))"
        + (unit.isEmpty ? "" : " \(unit)")
    }
    return switch self {
    case .number(let range, let unit, let words): ["a number \(span(range, unit))"].or(words)
    case .words(let words): [String]().or(words)
    case .whole(let range, let what):
      "a whole number from \(range.lowerBound) to \(range.upperBound)" + (what.isEmpty ? "" : " \(what)")
    case .range(let unit): "two rising numbers in \(unit), LOW:HIGH"
    case .frames: "frames from 1, joined by commas"
    case .numbers(let range, let unit): "numbers \(span(range, unit)), joined by commas"
    case .bounds: "ranges of parameters, P=LOW:HIGH"
    }
  }

  /// Whether a value is a list by nature, so that a list of choices is a list of lists.
  package var isList: Bool {
    switch self {
    case .range, .frames, .numbers: true
    case .number, .words, .whole, .bounds: false
    }
  }

  /// Whether it is two ends of a window.
  package var isWindow: Bool { if case .range = self { true } else { false } }

  /// What joins the parts of a value that is written as a list.
  package var separator: String { if case .range = self { ":" } else { "," } }

  /// The one text that stands for a value; nil for what is none.
  package func canonical(_ text: String) -> String? {
    func number(_ text: some StringProtocol, in range: ClosedRange<Double>) -> String? {
      guard let value = Double(String(text).trimmed), range.contains(value) else { return nil }
      return NumberText.exact(value)
    }
    func all(_ parts: [String?]) -> [String]? { parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap { $0 } }
    switch self {
    case .number(let range, _, let words): return words.contains(text) ? text : number(text, in: range)
    case .words(let words): return words.contains(text) ? text : nil
    case .whole(let range, _):
      guard let value = Double(text), let whole = Int(exactly: value), range.contains(whole) else { return nil }
      return "\(whole)"
    case .range:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let ends = all(parts.map { number($0, in: 0...1e6) }), let low = Double(ends[0]),
        let high = Double(ends[1]), low < high
      else { return nil }
      return ends.joined(separator: ":")
    case .frames:
      let numbers = text.split(separator: ",").map { Int($0.trimmed).flatMap { $0 > 0 ? $0 : nil } }
      guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
      return Set(numbers.compactMap { $0 }).sorted().map(String.init).joined(separator: ",")
    case .numbers(let range, _):
      return all(text.split(separator: ",").map { number($0, in: range) })?.joined(separator: ",")
    case .bounds:
      let parts = text.split(separator: " ").map { part -> String? in
        let sides = part.split(separator: "=", maxSplits: 1)
        let ends = (sides.count == 2 ? sides[1] : "").split(separator: ":").map { number($0, in: -1e9...1e9) }
        guard ends.count == 2, let low = ends[0], let high = ends[1], (Double(low) ?? 1) <= (Double(high) ?? 0) else {
          return nil
        }
        return "\(sides[0])=\(low):\(high)"
      }
      return all(parts)?.sorted().joined(separator: " ")
    }
  }
}

extension [String] {
  /// `a, b or c`, these and some words.
  fileprivate func or(_ words: [String]) -> String {
    let parts = self + words
    guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " or " + last
  }
}
