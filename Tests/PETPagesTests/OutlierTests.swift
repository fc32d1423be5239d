import PETBinding
import Testing

/// The modified z of Iglewicz and Hoaglin on the example of the NIST handbook's rule: by hand.
struct OutlierTests {
  @Test func farFromTheMedian() {
    // Median 2.5, absolute deviations' median 1: 0.6745 (12 - 2.5)/1 = 6.4; 5 gives 1.7.
    let values = [1, 1.5, 2, 2.5, 2.5, 3, 3.5, 5, 12.0]
    let found = Outliers.places(in: values)
    #expect(found.map(\.place) == [8])
    #expect(abs((found.first?.z ?? 0) - 0.6745 * 9.5) < 1e-12)
  }

  @Test func fewPersonsTellTooLittle() { #expect(Outliers.places(in: [1, 1, 1, 2, 50]).isEmpty) }

  @Test func noSpreadIsNoOutlier() { #expect(Outliers.places(in: [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]).isEmpty) }
}
