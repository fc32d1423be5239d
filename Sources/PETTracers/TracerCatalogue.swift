import Foundation
package import PETCore

/// Tracers by their names: those the product knows, and a user's own.
///
/// To add a tracer: write `Tracers/YourTracer.swift`, then add its name to `builtIn`.
package struct TracerCatalogue: Sendable {
  package let all: [TracerCard]
  /// Every card by the keys of its spellings; of two cards with one spelling the first has it.
  private let byKey: [String: TracerCard]

  private init(_ cards: [TracerCard]) {
    all = cards
    byKey = Dictionary(cards.flatMap { card in card.keys.map { ($0, card) } }, uniquingKeysWith: { first, _ in first })
  }

  /// Every tracer the product knows, dopamine first.
  package static let builtIn = TracerCatalogue([
    .raclopride, .fallypride, .flb457, .phno, .sch23390, .nnc112, .fepe2i, .pe2i, .altropane, .cft, .methylphenidate,
    .fpcit, .betacit, .dtbz, .fdopa,
    .dasb, .madam, .way100635, .cumi101, .mppf, .az10419369, .p943, .altanserin, .cimbi36, .mdl100907, .sb207145,
    .gsk215083, .cimbi717,
    .flumazenil, .abp688, .feobv, .flubatine, .lsn3172176, .mrb, .carfentanil,
  ])

  /// The same with a user's cards; one with the id, name or a synonym of a card takes its place.
  package func adding(_ cards: [TracerCard]) -> TracerCatalogue {
    let gone = Set(replaced(by: cards).map(\.id))
    return TracerCatalogue(all.filter { !gone.contains($0.id) } + cards)
  }

  /// The cards whose place a user's take.
  package func replaced(by cards: [TracerCard]) -> [TracerCard] {
    let taken = Set(cards.flatMap(\.keys))
    return all.filter { !$0.keys.isDisjoint(with: taken) }
  }

  /// The tracer of that id, name or synonym, whatever the case and punctuation; nil when unknown.
  package func find(_ spelling: String) -> TracerCard? { byKey[Self.key(spelling)] }

  /// The tracer of a scan: by spelling, and by isotope where one name serves two labels.
  ///
  /// `PE2I` with fluorine-18 is FE-PE2I: when the card found is of another isotope, a card of the scan's isotope with the
  /// same target whose name holds the spelling is taken.
  package func find(_ spelling: String, isotope: Isotope?) -> TracerCard? {
    guard let card = find(spelling), let isotope, card.isotope != isotope else { return find(spelling) }
    let wanted = Self.key(spelling)
    let other = all.first {
      $0.isotope == isotope && $0.target == card.target && Self.key($0.id).hasSuffix(wanted)
    }
    return other ?? card
  }

  /// Letters and digits only, without the isotope and the sign of a mirror image: `[carbonyl-11C]Raclopride`,
  /// `11C-raclopride`, `(S)-[¹¹C]raclopride`, `raclopride (C11)`, `carbon-11 raclopride` and `RACLOPRIDE` agree.
  package static func key(_ spelling: String) -> String {
    var rest = Substring(spelling.precomposedStringWithCompatibilityMapping.trimmed)
    if let sign = mirrorSigns.first(where: { rest.hasPrefix($0) }) { rest.removeFirst(sign.count) }
    func letters(_ text: some StringProtocol) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
    // A bracket that holds an isotope says only how the tracer is labelled.
    var outside = ""
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      outside += rest[..<open]
      let label = letters(rest[open...close])
      if !marks.contains(where: { label.hasSuffix($0) }) { outside += rest[open...close] }
      rest = rest[rest.index(after: close)...]
    }
    outside += rest
    var plain = letters(outside)
    for mark in marks where plain.count > mark.count {
      if plain.hasPrefix(mark) {
        plain.removeFirst(mark.count)
        break
      }
      if plain.hasSuffix(mark) {
        plain.removeLast(mark.count)
        break
      }
    }
    return plain
  }

  private static let mirrorSigns = ["(R)", "(S)", "(r)", "(s)", "(+)", "(-)", "(±)", "(+/-)"]

  /// How isotopes are written in names: `11c`, `c11`, `carbon11`.
  private static let marks: [String] = Isotope.allCases.flatMap { isotope in
    let symbol = isotope.rawValue.lowercased().filter(\.isLetter)
    let mass = isotope.rawValue.filter(\.isNumber)
    return ["\(isotope)", mass + symbol, symbol + mass]
  }
}

extension TracerCard {
  /// The keys of everything it is called.
  package var keys: Set<String> { Set(([id, name] + synonyms).map(TracerCatalogue.key)) }
}
