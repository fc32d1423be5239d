import PETCore
import Testing

@testable import PETBinding

struct ConcordanceTests {
  private static let wright: [Double] = [
    494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427,
  ]
  private static let mini: [Double] = [
    512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451,
  ]

  /// The peak flow rates of Bland and Altman 1986, whose published concordance is 0.943; numpy has 0.9427424.
  ///
  /// With a normal quantile the limits are 0.850 and 0.979 (numpy, the formula of 2000); by t they are a little wider.
  @Test func peakFlow() {
    let own = Concordance(Self.wright, Self.mini, level: 0.95).interval
    #expect(abs(own.value - 0.9427424314274845) < 1e-12)
    #expect(own.low < 0.8505 && own.low > 0.83 && own.high > 0.9787 && own.high < 0.983)
    // The level whose t is the normal quantile of 95 %.
    let level = 1 - Distribution.twoSidedT(Quantile.normal(0.975), 15)
    let normal = Concordance(Self.wright, Self.mini, level: level).interval
    #expect(abs(normal.low - 0.8504918731685603) < 1e-9 && abs(normal.high - 0.9787262791701226) < 1e-9)
  }

  /// Limits hold the truth in 93 to 98 % of pairs of sessions of few persons, whatever r, shift and scale: of 2000 studies, with two
  /// Monte Carlo errors (0.011).
  @Test(arguments: [
    (0.8, 0.3, 1.2, 1860...1980), (0.95, 0, 1, 1838...1982), (0.5, 0, 1, 1838...1982), (0.9, 1, 1, 1838...1982),
  ])
  func limitsHold(r: Double, shift: Double, scale: Double, range: ClosedRange<Int>) throws {
    let truth = 2 * r * scale / (1 + scale * scale + shift * shift)
    for persons in [5, 8, 15] {
      var random = SeededGenerator(seed: UInt64(persons))
      let held = (0..<2000).count { _ in
        let a = (0..<persons).map { _ in random.normal() }
        let b = a.map { shift + scale * (r * $0 + (1 - r * r).squareRoot() * random.normal()) }
        let own = Concordance(a, b, level: 0.95).interval
        return own.low <= truth && truth <= own.high
      }
      #expect(range.contains(held), "\(persons): \(held)")
    }
  }

  /// Equal pairs are 1 and have no limits; a shift lowers it though r is 1; three persons have no limits.
  @Test func borders() {
    let same = Concordance([1, 2, 3, 4], [1, 2, 3, 4], level: 0.95).interval
    #expect(same.value == 1 && same.low.isNaN)
    let shifted = Concordance([1, 2, 3, 4], [2, 3, 4, 5], level: 0.95).interval
    #expect(abs(shifted.value - 2.5 / 3.5) < 1e-12 && shifted.low <= shifted.value)
    #expect(Concordance([1, 2, 3], [1, 2, 4], level: 0.95).interval.low.isNaN)
    #expect(Concordance([1, 1, 1, 1], [1, 1, 1, 1], level: 0.95).interval.value.isNaN)
  }
}
