import Foundation
import PETBinding
import PETCore
import Testing

struct BalanceNumbersTests {
  private static func numbers(
    _ a: (Double, Double), _ b: (Double, Double), covariance: Double = 0, floor: Double? = nil
  ) -> BalanceNumbers {
    BalanceNumbers(
      Estimate(a.0, standardError: a.1), over: Estimate(b.0, standardError: b.1), quantile: 1.96,
      covariance: covariance,
      floor: floor)
  }

  /// ln(6/2) with a relative variance of 0.1² + 0.2² - 2 · 0.03/(6 · 2); closed form, so that 1e-14 is rounding.
  @Test func theLogRatio() {
    let found = Self.numbers((6, 0.6), (2, 0.4), covariance: 0.03)
    #expect(found.status == .ok && found.ratio == 3 && found.set?.contains(3) == true)
    #expect(abs(found.logRatio.value - log(3)) < 1e-14)
    #expect(abs(found.logRatio.standardError - 0.045.squareRoot()) < 1e-14)
    // Errors that go wholly together cancel.
    #expect(Self.numbers((6, 0.6), (2, 0.2), covariance: 0.12).logRatio.standardError < 1e-7)
  }

  /// A denominator of 1.96 errors cannot be told from 0; nor can one that is not above 0.
  @Test func whyThereIsNone() {
    #expect(Self.numbers((1, 0.1), (1, 0.511)).status == .denominatorIndistinct)
    #expect(Self.numbers((1, 0.1), (1, 0.510)).status == .ok)
    for b in [0, -1.0] {
      let found = Self.numbers((1, 0.1), (b, 0.01))
      #expect(found.status == .denominatorIndistinct && found.ratio.isNaN && found.logRatio.value.isNaN)
    }
    for a in [0, -0.5] {
      let found = Self.numbers((a, 0.1), (2, 0.01))
      #expect(found.status == .numeratorNonpositive && found.ratio == a / 2 && found.logRatio.value.isNaN)
    }
    #expect(Self.numbers((1, 0.1), (0.3, 0.01), floor: 0.3).status == .ok)
    #expect(Self.numbers((1, 0.1), (0.29, 0.01), floor: 0.3).status == .denominatorBelowFloor)
  }

  /// Without an error there is a ratio and no set of it, whatever the covariance.
  @Test func withoutErrors() {
    let found = Self.numbers((6, .nan), (2, 0.4), covariance: .nan)
    #expect(found.status == .ok && found.ratio == 3 && found.set == nil)
    #expect(found.logRatio.value == log(3) && found.logRatio.standardError.isNaN)
    #expect(Self.numbers((1e200, 1e199), (1e-200, 1e-210)).set == nil)
  }
}
