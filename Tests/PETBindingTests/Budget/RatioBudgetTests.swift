import Foundation
import PETBinding
import PETCore
import Testing

/// The budget of a ratio against closed forms.
@Suite struct RatioBudgetTests {
  private func budget(_ terms: [BudgetTerm], error: Double = 0.1, freedom: Double = .infinity) -> RatioBudget? {
    RatioBudget(Estimate(0.5, standardError: error), terms: terms, level: 0.95, freedom: freedom, name: "putamen")
  }

  private func term(
    _ effect: BudgetEffect, _ above: LogResponse?, _ below: LogResponse? = nil, _ component: String = "x"
  ) -> BudgetTerm { BudgetTerm(effect, component, numerator: above, denominator: below) }

  @Test func firstOrderIsTheRootOfSquares() throws {
    let own = try #require(
      budget([
        term(.segmentation, LogResponse(slope: 0.08), LogResponse(slope: 0.03)),
        term(.alignment, LogResponse(slope: 0.04)), term(.fwhm, nil, LogResponse(slope: -0.02)),
      ]))
    // 0.1² + (0.08 - 0.03)² + 0.04² + 0.02²
    let error = (0.01 + 0.0025 + 0.0016 + 0.0004).squareRoot()
    #expect(own.method == .firstOrder)
    #expect(abs(own.error - error) < 1e-12)
    #expect(abs(own.low - exp(0.5 - 1.959963984540054 * error)) < 1e-9)
    #expect(abs(own.high - exp(0.5 + 1.959963984540054 * error)) < 1e-9)
    let shares = Dictionary(uniqueKeysWithValues: own.shares.map { ($0.name, $0.share) })
    #expect(abs((shares["noise"] ?? 0) - 0.01 / (error * error)) < 1e-12)
    #expect(abs((shares["segmentation"] ?? 0) - 0.0025 / (error * error)) < 1e-12)
    #expect(abs(own.shares.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    #expect(abs(own.correlated + 2 * 0.08 * 0.03 / (error * error)) < 1e-12)
  }

  @Test func freedomIsThatOfTheStatisticalError() throws {
    let own = try #require(budget([term(.reference, LogResponse(slope: 0.1))], freedom: 5))
    // t of 5 degrees of freedom at 0.975 is 2.570581835636314 (table).
    #expect(abs(log(own.high) - 0.5 - 2.570581835636314 * 0.02.squareRoot()) < 1e-9)
  }

  /// An error that does the same up and down is h χ² of one degree of freedom: its quantiles are those of a table.
  ///
  /// Of 20,000 draws a quantile at 2.5 % of such a tail has an error of 1.5 %, by its density; three of them are 5 %. The noise beside
  /// it is a thousandth.
  @Test func oneSidedErrorsAreCarriedThrough() throws {
    let own = try #require(budget([term(.alignment, LogResponse(slope: 0, bend: 0.1))], error: 1e-4))
    #expect(own.method == .sampled)
    #expect(own.bent == "alignment")
    // χ² of 1: 0.000982 and 5.0239.
    #expect(abs(log(own.low) - 0.5 - 0.1 * 0.000982) < 0.001)
    #expect(abs(log(own.high) - 0.5 - 0.1 * 5.0239) < 0.05 * 0.1 * 5.0239)
    #expect(abs(own.error - 0.1 * 2.0.squareRoot()) < 1e-3)
  }

  @Test func aSlightBendStaysFirstOrder() throws {
    #expect(try #require(budget([term(.fwhm, LogResponse(slope: 0.1, bend: 0.014))])).method == .firstOrder)
    #expect(try #require(budget([term(.fwhm, LogResponse(slope: 0.1, bend: 0.02))])).method == .sampled)
    // A hundredth of the variance is too little to matter.
    #expect(try #require(budget([term(.fwhm, LogResponse(slope: 0.005, bend: 0.004))])).method == .firstOrder)
  }

  @Test func drawsAreTheSameEachTime() {
    let terms = [term(.alignment, LogResponse(slope: 0.05, bend: 0.1))]
    #expect(budget(terms)?.low == budget(terms)?.low)
    #expect(budget(terms)?.high == budget(terms)?.high)
  }

  @Test func whatIsNotKnownHasNoBudget() {
    #expect(budget([term(.fwhm, LogResponse(slope: .nan))]) == nil)
    #expect(RatioBudget(.missing, terms: [], level: 0.95, freedom: 10, name: "x") == nil)
  }
}
