import PETCore
import PETResults
import PETTestSupport
import Testing

@testable import PETPipeline

/// What a run ends with on the screen.
struct HeadlineTests {
  private static let rows = [
    ("sub-1", "Thalamus"), ("sub-1", "Cortex"), ("sub-1", "Putamen"), ("sub-2", "Putamen"), ("sub-2", "Thalamus"),
  ]

  private static func headline(primary: String = "", limit: Int = 12) throws -> Headline {
    let small = try SmallOutput(balance: "measure: BPND" + (primary.isEmpty ? "" : ", primary: [\(primary)]"))
    var text = TSVText(columns: [
      "participant_id", "session_id", "pair", "region", "dopamine", "dopamine-se", "serotonin", "serotonin-se", "ratio",
      "ratio-low", "ratio-high", "ratio-interval", "status",
    ])
    for (person, region) in rows {
      text.add([person, "n/a", "p", region, "2.04", "0.021", "1.02", "0.01", "2", "1.9", "2.1", "bounded", "ok"])
    }
    try small.folder.write(ResultFile.balances.name, text.text)
    return try #require(try Headline(output: small.folder.path, definition: small.definition, limit: limit))
  }

  private static func shown(_ headline: Headline) -> [String] {
    headline.table.text().split(separator: "\n").dropFirst().prefix { $0.hasPrefix("sub-") }.map { line in
      line.split(separator: " ").prefix(2).joined(separator: " ")
    }
  }

  /// The usual regions in their order, person by person; what there is besides is counted.
  @Test func usualRegions() throws {
    let all = try Self.headline()
    #expect(Self.shown(all) == ["sub-1 Putamen", "sub-1 Thalamus", "sub-2 Putamen", "sub-2 Thalamus"])
    #expect(all.more == 1 && all.missing.isEmpty)
    let three = try Self.headline(limit: 3)
    #expect(Self.shown(three) == ["sub-1 Putamen", "sub-1 Thalamus", "sub-2 Putamen"] && three.more == 2)
  }

  /// The pipeline's own in its order; a region that no balance has is named, and without any the first rows stand.
  @Test func regionsOfThePipeline() throws {
    let own = try Self.headline(primary: "cortex, Thalamus, Raphe")
    #expect(Self.shown(own) == ["sub-1 Cortex", "sub-1 Thalamus", "sub-2 Thalamus"] && own.missing == ["Raphe"])
    let none = try Self.headline(primary: "Raphe")
    #expect(Self.shown(none) == Self.rows.map { "\($0) \($1)" } && none.missing == ["Raphe"])
  }

  @Test func withoutBalances() throws {
    let small = try SmallOutput()
    #expect(try Headline(output: small.folder.path, definition: small.definition) == nil)
  }
}
