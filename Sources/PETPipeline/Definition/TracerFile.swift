package import PETCore
import PETKinetics
package import PETTracers

/// A user's own tracers: a YAML list with a mapping for each, in the form that a built-in card is printed in.
package enum TracerFile {
  /// Far more than anyone writes by hand.
  static let sizeLimit = 1 << 20
  static let mostCards = 500
  private static let longestText = 1000

  package static let keys = [
    "id", "name", "synonyms", "target", "system", "also-marks", "isotope", "reference", "models", "usual-scan",
    "k2prime", "usual-ranges", "retest", "misuse", "interactions", "caveats", "sources", "unverified",
  ]

  /// Reads a file; every fault is reported, each with line and column.
  package static func read(_ path: String) throws(PETError) -> [TracerCard] {
    let bytes = try RegularFile.contents(path, limit: sizeLimit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PETError(.wrongInput, file: path, "the text is not UTF-8", remedy: "save the file as UTF-8")
    }
    return try parse(text, file: path)
  }

  package static func parse(_ text: String, file: String) throws(PETError) -> [TracerCard] {
    let reader = YAMLReader(file: file)
    guard let root = try YAMLReader.root(of: text, file: file), let list = root.list else {
      throw PETError(
        .wrongInput, file: file, "the file holds no list of tracers",
        remedy: "begin each with - id: (petbalance tracers --format yaml NAME prints one)")
    }
    if list.count > mostCards {
      throw PETError(
        .wrongInput, file: file, "\(list.count) tracers are too many", remedy: "give \(mostCards) or fewer")
    }
    var cards: [TracerCard] = []
    var taken: [String: String] = [:]
    for (number, node) in list.enumerated() {
      let place = "tracers[\(number + 1)]"
      let section = reader.section(node, place, allowed: keys)
      guard let card = card(section, place) else { continue }
      let twice = Set(card.keys.compactMap { taken[$0] })
      for other in twice.sorted() {
        section.fault("id", "a spelling of '\(card.id)' is one of '\(other)' too", "give each tracer its own names")
      }
      for key in card.keys { taken[key] = card.id }
      cards.append(card)
    }
    try reader.throwFaults()
    return cards
  }

  // MARK: - A card

  private static func card(_ own: YAMLReader.Section, _ place: String) -> TracerCard? {
    guard own.node?.members != nil else { return nil }
    let id = own.requiredText("id").flatMap { word($0, own, "id") }
    let name = line(own, "name", required: true)
    let target = line(own, "target", required: true)
    let system = own.requiredText("system").flatMap { Self.system($0, own, "system") }
    let isotope = own.requiredText("isotope").flatMap { spelling -> Isotope? in
      if let isotope = Isotope(spelling: spelling) { return isotope }
      own.fault(
        "isotope", "there is no isotope '\(spelling)'",
        NearestName.advice(for: spelling, among: Isotope.allCases.map(\.rawValue)))
      return nil
    }
    let models = lines(own, "models")
    for model in models where !ModelCatalogue.names.contains(model) {
      own.fault(
        "models", "there is no model '\(model)'", NearestName.advice(for: model, among: ModelCatalogue.names))
    }
    let reader = own.reader
    func list<Value>(_ key: String, _ allowed: [String], _ make: (YAMLReader.Section) -> Value?) -> [Value] {
      nodes(own, key).enumerated().compactMap { number, node in
        let section = reader.section(node, "\(place).\(key)[\(number + 1)]", allowed: allowed)
        guard section.node?.members != nil else { return nil }
        return make(section)
      }
    }
    let scan = usualScan(own.section("usual-scan", allowed: ["minutes", "injection", "source"]))
    let rate = own.section("k2prime", allowed: ["value", "source"])
    let k2prime =
      rate.node == nil
      ? nil
      : both(number(rate, "value", in: 1e-4...10, unit: "1/min"), line(rate, "source", required: true))
        .map { TracerCard.ReferenceRate(perMinute: $0, source: $1) }
    let ranges: [TracerCard.UsualRange] = list("usual-ranges", ["region", "measure", "range", "source"]) { section in
      let range = requiredRange(section, "range", in: -1e6...1e6, unit: "the unit of the measure")
      guard
        let (region, measure) = both(line(section, "region", required: true), line(section, "measure", required: true)),
        let (limits, source) = both(range, line(section, "source", required: true))
      else { return nil }
      return TracerCard.UsualRange(region, measure, limits, source: source)
    }
    let retest: [TracerCard.Retest] = list("retest", ["regions", "measure", "variability", "source"]) { section in
      guard
        let (value, source) = both(
          number(section, "variability", in: 0.01...200, unit: "percent"), line(section, "source", required: true))
      else { return nil }
      return TracerCard.Retest(
        lines(section, "regions"), value, measure: line(section, "measure") ?? "BPND", source: source)
    }
    let misuse: [TracerCard.Misuse] = list("misuse", ["regions", "except", "sentence", "source"]) { section in
      both(line(section, "sentence", required: true), line(section, "source", required: true)).map {
        TracerCard.Misuse(lines(section, "regions"), except: lines(section, "except"), $0, source: $1)
      }
    }
    let interactions: [TracerCard.Interaction] = list("interactions", ["drugs", "sentence", "source"]) { section in
      let drugs = lines(section, "drugs")
      if drugs.isEmpty { section.fault("drugs", "no drug is named", "write drugs: [name]") }
      return both(line(section, "sentence", required: true), line(section, "source", required: true)).map {
        TracerCard.Interaction(drugs, $0, source: $1)
      }
    }
    let alsoMarks = lines(own, "also-marks").compactMap { Self.system($0, own, "also-marks") }
    let (synonyms, reference) = (lines(own, "synonyms"), lines(own, "reference"))
    for (key, spellings) in [("name", name.map { [$0] } ?? []), ("synonyms", synonyms)] {
      for spelling in spellings where TracerCatalogue.key(spelling).isEmpty {
        own.fault(key, "'\(spelling)' names no tracer", "write letters besides the isotope")
      }
    }
    let (caveats, sources, unverified) = (lines(own, "caveats"), lines(own, "sources"), lines(own, "unverified"))
    guard let id, let name, let target, let system, let isotope else { return nil }
    return TracerCard(
      id: id, name: name, synonyms: synonyms, target: target, system: system, alsoMarks: alsoMarks, isotope: isotope,
      referenceRegions: reference, models: models, usualScan: scan, k2prime: k2prime, usualRanges: ranges,
      retest: retest, misuse: misuse, interactions: interactions, caveats: caveats, sources: sources,
      unverified: unverified)
  }

  private static func usualScan(_ section: YAMLReader.Section) -> TracerCard.UsualScan? {
    guard section.node != nil else { return nil }
    let minutes = requiredRange(section, "minutes", in: 0...10_000, unit: "min after injection")
    let injection = section.choice("injection", TracerCard.UsualScan.Injection.allCases.map(\.rawValue))
    return both(minutes, line(section, "source", required: true)).map {
      TracerCard.UsualScan($0, injection.flatMap(TracerCard.UsualScan.Injection.init), source: $1)
    }
  }

  private static func both<A, B>(_ a: A?, _ b: B?) -> (A, B)? {
    guard let a, let b else { return nil }
    return (a, b)
  }

  // MARK: - Values

  /// One line of text.
  private static func line(_ section: YAMLReader.Section, _ key: String, required: Bool = false) -> String? {
    guard let text = required ? section.requiredText(key) : section.text(key) else { return nil }
    return checked(text, section, key)
  }

  private static func checked(_ text: String, _ section: YAMLReader.Section, _ key: String) -> String? {
    if !text.isEmpty, text.count <= longestText, !text.contains(where: \.isNewline), text.trimmed == text {
      return text
    }
    section.fault(
      key, "the text is empty, or more than one line", "write one line of \(longestText) characters or fewer")
    return nil
  }

  private static func word(_ text: String, _ section: YAMLReader.Section, _ key: String) -> String? {
    if text.count <= 40, text.wholeMatch(of: /[a-z][a-z0-9]*/) != nil { return text }
    section.fault(
      key, "'\(text)' is not a lower-case word of letters and digits", "write it so, in 40 characters or fewer")
    return nil
  }

  private static func system(_ text: String, _ section: YAMLReader.Section, _ key: String) -> TracerCard.System? {
    guard let word = word(text, section, key) else { return nil }
    // The keys of `read` that are no systems.
    guard !PipelineLoader.readKeys.contains(word) else {
      section.fault(key, "'\(word)' means something else in a pipeline", "choose another word")
      return nil
    }
    return TracerCard.System(rawValue: word)
  }

  /// A list of lines; one line counts as a list of one.
  private static func lines(_ section: YAMLReader.Section, _ key: String) -> [String] {
    if section.members[key]?.string != nil { return line(section, key).map { [$0] } ?? [] }
    return (section.texts(key) ?? []).compactMap { checked($0, section, key) }
  }

  private static func nodes(_ section: YAMLReader.Section, _ key: String) -> [YAMLNode] {
    guard let value = section.members[key] else { return [] }
    if let list = value.list { return list }
    section.fault(key, "a list of mappings is needed here", "begin each with -")
    return []
  }

  private static func number(
    _ section: YAMLReader.Section, _ key: String, in range: ClosedRange<Double>, unit: String
  ) -> Double? {
    if section.members[key] == nil { section.fault(key, "the key is missing", "add \(key): …") }
    return section.number(key, in: range, unit: unit)
  }

  private static func requiredRange(
    _ section: YAMLReader.Section, _ key: String, in limits: ClosedRange<Double>, unit: String
  ) -> ClosedRange<Double>? {
    if section.members[key] == nil { section.fault(key, "the key is missing", "add \(key): [from, to]") }
    guard let range = section.range(key, unit: unit) else { return nil }
    if limits.contains(range.lowerBound), limits.contains(range.upperBound) { return range }
    section.fault(
      key, "the numbers are not from \(NumberText.short(limits.lowerBound)) to \(NumberText.short(limits.upperBound))",
      "give them in \(unit)")
    return nil
  }

  // MARK: - Writing

  /// A card in the form that `parse` reads.
  package static func text(_ card: TracerCard) -> String {
    func quoted(_ text: String) -> String {
      "\"" + printable(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")) + "\""
    }
    func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ", ") + "]" }
    func range(_ range: ClosedRange<Double>) -> String {
      "[\(NumberText.exact(range.lowerBound)), \(NumberText.exact(range.upperBound))]"
    }
    var text = "- id: \(card.id)\n  name: \(quoted(card.name))\n"
    func add(_ key: String, _ value: String) { text += "  \(key): \(value)\n" }
    func add(_ key: String, items: [String]) {
      if !items.isEmpty { text += "  \(key):\n" + items.map { "    - \($0)\n" }.joined() }
    }
    if !card.synonyms.isEmpty { add("synonyms", list(card.synonyms)) }
    add("target", quoted(card.target))
    add("system", card.system.rawValue)
    if !card.alsoMarks.isEmpty { add("also-marks", list(card.alsoMarks.map(\.rawValue))) }
    add("isotope", card.isotope.rawValue)
    if !card.referenceRegions.isEmpty { add("reference", list(card.referenceRegions)) }
    if !card.models.isEmpty { add("models", list(card.models)) }
    if let scan = card.usualScan {
      let injection = scan.injection.map { ", injection: \($0.rawValue)" } ?? ""
      add("usual-scan", "{minutes: \(range(scan.minutes))\(injection), source: \(quoted(scan.source))}")
    }
    if let rate = card.k2prime {
      add("k2prime", "{value: \(NumberText.exact(rate.perMinute)), source: \(quoted(rate.source))}")
    }
    add(
      "usual-ranges",
      items: card.usualRanges.map {
        "{region: \(quoted($0.region)), measure: \(quoted($0.measure)), range: \(range($0.range)), "
          + "source: \(quoted($0.source))}"
      })
    add(
      "retest",
      items: card.retest.map {
        "{regions: \(list($0.regions)), measure: \(quoted($0.measure)), "
          + "variability: \(NumberText.exact($0.variability)), source: \(quoted($0.source))}"
      })
    add(
      "misuse",
      items: card.misuse.map {
        "{regions: \(list($0.regions)), except: \(list($0.except)), sentence: \(quoted($0.sentence)), "
          + "source: \(quoted($0.source))}"
      })
    add(
      "interactions",
      items: card.interactions.map {
        "{drugs: \(list($0.drugs)), sentence: \(quoted($0.sentence)), source: \(quoted($0.source))}"
      })
    add("caveats", items: card.caveats.map(quoted))
    add("sources", items: card.sources.map(quoted))
    add("unverified", items: card.unverified.map(quoted))
    return text
  }
}
