import Foundation
import PETBinding
import PETCore
import Testing

struct ParametricBootstrapTests {
  private static func draw(
    _ a: (Double, Double), _ b: (Double, Double), correlation: Double = 0, level: Double = 0.95, draws: Int = 20_000,
    seed: UInt64 = 1, name: String = "a"
  ) -> ParametricBootstrap {
    ParametricBootstrap(
      Estimate(a.0, standardError: a.1), over: Estimate(b.0, standardError: b.1), covariance: correlation * a.1 * b.1,
      level: level, draws: draws, seed: seed, name: name)
  }

  /// Small errors make a normal log ratio: limits at 1.96 times sqrt(0.02² + 0.01² - 2 r 0.02 · 0.01).
  ///
  /// A 2.5 % point of 20000 draws has an error of 2 % of the SD; four times that, and the log's own bend, are 0.1 SD.
  @Test(arguments: [0, 0.8, -0.8, 1])
  func limitsOfSmallErrors(correlation: Double) {
    let found = Self.draw((6, 0.12), (2, 0.02), correlation: correlation)
    let sd = (0.0005 - 0.0004 * correlation).squareRoot()
    #expect(abs(found.low - (log(3) - 1.96 * sd)) < 0.1 * sd && abs(found.high - (log(3) + 1.96 * sd)) < 0.1 * sd)
    #expect(found.undefined == 0)
  }

  /// Denominators below 0 are Φ(-1.5) = 6.68 % of the draws: more than 2.5 %, so that the upper end is open.
  ///
  /// 20000 draws tell the share to 0.18 %; four times that.
  @Test func openEnds() {
    let weak = Self.draw((6, 0.12), (1.5, 1))
    #expect(abs(weak.undefined - 0.0668) < 0.007 && weak.high == .infinity && weak.low.isFinite)
    let lower = Self.draw((1.5, 1), (6, 0.12))
    #expect(lower.low == -.infinity && lower.high.isFinite && lower.undefined == 0)
    // Of 50 % limits 6.68 % are no concern.
    #expect(Self.draw((6, 0.12), (1.5, 1), level: 0.5).high.isFinite)
    // Where every draw is undefined nothing is excluded.
    let none = Self.draw((6, 0.12), (-5, 0.1))
    #expect(none.low == -.infinity && none.high == .infinity && none.undefined == 1)
  }

  /// A region has its own stream, whatever stands beside it; without errors there is nothing to draw.
  @Test func streams() {
    #expect(Self.draw((6, 1), (2, 0.3), draws: 100) == Self.draw((6, 1), (2, 0.3), draws: 100))
    #expect(Self.draw((6, 1), (2, 0.3), draws: 100).low != Self.draw((6, 1), (2, 0.3), draws: 100, name: "b").low)
    #expect(Self.draw((6, 1), (2, 0.3), draws: 100).low != Self.draw((6, 1), (2, 0.3), draws: 100, seed: 2).low)
    let sure = Self.draw((6, 0), (2, 0), draws: 100)
    #expect(sure.low == log(3) && sure.high == log(3))
  }
}
