package import PETCore

/// The works that results rest on, in the forms that reference managers read.
///
/// BibTeX, and the CSL-JSON of the Citation Style Language 1.0.2 (https://citationstyles.org).
package struct Bibliography: Sendable {
  package enum Format: String, Sendable, CaseIterable {
    case text, bibtex, csl
  }

  /// What works are cited for, in the order they are printed.
  package enum Topic: String, Sendable, CaseIterable {
    case program = "Program"
    case models = "Models"
    case tracers = "Tracers"
    case methods = "Methods"
  }

  package struct Entry: Sendable {
    package let topic: Topic
    /// `Ichise2003`, with a letter where that is taken.
    package let key: String
    package let work: Reference
  }

  package private(set) var entries: [Entry] = []

  package init() { add(Product.reference, .program) }

  /// Adds a work that is not there yet.
  package mutating func add(_ work: Reference, _ topic: Topic) {
    guard !entries.contains(where: { $0.work.isSame(work) }) else { return }
    let name = (work.authors.first ?? work.journal ?? topic.rawValue).split(separator: " ")[0].filter(\.isLetter)
    let base = topic == .program ? Product.name : "\(name)\(work.year.map(String.init) ?? "")"
    let taken = Set(entries.map(\.key))
    let key = ([""] + "bcdefghijklmnopqrstuvwxyz".map(String.init)).lazy.map { base + $0 }.first { !taken.contains($0) }
    entries.append(Entry(topic: topic, key: key ?? base, work: work))
  }

  package func text(_ format: Format) -> String {
    let ordered = Topic.allCases.map { topic in (topic, entries.filter { $0.topic == topic }) }
    switch format {
    case .text:
      return ordered.filter { !$0.1.isEmpty }.map { topic, own in
        "\(topic.rawValue)\n" + own.map { "  \($0.work.full)\n" }.joined()
      }.joined(separator: "\n")
    case .bibtex: return ordered.flatMap(\.1).map(Self.bibtex).joined(separator: "\n")
    case .csl: return JSONValue.array(ordered.flatMap(\.1).map(Self.csl)).text
    }
  }

  private static func bibtex(_ entry: Entry) -> String {
    let work = entry.work
    func escaped(_ text: String) -> String { text.replacing(/[&%#_$]/) { "\\" + $0.0 } }
    // Families of several words are one name to BibTeX only with a comma after them.
    let authors = work.authors.map { author -> String in
      if author.hasPrefix("et al") { return "others" }
      guard let (family, initials) = Self.name(author), !initials.isEmpty else { return "{\(escaped(author))}" }
      return "\(escaped(family)), \(initials.map { "\($0)." }.joined(separator: " "))"
    }
    let fields: [(String, String?)] = [
      ("author", authors.isEmpty ? nil : authors.joined(separator: " and ")),
      // The second braces keep capitals.
      ("title", work.title.map { "{\(escaped($0))}" }),
      ("journal", work.journal.map(escaped)), ("year", work.year.map(String.init)), ("volume", work.volume),
      ("pages", work.pages?.replacing("-", with: "--")), ("doi", work.doi),
      ("note", [work.note.map(escaped), work.pmid.map { "PMID \($0)" }].compactMap { $0 }.joined(separator: "; ")),
    ]
    let lines = fields.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : "  \(name) = {\($0)}" } }
    return "@\(work.journal == nil ? "misc" : "article"){\(entry.key),\n\(lines.joined(separator: ",\n"))\n}\n"
  }

  private static func csl(_ entry: Entry) -> JSONValue {
    let work = entry.work
    let authors = work.authors.map { author -> JSONValue in
      guard !author.hasPrefix("et al"), let (family, initials) = Self.name(author) else {
        return .object([("literal", .string(author))])
      }
      return .object([("family", .string(family))] + (initials.isEmpty ? [] : [("given", .string(initials))]))
    }
    let type = entry.topic == .program ? "software" : work.journal == nil ? "document" : "article-journal"
    var members: [(name: String, value: JSONValue)] = [("id", .string(entry.key)), ("type", .string(type))]
    if !authors.isEmpty { members.append(("author", .array(authors))) }
    if let year = work.year {
      members.append(("issued", .object([("date-parts", .array([.array([.number(Double(year))])]))])))
    }
    let texts: [(String, String?)] = [
      ("title", work.title), ("container-title", work.journal), ("volume", work.volume), ("page", work.pages),
      ("DOI", work.doi), ("PMID", work.pmid), ("note", work.note),
    ]
    return .object(members + texts.compactMap { name, text in text.map { (name, .string($0)) } })
  }

  /// Family name and initials of `Wu Y`; nil for what is no person's name.
  private static func name(_ author: String) -> (family: String, initials: String)? {
    guard let match = author.wholeMatch(of: /(.+?)(?: (\p{Lu}{1,3}))?/), !author.contains("developers") else {
      return nil
    }
    return (String(match.1), match.2.map(String.init) ?? "")
  }
}

extension Product {
  /// The program as a work.
  static var reference: Reference {
    var work = Reference(source: "")
    work.authors = ["The \(name) developers"]
    work.title = "\(name): dopamine-serotonin balance from dynamic PET of two tracers"
    work.note = "Version \(version)"
    return work
  }
}
