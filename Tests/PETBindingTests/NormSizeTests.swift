import PETBinding
import PETCore
import Testing

/// z of a small norm is not taken for one.
struct NormSizeTests {
  private func deviation(_ count: Int) throws -> NormTable.Deviation {
    let norm = NormTable.Norm(
      measure: "BPND", region: "A", count: count, freedom: Double(count - 1), sd: 1, coefficients: [2],
      inverseGram: [[1 / Double(count)]])
    return try #require(
      NormTable(covariates: [], norms: [norm]).deviation(
        of: 4, measure: "BPND", region: "a", person: Person(id: "sub-1", values: [:])))
  }

  /// Shares beyond |z| 1.96 by scipy 1.11: 2 t.sf(1.96/√(1 + 1/n), n - 1).
  @Test(arguments: [(4, 0.1778724756534599), (10, 0.09448119062484173), (20, 0.07097220284240402)])
  func sharesBeyondTheLimit(count: Int, share: Double) throws {
    #expect(abs(try deviation(count).shareBeyondLimit - share) < 1e-9)
  }

  /// They are what sampling gives: 40000 norms of 4 persons, and one person more (four SE are 0.008).
  @Test func sharesBySampling() {
    var random = SeededGenerator(seed: 3)
    let draws = 40_000
    let beyond = (0..<draws).count { _ in
      let norm = Moments((0..<4).map { _ in random.normal() })
      return abs(random.normal() - norm.mean) / norm.sd > 1.96
    }
    #expect(abs(Double(beyond) / Double(draws) - 0.17787) < 0.008)
  }

  @Test func cautionBelowTwenty() throws {
    #expect(
      try deviation(4).caution
        == "the spread behind z is from 4 persons: 18 % of such people lie beyond 1.96, not 5 %; t and p hold that")
    #expect(try deviation(19).caution != nil && deviation(20).caution == nil)
  }

  /// Rows and the study say so; t stands before z in the table's own rows.
  @Test func deviationsOfAStudySaySo() throws {
    let deviations = try StudyDeviations(
      StudyContrastTests.table(), column: "group", level: "control", session: nil, covariates: [],
      measures: [StudyTable.logRatio])
    #expect(deviations.rows.filter { $0.deviation != nil }.allSatisfy { $0.note.contains("the spread behind z") })
    let finding = try #require(deviations.smallNorm)
    #expect(finding.code.word == "few-references" && finding.value == "5" && finding.problem.contains("5 persons"))
  }
}
