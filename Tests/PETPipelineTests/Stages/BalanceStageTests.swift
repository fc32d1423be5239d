import PETBinding
import PETCore
import PETKinetics
import Testing

@testable import PETPipeline

/// Two bindings joined, with what is to be said of the two scans together.
struct BalanceStageTests {
  private static func binding(
    _ value: Double, card: ModelCard = SRTM.card, reference: String? = "cerebellum", scanner: String? = "a",
    session: String? = nil, warnings: [String] = []
  ) -> ScanBinding {
    let row = BindingTable.Row(
      region: "Pons", estimate: Estimate(value, standardError: 0.01), low: value, high: value,
      ending: .init("converged"), freedom: nil)
    return ScanBinding(
      table: BindingTable(measure: "BPND", rows: [row], tracer: nil, model: card.id, source: "b.tsv"), card: card,
      reference: reference, scanner: scanner, session: session, injection: [], warnings: warnings, remarks: [],
      map: nil)
  }

  private static func run(
    days: Double? = 0, _ a: ScanBinding = binding(3), _ b: ScanBinding = binding(2), more: String = "",
    denominator: Int = 1
  ) throws -> BalanceTable {
    BalanceStage.run(
      PersonPair(participant: "sub-1", session: nil, numerator: 0, denominator: denominator, days: days), a, b,
      try SmallOutput.pipeline(more), person: Person(id: "sub-1", values: [:]))
  }

  private static func notes(_ balance: BalanceTable) -> String { balance.rows[0].notes.joined(separator: "; ") }

  @Test func theFirstOverTheSecond() throws {
    let balance = try Self.run()
    // 3/2 has no rounding.
    #expect(balance.rows[0].ratio == 1.5 && balance.rows[0].region == "Pons")
    #expect(Self.notes(balance).contains("resolution unknown"), "\(Self.notes(balance))")
  }

  /// Where nobody says the resolutions, the scans' own estimates tell whether they are alike: within 0.5 mm or two errors.
  @Test(arguments: [
    (6.0, 6.4, 0.05, ""), (6, 6.6, 0.05, "resolutions differ (6.0 and 6.6 mm by the scans themselves)"),
    (6, 6.9, 0.4, ""),
    (4, 7, 0.4, "give fwhm"),
  ])
  func resolutionsThatScansTell(first: Double, second: Double, error: Double, words: String) throws {
    var (a, b) = (Self.binding(3), Self.binding(2))
    a.resolution = Estimate(first, standardError: error)
    #expect(Self.notes(try Self.run(a, b)).contains("resolution unknown"))
    b.resolution = Estimate(second, standardError: error)
    let notes = Self.notes(try Self.run(a, b))
    #expect(words.isEmpty ? !notes.contains("resolution") : notes.contains(words), "\(notes)")
  }

  @Test(arguments: [
    (nil, "days between the scans not known"), (0, ""), (0.9, ""), (1, "scans 1 day apart"),
    (1.04, "scans 1 day apart"),
    (2, "scans 2 days apart"), (123.456, "scans 123 days apart"),
  ])
  func daysBetweenTheScans(days: Double?, words: String) throws {
    let balance = try Self.run(days: days, Self.binding(3, session: "ses-a"), Self.binding(2, session: "ses-b"))
    let apart = Self.notes(balance).split(separator: ";").map(\.trimmed).first { $0.contains("day") } ?? ""
    #expect(apart == words)
    #expect(balance.findings.contains { $0.code.word == "days-apart" } == ((days ?? 0) >= 1))
  }

  /// Only what both scans tell, and tell otherwise, differs.
  @Test func whatDiffersIsNamed() throws {
    func codes(_ a: ScanBinding, _ b: ScanBinding) throws -> [String] {
      try Self.run(a, b).findings.map(\.code.word).filter { $0.hasSuffix("-differ") }.sorted()
    }
    #expect(try codes(Self.binding(3), Self.binding(2)).isEmpty)
    let other = Self.binding(2, card: MRTM2.card, reference: "pons", scanner: "b")
    #expect(try codes(Self.binding(3), other) == ["models-differ", "references-differ", "scanners-differ"])
    #expect(try codes(Self.binding(3, reference: nil, scanner: nil), other) == ["models-differ"])
  }

  @Test func resolutionsAndWarningsStandInEveryRow() throws {
    func notes(_ a: Double, _ b: Double) throws -> String {
      let definition = try PipelineLoader.parse(
        """
        name: small
        read:
          dopamine: {tracer: raclopride, fwhm: \(a)}
          serotonin: {tracer: dasb, fwhm: \(b)}
        models:
          dopamine: {model: SRTM, reference: cerebellum}
          serotonin: {model: SRTM, reference: cerebellum}

        """, file: "p.yaml")
      let balance = BalanceStage.run(
        PersonPair(participant: "sub-1", session: nil, numerator: 0, denominator: 1, days: 0),
        Self.binding(3, warnings: ["late", "short"]), Self.binding(2), definition,
        person: Person(id: "sub-1", values: [:]))
      return Self.notes(balance)
    }
    #expect(try notes(4, 6).contains("resolution matched to 6 mm") && !notes(6, 6).contains("resolution"))
    #expect(try notes(6, 6).contains("dopamine scan: late, short") && !notes(6, 6).contains("serotonin scan"))
  }
}
