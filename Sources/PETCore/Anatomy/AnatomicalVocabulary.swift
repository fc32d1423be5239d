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
  /// Keys of the user's own words.
  private let own: Set<String>

  package static let builtIn: AnatomicalVocabulary = {
    let text = String(decoding: PackageResources.words_tsv, as: UTF8.self)
    do throws(PETError) {
      return try AnatomicalVocabulary(try lines(text, file: "words.tsv"), in: [:], own: [], file: "words.tsv")
    } catch { preconditionFailure("the words that are carried inside do not parse: \(error)") }
  }()

  private init(_ new: [Line], in others: [String: [Line]], own: Set<String>, file: String) throws(PETError) {
    lines = others.merging(Dictionary(grouping: new) { RegionName.key($0.word) }) { $1 }
    self.own = own
    try check(new, file)
  }

  private static func lines(_ text: String, file: String) throws(PETError) -> [Line] {
    let table = try TSVTable(text: text, file: file)
    let labels = try table.required("labels")
    let lines = try table.rows(Line.columns, empty: Line(), requiring: ["word"])
    for (number, line) in lines.enumerated() {
      let parts = table.rows[number][labels].split(separator: "+", omittingEmptySubsequences: false)
      guard !RegionName.key(line.word).isEmpty, line.labels.count == parts.count else {
        throw PETError(
          .wrongInput, file: file, field: "line \(number + 2)", "a word and the labels that stand for it are needed",
          remedy: "write word, tab, labels joined by +")
      }
    }
    return lines
  }

  /// Words that lead to other words lead to labels in the end, and soon.
  private func check(_ new: [Line], _ file: String) throws(PETError) {
    var safe: Set<String> = []
    func follow(_ word: String, _ above: [String]) throws(PETError) {
      let key = RegionName.key(word)
      guard !safe.contains(key), let lines = lines[key] else { return }
      // Far more than anybody nests, and no depth of the stack.
      guard !above.contains(key), above.count < 20 else {
        throw PETError(
          .wrongInput, file: file, field: "word '\(word)'",
          above.contains(key) ? "it leads back to itself" : "it leads to labels by way of more than 20 other words",
          remedy: "name the labels themselves")
      }
      for label in lines.flatMap(\.labels) { try follow(label, above + [key]) }
      safe.insert(key)
    }
    for line in new { try follow(line.word, []) }
  }

  /// These words, with those of a user's table of the same form (`word`, `labels`, and perhaps `of`) in their place.
  package func adding(_ path: String) throws(PETError) -> AnatomicalVocabulary {
    let new = try Self.lines(try TextFile.read(path).text, file: path)
    return try AnatomicalVocabulary(
      new, in: lines, own: own.union(new.map { RegionName.key($0.word) }), file: path)
  }

  /// Words whose labels may be looked for, as they are written.
  package var words: [String] { lines.values.compactMap(\.first?.word).sorted() }

  /// The places of names that stand for a word, in the order in which they are named; nil where none do.
  ///
  /// A word of the user's own counts before a region of that name, a region before other words, and one of both sides before
  /// its halves. Names that are numbers alone are FreeSurfer's where they can be.
  package func places(of word: String, among names: [String]) -> [Int]? {
    var search = Search(self, names)
    return search.places(of: word)
  }

  /// A label that a word lacks among names; nil for what is no word.
  package func missing(of word: String, among names: [String]) -> String? {
    var search = Search(self, names)
    return lines[RegionName.key(word)]?.first?.labels.first { search.places(of: $0) == nil }
  }

  /// What is found of words, each looked for once.
  private struct Search {
    private let vocabulary: AnatomicalVocabulary
    private let regions: Regions
    private var known: [String: [Int]?] = [:]

    init(_ vocabulary: AnatomicalVocabulary, _ names: [String]) {
      self.vocabulary = vocabulary
      regions = Regions(names)
    }

    mutating func places(of word: String) -> [Int]? {
      let key = RegionName.key(word)
      if let known = known[key] { return known }
      var found = vocabulary.own.contains(key) ? nil : regions.places(key)
      for line in vocabulary.lines[key] ?? [] where found == nil { found = places(of: line) }
      known[key] = .some(found)
      return found
    }

    private mutating func places(of line: Line) -> [Int]? {
      var found: [Int] = []
      for label in line.labels {
        guard let own = places(of: label) else { return nil }
        found += own.filter { !found.contains($0) }
      }
      return found
    }
  }

  /// Regions by their names, and without a side.
  private struct Regions {
    private var whole: [String: Int] = [:]
    private var left: [String: [Int]] = [:]
    private var right: [String: [Int]] = [:]

    init(_ names: [String]) {
      let known = FreeSurferLabels.named(names)
      for (place, name) in names.enumerated() {
        for name in Set([name, known?[place] ?? name]) {
          let key = RegionName.key(name)
          if whole[key] == nil { whole[key] = place }
          guard let (side, base) = RegionName.side(of: name) else { continue }
          if side == .left {
            left[RegionName.key(base), default: []].append(place)
          } else {
            right[RegionName.key(base), default: []].append(place)
          }
        }
      }
    }

    /// One region, or its two halves; nil where there is neither, or a side has two.
    func places(_ key: String) -> [Int]? {
      if let one = whole[key] { return [one] }
      guard let a = left[key], let b = right[key], a.count == 1, b.count == 1 else { return nil }
      return a + b
    }
  }

  /// Whether it is a word of the user's own.
  package func isOwn(_ word: String) -> Bool { own.contains(RegionName.key(word)) }
}
