import Foundation

/// A published work that a number rests on.
package struct Reference: Sendable, Equatable {
  /// Family name and initials of each, and `et al.` for those that are not named.
  package var authors: [String] = []
  /// Nil where the source that names the work does not tell it.
  package var title: String?
  package var journal: String?
  package var year: Int?
  package var volume: String?
  package var pages: String?
  package var doi: String?
  /// Of PubMed.
  package var pmid: String?
  /// What is said of the work besides.
  package var note: String?

  /// - Parameter authors: as `Wu Y, Carson RE`.
  package init(
    _ authors: String, _ title: String, _ journal: String, _ year: Int, _ volume: String, _ pages: String,
    doi: String? = nil, pmid: String? = nil
  ) {
    self.authors = authors.components(separatedBy: ", ")
    self.title = title
    self.journal = journal
    self.year = year
    self.volume = volume
    self.pages = pages
    self.doi = doi
    self.pmid = pmid
  }

  /// The work that a card's source names: `Nord 2014 Eur J Nucl Med Mol Imaging 41:301, doi:…`, or without an author
  /// `Synapse 2014 68:556, doi:…`.
  package init(source: String) {
    var parts = source.components(separatedBy: ", ")
    if let place = parts.firstIndex(where: { $0.hasPrefix("doi:") }) {
      // What a semicolon or a bracket adds is not of the DOI.
      let (doi, rest) = Self.doi(String(parts[place].dropFirst(4)))
      (self.doi, note) = (doi, rest)
      parts.remove(at: place)
    }
    if let place = parts.firstIndex(where: { $0.hasPrefix("PMID ") }) {
      pmid = String(parts[place].dropFirst(5))
      parts.remove(at: place)
    }
    let text = parts[0]
    if parts.count > 1 { note = parts.dropFirst().joined(separator: ", ") }
    guard let match = text.firstMatch(of: /^(.*?) ?\b((?:19|20)\d\d)\b ?(.*)$/) else {
      note = [text, note].compactMap { $0 }.joined(separator: ", ")
      return
    }
    year = Int(match.2)
    let (before, after) = (String(match.1), String(match.3))
    // 41:301 · 226:117523 · 116922 · 72(3) · (7):1974
    let place = after.firstMatch(of: /(?:^| )(\d*(?:\(\d+\))?):(\w+)$|(?:^| )(\d+(?:\(\d+\))?)$/)
    let journal = after[..<(place?.range.lowerBound ?? after.endIndex)].trimmingCharacters(in: .whitespaces)
    if journal.isEmpty, note == nil || doi != nil {
      self.journal = before
    } else {
      authors = before.components(separatedBy: " and ")
      if !journal.isEmpty { self.journal = journal }
    }
    if let place {
      let alone = place.3.map(String.init)
      // A number of six digits is an article's.
      if let alone, alone.count > 4, alone.allSatisfy(\.isNumber) {
        pages = alone
      } else {
        volume = alone ?? place.1.map(String.init)
      }
      if let page = place.2 { pages = String(page) }
    }
  }

  /// What leads to the works that a text mentions: DOIs, and numbers of PubMed.
  package static func mentions(in text: String) -> Set<String> {
    Set(text.matches(of: /doi:(10\.\S+)|PMID (\d+)/).map { $0.1.map { doi(String($0)).0 } ?? String($0.2 ?? "") })
  }

  /// A DOI and what follows it: it ends before a semicolon and before a bracket that it did not open.
  private static func doi(_ text: String) -> (String, String?) {
    var open = 0
    let end = text.firstIndex { letter in
      if letter == "(" { open += 1 }
      if letter == ")" { open -= 1 }
      return open < 0 || letter == ";" || letter == " " || letter == ","
    }
    let rest = end.map { text[$0...].trimmingCharacters(in: CharacterSet(charactersIn: " ;,()")) } ?? ""
    return (String(text[..<(end ?? text.endIndex)]), rest.isEmpty ? nil : rest)
  }

  /// As a list of references has it, without the DOI.
  package var text: String {
    let issue = [volume, pages].compactMap { $0 }.joined(separator: ":")
    let place = [journal, year.map(String.init)].compactMap { $0 }.joined(separator: " ")
    return [
      authors.isEmpty ? nil : authors.joined(separator: ", ").replacing(/\.$/, with: ""), title,
      [place, issue].filter { !$0.isEmpty }.joined(separator: ";"), note,
    ].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ". ")
  }

  /// With the DOI, or what else leads to it.
  package var full: String {
    text + link
  }

  /// As a sentence mentions it: `Freedman and Lane 1983, doi:…`.
  package var mention: String {
    let names = authors.filter { !$0.hasPrefix("et al") }.map { $0.prefix { $0 != " " } }
    let who = authors.count == 2 && names.count == 2 ? names.joined(separator: " and ") : String(names.first ?? "")
    return "\(who) \(year.map(String.init) ?? "")" + link
  }

  /// What leads to the work: its DOI, or its number in PubMed.
  package var identifier: String? { doi ?? pmid }

  private var link: String { doi.map { ", doi:\($0)" } ?? pmid.map { ", PMID \($0)" } ?? "" }

  /// Two mentions of one work.
  package func isSame(_ other: Reference) -> Bool {
    if let identifier, let own = other.identifier { return identifier.lowercased() == own.lowercased() }
    return self == other
  }
}
