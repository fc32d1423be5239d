import PETBinding
import PETCore
import PETKinetics

/// How a catalogue is printed.
package enum CatalogueFormat: String, Sendable, CaseIterable {
  case table, tsv, json, markdown
}

/// The catalogues of models and tracers as text, made from their cards.
package enum CatalogueText {
  package static func models(_ format: CatalogueFormat) -> String {
    let cards = ModelCatalogue.all.map { model in model.card }
    let columns = ["model", "title", "needs", "parameters", "doi"]
    let rows = cards.map { card in
      [
        card.id, card.title,
        ModelCard.Need.allCases.filter(card.needs.contains).map(\.rawValue).joined(separator: ", "),
        card.parameters.map { $0.unit == .unitless ? $0.symbol : "\($0.symbol) [\($0.unit.label)]" }.joined(
          separator: " "),
        card.doi,
      ]
    }
    switch format {
    case .table: return ScreenTable.text(columns, rows)
    case .tsv: return tsv(columns, rows)
    case .json: return JSONValue.array(cards.map(json)).text
    case .markdown:
      let lines = rows.map { "| " + [$0[0], $0[1], $0[2], $0[3]].joined(separator: " | ") + " |" }
      return "# Models\n\nMade by `petbalance models --format markdown` from the cards of the models.\n\n"
        + "| model | title | needs | parameters |\n| --- | --- | --- | --- |\n" + lines.joined(separator: "\n") + "\n\n"
        + cards.map(markdown).joined(separator: "\n")
    }
  }

  package static func tracers(_ format: CatalogueFormat) -> String {
    let cards = TracerCatalogue.all
    let columns = ["tracer", "name", "system", "target", "isotope", "reference", "models", "k2prime [1/min]"]
    let rows = cards.map { card in
      [
        card.id, card.name, card.system.rawValue, card.target, card.isotope.rawValue,
        card.referenceRegions.isEmpty ? "none" : card.referenceRegions.joined(separator: ", "),
        card.models.joined(separator: ", "), card.k2prime.map { NumberText.exact($0.perMinute) } ?? "n/a",
      ]
    }
    switch format {
    case .table: return ScreenTable.text(columns, rows)
    case .tsv: return tsv(columns, rows)
    case .json: return JSONValue.array(cards.map(json)).text
    case .markdown: return "# Tracers\n\n" + cards.map(markdown).joined(separator: "\n")
    }
  }

  /// A plain list with the same columns in every format.
  package static func list(_ format: CatalogueFormat, title: String, columns: [String], rows: [[String]]) -> String {
    switch format {
    case .table: return ScreenTable.text(columns, rows)
    case .tsv: return tsv(columns, rows)
    case .json:
      return JSONValue.array(rows.map { row in .object(zip(columns, row).map { ($0, .string($1)) }) }).text
    case .markdown:
      let lines = ([columns, columns.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
      return "# \(title)\n\n" + lines.joined(separator: "\n") + "\n"
    }
  }

  private static func tsv(_ columns: [String], _ rows: [[String]]) -> String {
    var text = TSVText(columns: columns)
    for row in rows { text.add(row) }
    return text.text
  }

  private static func json(_ card: ModelCard) -> JSONValue {
    .object([
      ("Model", .string(card.id)), ("Title", .string(card.title)),
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
      ("StandardErrors", .string(card.errors)), ("Citation", .string(card.citation)), ("DOI", .string(card.doi)),
      ("Sentence", .string(card.sentence)),
    ])
  }

  private static func markdown(_ card: ModelCard) -> String {
    let needs = ModelCard.Need.allCases.filter(card.needs.contains).map(\.rawValue).joined(separator: ", ")
    var text = "## \(card.id): \(card.title)\n\n\(card.sentence)\n\nNeeds: \(needs)."
    if card.needs.contains(.plasma) {
      switch card.bloodVolume {
      case .fitted: text += " Blood volume: fitted unless given (`--vb`)."
      case .fixed(let volume): text += " Blood volume: \(NumberText.short(volume)) unless given (`--vb`)."
      }
    }
    text += "\n\n"
    text += "| parameter | meaning | unit | bounds | fitted |\n| --- | --- | --- | --- | --- |\n"
    for p in card.parameters {
      let bounds = [p.bounds.lowerBound, p.bounds.upperBound].map { NumberText.short($0 * p.unit.fromInternal) }
      text +=
        "| \(p.symbol) | \(p.meaning) | \(p.unit.label) | \(bounds[0]) to \(bounds[1]) | \(p.fitted ? "yes" : "derived") |\n"
    }
    if !card.errors.isEmpty { text += "\n\(card.errors)\n" }
    return text + "\n\(card.citation), [doi:\(card.doi)](https://doi.org/\(card.doi))\n"
  }

  private static func json(_ card: TracerCard) -> JSONValue {
    .object([
      ("Tracer", .string(card.id)), ("Name", .string(card.name)), ("System", .string(card.system.rawValue)),
      ("Target", .string(card.target)), ("Isotope", .string(card.isotope.rawValue)),
      ("HalfLife", .object([("Value", .number(card.isotope.halfLife)), ("Units", "s")])),
      ("ReferenceRegions", .array(card.referenceRegions.map(JSONValue.string))),
      ("Models", .array(card.models.map(JSONValue.string))),
      (
        "k2prime",
        card.k2prime.map {
          .object([("Value", .number($0.perMinute)), ("Units", "1/min"), ("Source", .string($0.source))])
        }
          ?? .null
      ),
      (
        "UsualRanges",
        .array(
          card.usualRanges.map { range in
            .object([
              ("Region", .string(range.region)), ("Measure", .string(range.measure)),
              ("Low", .number(range.range.lowerBound)), ("High", .number(range.range.upperBound)),
              ("Source", .string(range.source)),
            ])
          })
      ),
      ("Caveats", .array(card.caveats.map(JSONValue.string))), ("Sources", .array(card.sources.map(JSONValue.string))),
    ])
  }

  private static func markdown(_ card: TracerCard) -> String {
    var text = "## \(card.name)\n\n"
    text += "\(card.target), \(card.system.rawValue) system, \(card.isotope.rawValue). "
    text += "Reference: \(card.referenceRegions.isEmpty ? "none" : card.referenceRegions.joined(separator: ", ")). "
    text += "Models: \(card.models.joined(separator: ", ")).\n\n"
    for range in card.usualRanges {
      let low = NumberText.short(range.range.lowerBound)
      text +=
        "- \(range.region) \(range.measure) \(low) to \(NumberText.short(range.range.upperBound)) (\(range.source))\n"
    }
    for caveat in card.caveats { text += "- \(caveat)\n" }
    return text + "\nSources: " + card.sources.joined(separator: "; ") + "\n"
  }
}
