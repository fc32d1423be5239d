import PETCore
package import PETKinetics
package import PETTracers

/// How a catalogue is printed.
package enum CatalogueFormat: String, Sendable, CaseIterable {
  case table, tsv, json, markdown
}

/// The catalogues of models and tracers as text, made from their cards.
package enum CatalogueText {
  /// - Parameter width: characters of a line of the screen, which a table keeps to; nil for any number.
  package static func models(
    _ format: CatalogueFormat, _ cards: [ModelCard] = ModelCatalogue.all.map { model in model.card }, width: Int? = nil
  ) -> String {
    let columns = ["model", "title", "needs", "parameters", "doi"]
    let rows = cards.map { card in
      [
        card.id, card.title,
        needs(card),
        card.parameters.map { $0.unit == .unitless ? $0.symbol : "\($0.symbol) [\($0.unit.label)]" }.joined(
          separator: " "),
        card.doi ?? "n/a",
      ]
    }
    switch format {
    case .table: return ScreenTable(columns, rows).text(width: width)
    case .tsv: return tsv(columns, rows)
    case .json: return JSONValue.array(cards.map(json)).text
    case .markdown:
      let lines = rows.map { "| " + [$0[0], $0[1], $0[2], $0[3]].joined(separator: " | ") + " |" }
      return "# Models\n\nMade by `petbalance models --format markdown` from the cards of the models.\n\n"
        + "| model | title | needs | parameters |\n| --- | --- | --- | --- |\n" + lines.joined(separator: "\n") + "\n\n"
        + cards.map(markdown).joined(separator: "\n")
    }
  }

  /// Everything that one card of a model says, for the reader of a screen.
  package static func model(_ card: ModelCard) -> String {
    let rows = card.parameters.map { p in
      return [
        p.symbol, p.meaning, p.unit.label, bounds(p), p.fitted ? "fitted" : "derived",
      ]
    }
    let table = ScreenTable(["parameter", "meaning", "unit", "bounds", "how"], rows).text()
    return "\(card.id): \(card.title)\n\(card.sentence)\nneeds: \(needs(card)); outcome: \(card.outcome)\n\n\(table)"
      + (card.errors.isEmpty ? "" : "\n\(card.errors)\n") + "\n"
      + card.references.map { $0.text + "\n" + ($0.doi.map { "https://doi.org/\($0)\n" } ?? "") }.joined()
  }

  private static func needs(_ card: ModelCard) -> String {
    ModelCard.Need.allCases.filter(card.needs.contains).map(\.rawValue).joined(separator: ", ")
  }

  private static func bounds(_ parameter: ModelCard.Parameter) -> String {
    [parameter.bounds.lowerBound, parameter.bounds.upperBound]
      .map { NumberText.short($0 * parameter.unit.fromInternal) }.joined(separator: " to ")
  }

  /// The files that a run leaves.
  package static func files(_ format: CatalogueFormat, width: Int? = nil) -> String {
    list(
      format, title: "Files", columns: ["of", "name", "endings", "what it holds"],
      rows: ResultFile.all.map { [$0.owner.rawValue, $0.name, $0.endings.joined(separator: " "), $0.meaning] },
      madeBy: "petbalance pipelines --files --format markdown", width: width)
  }

  package static func tracers(
    _ format: CatalogueFormat, _ cards: [TracerCard] = TracerCatalogue.builtIn.all, width: Int? = nil
  ) -> String {
    let columns = ["tracer", "name", "system", "target", "isotope", "reference", "models", "k2prime [1/min]"]
    let rows = cards.map { card -> [String] in
      let rate = card.k2prime.map { NumberText.exact($0.perMinute) } ?? "n/a"
      return [
        card.id, card.name, card.system.rawValue, card.target, card.isotope.rawValue, reference(card), models(card),
        rate,
      ]
    }
    switch format {
    case .table: return ScreenTable(columns, rows).text(width: width)
    case .tsv: return tsv(columns, rows)
    case .json: return JSONValue.array(cards.map(json)).text
    case .markdown:
      return
        "# Tracers\n\nMade by `petbalance tracers --format markdown` from the cards of the tracers. Every figure has "
        + "a source; what has none that was seen is named at the end of its card. Variability is that of two scans of one "
        + "person, CV the coefficient of variation within a person that follows.\n\n"
        + cards.map(markdown).joined(separator: "\n")
    }
  }

  /// Everything that one card says, for the reader of a screen.
  package static func tracer(_ card: TracerCard) -> String {
    let lines = [
      card.name, "\(card.target), \(systems(card)) system, \(card.isotope.rawValue)", "reference: \(reference(card))",
      "models: \(models(card))",
    ]
    let parts = details(card).map { part in
      "\n\(part.title):\n" + part.lines.map { "  \($0)\n" }.joined()
    }
    return lines.joined(separator: "\n") + "\n" + parts.joined()
  }

  private static func systems(_ card: TracerCard) -> String {
    ([card.system] + card.alsoMarks).map(\.rawValue).joined(separator: " and ")
  }

  private static func reference(_ card: TracerCard) -> String {
    if !card.referenceRegions.isEmpty { return card.referenceRegions.joined(separator: ", ") }
    return card.unverified.contains("reference region") ? "not verified" : "none"
  }

  private static func models(_ card: TracerCard) -> String {
    card.models.isEmpty ? "not verified" : card.models.joined(separator: ", ")
  }

  /// The parts of a card that have sources, with a title each; those without lines are left out.
  private static func details(_ card: TracerCard) -> [(title: String, lines: [String])] {
    func short(_ range: ClosedRange<Double>) -> String {
      "\(NumberText.short(range.lowerBound)) to \(NumberText.short(range.upperBound))"
    }
    func places(_ regions: [String]) -> String { regions.isEmpty ? "all regions" : regions.joined(separator: ", ") }
    let scan = card.usualScan.map { scan -> String in
      let injection = scan.injection.map { ", \($0.rawValue)" } ?? ""
      return "\(short(scan.minutes)) min after injection\(injection) (\(scan.source))"
    }
    let rate = card.k2prime.map { "\(NumberText.exact($0.perMinute)) 1/min (\($0.source))" }
    let ranges = card.usualRanges.map { "\($0.region) \($0.measure) \(short($0.range)) (\($0.source))" }
    let retest = card.retest.map { own -> String in
      let within = NumberText.short(Rounding.significant(own.withinSubject, digits: 3))
      return
        "\(places(own.regions)) \(own.measure): \(NumberText.short(own.variability))%, CV \(within)% (\(own.source))"
    }
    let misuse = card.misuse.map { rule in
      "\(rule.places): \(rule.sentence) (\(rule.source))"
    }
    let drugs = card.interactions.map { "\($0.drugs.joined(separator: ", ")): \($0.sentence) (\($0.source))" }
    let parts: [(title: String, lines: [String])] = [
      ("usual scan", [scan].compactMap { $0 }), ("k2'", [rate].compactMap { $0 }), ("usual values", ranges),
      ("test-retest variability", retest), ("not to be read as its target", misuse), ("drugs", drugs),
      ("caveats", card.caveats), ("sources", card.sources), ("no source seen for", card.unverified),
    ]
    return parts.filter { !$0.lines.isEmpty }
  }

  /// A plain list with the same columns in every format.
  /// - Parameter command: that writes the page anew; nil for a list that is no page.
  package static func list(
    _ format: CatalogueFormat, title: String, columns: [String], rows: [[String]], madeBy command: String? = nil,
    width: Int? = nil
  ) -> String {
    switch format {
    case .table: return ScreenTable(columns, rows).text(width: width)
    case .tsv: return tsv(columns, rows)
    case .json:
      return JSONValue.array(rows.map { row in .object(zip(columns, row).map { ($0, .string($1)) }) }).text
    case .markdown:
      let lines = ([columns, columns.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      let made = command.map { "Made by `\($0)`.\n\n" } ?? ""
      return "# \(title)\n\n" + made + lines.joined(separator: "\n") + "\n"
    }
  }

  private static func tsv(_ columns: [String], _ rows: [[String]]) -> String {
    var text = TSVText(columns: columns)
    for row in rows { text.add(row) }
    return text.text
  }

  private static func json(_ card: ModelCard) -> JSONValue {
    .object([
      (Sidecar.model, .string(card.id)), ("Title", .string(card.title)),
      ("Needs", .array(ModelCard.Need.allCases.filter(card.needs.contains).map { .string($0.rawValue) })),
      ("Outcome", .string(card.outcome)),
      (
        "Parameters",
        .array(
          card.parameters.map { p in
            .object([
              ("Symbol", .string(p.symbol)), ("Meaning", .string(p.meaning)), ("Units", .string(p.unit.label)),
              ("Bounds", .array([p.bounds.lowerBound, p.bounds.upperBound].map { .number($0 * p.unit.fromInternal) })),
              ("Typical", .number(p.typical * p.unit.fromInternal)), ("Fitted", .bool(p.fitted)),
            ])
          })
      ),
      (Sidecar.standardErrors, .string(card.errors)), ("Citation", .string(card.citation)),
      ("DOI", card.doi.map(JSONValue.string) ?? .null),
      ("Sentence", .string(card.sentence)),
    ])
  }

  private static func markdown(_ card: ModelCard) -> String {
    var text = "## \(card.id): \(card.title)\n\n\(card.sentence)\n\nNeeds: \(needs(card))."
    if card.needs.contains(.plasma) {
      switch card.bloodVolume {
      case .fitted: text += " Blood volume: fitted unless given (`--vb`)."
      case .fixed(let volume): text += " Blood volume: \(NumberText.short(volume)) unless given (`--vb`)."
      }
    }
    text += "\n\n"
    text += "| parameter | meaning | unit | bounds | fitted |\n| --- | --- | --- | --- | --- |\n"
    for p in card.parameters {
      text +=
        "| \(p.symbol) | \(p.meaning) | \(p.unit.label) | \(bounds(p)) | \(p.fitted ? "yes" : "derived") |\n"
    }
    if !card.errors.isEmpty { text += "\n\(card.errors)\n" }
    let works = card.references.map { work in
      work.text + (work.doi.map { ", [doi:\($0)](https://doi.org/\($0))" } ?? "") + "\n"
    }
    return text + "\n" + works.joined(separator: "\n")
  }

  private static func json(_ card: TracerCard) -> JSONValue {
    func list(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
    func objects<Item>(_ items: [Item], _ members: (Item) -> [(name: String, value: JSONValue)]) -> JSONValue {
      .array(items.map { .object(members($0)) })
    }
    let rate = card.k2prime.map { rate -> JSONValue in
      .object([("Value", .number(rate.perMinute)), ("Units", "1/min"), ("Source", .string(rate.source))])
    }
    let scan = card.usualScan.map { scan -> JSONValue in
      .object([
        ("Start", .number(scan.minutes.lowerBound)), ("End", .number(scan.minutes.upperBound)), ("Units", "min"),
        ("Injection", .string(scan.injection?.rawValue ?? "n/a")), ("Source", .string(scan.source)),
      ])
    }
    var members: [(name: String, value: JSONValue)] = [
      (Sidecar.tracer, .string(card.id)), ("Name", .string(card.name)), ("Synonyms", list(card.synonyms)),
      (Sidecar.system, .string(card.system.rawValue)), ("AlsoMarks", list(card.alsoMarks.map(\.rawValue))),
      ("Target", .string(card.target)), ("Isotope", .string(card.isotope.rawValue)),
      ("HalfLife", .object([("Value", .number(card.isotope.halfLife)), ("Units", "s")])),
      ("ReferenceRegions", list(card.referenceRegions)), ("Models", list(card.models)), ("UsualScan", scan ?? .null),
      ("k2prime", rate ?? .null),
    ]
    members.append(
      (
        "UsualRanges",
        objects(card.usualRanges) { range in
          [
            ("Region", .string(range.region)), (Sidecar.measure, .string(range.measure)),
            ("Low", .number(range.range.lowerBound)), ("High", .number(range.range.upperBound)),
            ("Source", .string(range.source)),
          ]
        }
      ))
    members.append(
      (
        "TestRetest",
        objects(card.retest) { own in
          [
            ("Regions", list(own.regions)), (Sidecar.measure, .string(own.measure)),
            ("AbsoluteVariability", .number(own.variability)),
            ("WithinSubjectCV", .number(Rounding.significant(own.withinSubject, digits: 6))), ("Units", "%"),
            ("Source", .string(own.source)),
          ]
        }
      ))
    members.append(
      (
        "Misuse",
        objects(card.misuse) { rule in
          [
            ("Regions", list(rule.regions)), ("Except", list(rule.except)), ("Sentence", .string(rule.sentence)),
            ("Source", .string(rule.source)),
          ]
        }
      ))
    members.append(
      (
        "Interactions",
        objects(card.interactions) { own in
          [("Drugs", list(own.drugs)), ("Sentence", .string(own.sentence)), ("Source", .string(own.source))]
        }
      ))
    members += [
      ("Caveats", list(card.caveats)), (Sidecar.sources, list(card.sources)), ("Unverified", list(card.unverified)),
    ]
    return .object(members)
  }

  private static func markdown(_ card: TracerCard) -> String {
    var text = "## \(card.name)\n\n`\(card.id)`: \(card.target), \(systems(card)) system, \(card.isotope.rawValue). "
    text += "Reference: \(reference(card)). Models: \(models(card)).\n\n"
    for part in details(card) {
      let lines = part.lines
      switch part.title {
      case "sources": text += "\nSources: " + lines.joined(separator: "; ") + "\n"
      case "no source seen for": text += "\nNo source seen for: " + lines.joined(separator: ", ") + ".\n"
      case "caveats": text += lines.map { "- \($0)\n" }.joined()
      default:
        text += lines.map { "- \(part.title): \($0)\n" }.joined()
      }
    }
    return text
  }
}
