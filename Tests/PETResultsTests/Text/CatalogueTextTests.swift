import PETCore
import PETKinetics
import PETResults
import PETTracers
import Testing

/// Catalogues and lists in every format, and tables for a screen.
struct CatalogueTextTests {
  /// Numbers stand right, words left; a column is as wide as its widest cell, and no line ends in blanks.
  @Test func columnsAreAligned() {
    let text = ScreenTable(["region", "BPND", "note"], [["Pons", "10.5", "é left"], ["A", "n/a", ""]]).text()
    #expect(text == "region  BPND  note\nPons    10.5  é left\nA        n/a\n")
    #expect(ScreenTable(["a", "b"], []).text() == "a  b\n")
    // One word makes a column of words; a sign and an empty cell do not.
    #expect(ScreenTable(["a", "bb"], [["x", "-1"], ["y", ""]]).text() == "a  bb\nx  -1\ny\n")
    #expect(ScreenTable(["a", "bbb"], [["x", "1"], ["y", "no"]]).text() == "a  bbb\nx  1\ny  no\n")
  }

  private static func list(_ format: CatalogueFormat, madeBy: String? = nil) -> String {
    CatalogueText.list(
      format, title: "Things", columns: ["name", "what"], rows: [["a", "one \"thing\""], ["b", "two"]], madeBy: madeBy)
  }

  @Test func aListIsTheSameInEveryFormat() throws {
    let table = try TSVTable(text: Self.list(.tsv), file: "a")
    #expect(table.columns == ["name", "what"] && table.rows == [["a", "one \"thing\""], ["b", "two"]])
    let json = try #require(JSONValue(parsing: Self.list(.json)))
    #expect(json == .array([["name": "a", "what": "one \"thing\""], ["name": "b", "what": "two"]]))
    #expect(
      Self.list(.markdown, madeBy: "do it")
        == "# Things\n\nMade by `do it`.\n\n| name | what |\n| --- | --- |\n| a | one \"thing\" |\n| b | two |\n")
    #expect(Self.list(.markdown).hasPrefix("# Things\n\n| name"))
  }

  /// Bounds and typical values stand in the unit that stands beside them.
  @Test func modelsAreToldInTheirUnits() throws {
    let json = try #require(JSONValue(parsing: CatalogueText.models(.json))?.list)
    #expect(json.compactMap { $0["Model"]?.string } == ModelCatalogue.all.map { $0.card.id })
    for (own, model) in zip(json, ModelCatalogue.all) {
      for (told, parameter) in zip(own["Parameters"]?.list ?? [], model.card.parameters) {
        // Inside everything is in seconds: a rate of the text is 60 times as large, and a time a sixtieth.
        let factors: [String: Double] = ["1/min": 60, "mL/cm3/min": 60, "min": 1 / 60]
        let factor = factors[told["Units"]?.string ?? ""] ?? 1
        let typical = try #require(told["Typical"]?.double)
        #expect(abs(typical - parameter.typical * factor) <= 1e-12 * abs(typical), "\(model.card.id)")
        let bounds = told["Bounds"]?.list?.compactMap(\.double) ?? []
        #expect(
          bounds.count == 2 && bounds[0] <= typical && typical <= bounds[1], "\(model.card.id) \(parameter.symbol)")
      }
    }
    let rows = try TSVTable(text: CatalogueText.models(.tsv), file: "a").rows
    #expect(rows.count == json.count && rows.allSatisfy { $0[0] != "n/a" && $0[4].hasPrefix("10.") })
  }

  /// Pages are tables: a cell that holds their rule would be two.
  @Test func pagesHaveWholeRows() {
    for page in [CatalogueText.models(.markdown), CatalogueText.files(.markdown)] {
      var width = 0
      for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
        guard line.hasPrefix("|") else {
          width = 0
          continue
        }
        let count = line.count { $0 == "|" }
        #expect(width == 0 || count == width, "\(line)")
        width = count
      }
    }
  }

  /// Every source, range and caveat of a card is told to the reader of a screen, of a page and of the JSON.
  @Test func everythingOnACardIsTold() throws {
    let cards = TracerCatalogue.builtIn.all
    let page = CatalogueText.tracers(.markdown)
    let json = try #require(JSONValue(parsing: CatalogueText.tracers(.json))?.list)
    #expect(json.count == cards.count)
    for (card, own) in zip(cards, json) {
      let screen = CatalogueText.tracer(card)
      let sources =
        card.usualRanges.map(\.source) + card.retest.map(\.source) + card.misuse.map(\.source) + card.caveats
        + card.sources + card.interactions.map(\.source) + card.unverified
        + [card.usualScan?.source, card.k2prime?.source].compactMap { $0 }
      for source in sources { #expect(screen.contains(source) && page.contains(source), "\(card.id): \(source)") }
      #expect(screen.hasPrefix(card.name + "\n") && own["Tracer"]?.string == card.id)
      #expect(own["UsualRanges"]?.list?.count == card.usualRanges.count)
      #expect((own["k2prime"] == .null) == (card.k2prime == nil))
    }
  }
}
