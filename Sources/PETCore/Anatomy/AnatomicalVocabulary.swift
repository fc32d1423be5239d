/// Anatomical words, and the labels that stand for them in the segmentations of the field.
///
/// One file of words, `words.tsv`: several lines of a word are ways in which segmentations name it, in the order in which they
/// are tried; every label of a line must be there. Names are without their side, and stand for both; a label may be
/// another word.
package struct AnatomicalVocabulary: Sendable {
  private struct Line: Sendable {
    var word = ""
    var labels: [String] = []
    /// Whose names they are.
    var source = ""

    static let columns: [TableColumn<Line>] = [
      .init("word", .text(\.word)), .init("labels", .list(\.labels, separator: " + ")), .init("of", .text(\.source)),
    ]
  }

  /// By the keys of words.
  private let lines: [String: [Line]]

  package static let builtIn: AnatomicalVocabulary = {
    let text = String(decoding: PackageResources.words_tsv, as: UTF8.self)
    do throws(PETError) { return AnatomicalVocabulary(try lines(text, file: "words.tsv"), before: [:]) } catch {
      preconditionFailure("the words that are carried inside do not parse: \(error)")
    }
  }()

  private init(_ own: [Line], before others: [String: [Line]]) {
    lines = Dictionary(grouping: own) { RegionName.key($0.word) }.merging(others) { $0 + $1 }
  }

  private static func lines(_ text: String, file: String) throws(PETError) -> [Line] {
    let table = try TSVTable(text: text, file: file)
    let lines = try table.rows(Line.columns, empty: Line(), requiring: ["word", "labels"])
    for (number, line) in lines.enumerated() where line.labels.isEmpty || RegionName.key(line.word).isEmpty {
      throw PETError(
        .wrongInput, file: file, field: "line \(number + 2)", "a word and the labels that stand for it are needed",
        remedy: "write word, tab, labels joined by +")
    }
    return lines
  }

  /// These words, and before them those of a user's table of the same form (`word`, `labels`, and perhaps `of`).
  package func adding(_ path: String) throws(PETError) -> AnatomicalVocabulary {
    AnatomicalVocabulary(try Self.lines(try TextFile.read(path).text, file: path), before: lines)
  }

  /// Words whose labels may be looked for, as they are written.
  package var words: [String] { lines.values.compactMap(\.first?.word).sorted() }

  /// The places of names that stand for a word, in the order in which they are named; nil where none do.
  ///
  /// A region of both sides counts before its halves. Names that are numbers alone are FreeSurfer's where they can be.
  package func places(of word: String, among names: [String]) -> [Int]? {
    let regions = Regions(FreeSurferLabels.named(names) ?? names)
    return places(of: word, among: regions, within: [])
  }

  private func places(of word: String, among regions: Regions, within above: Set<String>) -> [Int]? {
    let key = RegionName.key(word)
    if let own = regions.places(key) { return own }
    // A word that stands for itself by way of another has no end.
    guard !above.contains(key) else { return nil }
    for line in lines[key] ?? [] {
      var found: [Int] = []
      var isWhole = true
      for label in line.labels {
        guard let own = places(of: label, among: regions, within: above.union([key])) else {
          isWhole = false
          break
        }
        found += own.filter { !found.contains($0) }
      }
      if isWhole { return found }
    }
    return nil
  }

  /// Regions by their names without a side.
  private struct Regions {
    private var whole: [String: Int] = [:]
    private var left: [String: Int] = [:]
    private var right: [String: Int] = [:]

    init(_ names: [String]) {
      for (place, name) in names.enumerated() {
        let key = RegionName.key(name)
        if whole[key] == nil { whole[key] = place }
        guard let (side, base) = RegionName.side(of: name) else { continue }
        if side == .left { left[RegionName.key(base)] = place } else { right[RegionName.key(base)] = place }
      }
    }

    /// One region, or its two halves; nil where there is neither.
    func places(_ key: String) -> [Int]? {
      if let one = whole[key] { return [one] }
      guard let a = left[key], let b = right[key] else { return nil }
      return [a, b]
    }
  }
}
