import PETBinding
import PETCore
import PETPipeline
import Testing

/// What a balance has besides its ratio.
struct PipelineBalanceTests {
  private static func definition(_ balance: String, read: String = "") throws(PETError) -> PipelineDefinition {
    try PipelineLoader.parse(
      """
      name: x
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}\(read)}
      models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
      balance: {\(balance)}
      """, file: "p.yaml")
  }

  @Test func whatIsAskedFor() throws {
    let balance = try Self.definition(
      "cross: {up: [Putamen, Raphe], over: [Caudate, Thalamus]}, retest: {serotonin: 0.1, dopamine: 0.05}, "
        + "calibration: {dopamine: [12, 1], serotonin: [0.5, 0]}, bootstrap: 2000, seed: 7, correlation: -0.2"
    ).balance
    #expect(
      balance.cross.map { [$0.name, $0.numerator, $0.denominator] } == [
        ["up", "Putamen", "Raphe"], ["over", "Caudate", "Thalamus"],
      ])
    #expect(balance.retest?.numerator == 0.05 && balance.retest?.denominator == 0.1 && balance.correlation == -0.2)
    #expect(balance.calibration?.numerator == Estimate(12, standardError: 1))
    #expect(balance.calibration?.denominator == Estimate(0.5, standardError: 0))
    #expect(balance.bootstrap?.draws == 2000 && balance.bootstrap?.seed == 7)
    let plain = try Self.definition("").balance
    #expect(plain.cross.isEmpty && plain.retest == nil && plain.calibration == nil && plain.bootstrap == nil)
  }

  @Test(arguments: [
    ("cross: {a: [A]}", "two regions are needed"), ("cross: {a: [A, B, C]}", "two regions are needed"),
    ("cross: {a: [[A], B, C]}", "two regions are needed"), ("cross: [A, B]", "a mapping is needed"),
    ("cross: {'=1+1': [A, B]}", "a formula to a spreadsheet"),
    ("retest: {dopamine: 0.1}", "the key is missing"), ("retest: {dopamine: 0.1, serotonin: 2}", "'2'"),
    ("calibration: {dopamine: [1, 0.1], serotonin: [0, 0.1]}", "a value above 0"),
    ("calibration: {dopamine: [1, -0.1], serotonin: [1, 0.1]}", "a value above 0"),
    ("calibration: {dopamine: [1, 0.1]}", "a value above 0"),
    ("calibration: {dopamine: [inf, 0.1], serotonin: [1, 0.1]}", "a value above 0"),
    ("calibration: {dopamine: [1, 1e999], serotonin: [1, 0.1]}", "a value above 0"), ("seed: -1", "'-1'"),
    ("bootstrap: 1e7", "'1e7'"),
  ])
  func whatIsRefused(balance: String, words: String) {
    let error = #expect(throws: PETError.self) { try Self.definition(balance) }
    #expect(error?.description.contains(words) == true && error?.description.hasPrefix("p.yaml:4:") == true)
  }

  @Test func pairing() {
    #expect(throws: Never.self) { try Self.definition("", read: ", pairing: {by: date, within: 30}") }
    for (wrong, words) in [
      ("by: day", "session, date"), ("within: -1", "'-1'"), ("table: none.tsv", "none.tsv"), ("by: x, at: y", "at"),
    ] {
      let error = #expect(throws: PETError.self) { try Self.definition("", read: ", pairing: {\(wrong)}") }
      #expect(([error?.description ?? ""] + (error?.others ?? [])).contains { $0.contains(words) })
    }
  }
}
