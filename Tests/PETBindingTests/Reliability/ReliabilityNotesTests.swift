import PETBinding
import PETCore
import Testing

/// What stands beside the numbers of a reliability.
struct ReliabilityNotesTests {
  /// Persons alike, sessions apart: every ICC is below 0 and is told for what it is.
  @Test func negativeReliabilityHasAWord() {
    let own = Reliability(
      test: [1.0, 2.0, 1.5, 1.8], retest: [2.1, 1.0, 1.6, 1.2], isRatioScale: true, level: 0.95)
    #expect(own.oneWay.value < 0 && own.agreementICC.value < 0 && own.consistency.value < 0)
    #expect(own.notes.contains { $0.hasPrefix("icc-1-1, icc-a-1, icc-c-1 below 0") && $0.contains("no reliability") })
    let good = Reliability(
      test: ReliabilityTests.test, retest: ReliabilityTests.retest, isRatioScale: true, level: 0.95)
    #expect(good.notes.isEmpty)
  }

  /// Reasons with their counts, the most frequent first; who has none had no value.
  @Test func reasonsAreCounted() {
    let own = Reliability(
      test: [.nan, 2, .nan, 3, .nan, 1], retest: [1, 2, 1, .nan, .nan, 1.1], isRatioScale: true, level: 0.95,
      leftOut: [0: "status atBound", 2: "status atBound", 3: "status poorlyIdentified"])
    #expect(
      own.notes.first
        == "4 of 6 persons left out: 2 status atBound, 1 no value in both sessions, 1 status poorlyIdentified")
  }

  /// One person of 1 and 3, two without a change.
  @Test func variationIsTheRootMeanSquare() {
    let own = Reliability(test: [1, 4, 10], retest: [3, 4, 10], isRatioScale: true, level: 0.95)
    // d = 2, mean 2: (4/2)/4 = 1/2; the others 0.
    #expect(abs(own.withinCV - 100 * (0.5 / 3).squareRoot()) < 1e-12)
  }
}
