import Foundation
import PETBinding
import PETCore
import Testing

/// What the sets of a ratio promise, over drawn estimates with known truth.
struct RatioCoverageTests {
  /// Strong, moderate and weak denominators: 12.7, 5.6 and 1.3 standard errors from 0.
  static let cases: [(name: String, a: Double, sa: Double, b: Double, sb: Double, covariance: Double)] = [
    ("strong", 3.5, 0.12, 1.9, 0.15, 0), ("moderate", 2.8, 0.25, 0.62, 0.11, 0.012), ("weak", 0.9, 0.1, 0.08, 0.06, 0),
  ]

  /// The 95 % Fieller set holds the truth in 94 to 96 % of 200,000 draws, whatever the denominator; 0.05 % is chance.
  @Test(arguments: cases.indices)
  func fieller(index: Int) {
    let c = Self.cases[index]
    var random = SeededGenerator(seed: 2026)
    let quantile = Quantile.normal(0.975)
    let correlation = c.covariance / (c.sa * c.sb)
    let draws = 200_000
    var covered = 0
    var delta = 0
    for _ in 0..<draws {
      let (u, v) = (random.normal(), random.normal())
      let a = Estimate(c.a + c.sa * u, standardError: c.sa)
      let b = Estimate(
        c.b + c.sb * (correlation * u + (1 - correlation * correlation).squareRoot() * v), standardError: c.sb)
      if FiellerSet(a, over: b, covariance: c.covariance, quantile: quantile).contains(c.a / c.b) { covered += 1 }
      let numbers = BalanceNumbers(a, over: b, quantile: quantile, covariance: c.covariance, floor: nil)
      if abs(log(max(1e-300, a.value / b.value)) - log(c.a / c.b)) <= quantile * numbers.logRatio.standardError {
        delta += 1
      }
    }
    let share = Double(covered) / Double(draws)
    print(
      "Fieller's 95 % set, \(c.name) denominator: \(100 * share) %; delta interval of the log ratio, where told: "
        + "\(100 * Double(delta) / Double(draws)) %")
    #expect((0.94...0.96).contains(share))
  }

  /// Percentile limits of the log ratio over 2000 studies of 2000 draws: at their level where the denominator is strong
  /// or moderate; where it is weak the limits are open and say so.
  @Test(arguments: cases.indices)
  func bootstrap(index: Int) {
    let c = Self.cases[index]
    let correlation = c.covariance / (c.sa * c.sb)
    let results = Parallel.map(2000, jobs: Parallel.cores) { study -> (covers: Bool, isOpen: Bool) in
      var random = SeededGenerator(seed: 7, stream: "\(study)")
      let (u, v) = (random.normal(), random.normal())
      let a = Estimate(c.a + c.sa * u, standardError: c.sa)
      let b = Estimate(
        c.b + c.sb * (correlation * u + (1 - correlation * correlation).squareRoot() * v), standardError: c.sb)
      let own = ParametricBootstrap(
        a, over: b, covariance: c.covariance, level: 0.95, draws: 2000, seed: 1, name: "\(study)")
      return (own.low <= log(c.a / c.b) && log(c.a / c.b) <= own.high, own.high == .infinity)
    }
    let share = Double(results.count(where: \.covers)) / 2000
    let open = Double(results.count(where: \.isOpen)) / 2000
    print("bootstrap 95 % limits, \(c.name) denominator: \(100 * share) %, open above in \(100 * open) %")
    // 0.95 ± 4 standard errors of 2000 draws, and half a per cent for the percentiles' own noise.
    if c.name == "weak" {
      #expect(open > 0.5)
    } else {
      #expect(abs(share - 0.95) < 0.025 && open < 0.01)
    }
  }

  /// A region's draws are its own: the order of rows and other regions change nothing, and the seed does.
  @Test func bootstrapHasItsOwnStream() {
    func own(_ name: String, _ seed: UInt64) -> ParametricBootstrap {
      ParametricBootstrap(
        Estimate(2, standardError: 0.2), over: Estimate(1, standardError: 0.1), covariance: 0, level: 0.95, draws: 500,
        seed: seed, name: name)
    }
    #expect(own("a", 1) == own("a", 1) && own("a", 1) != own("b", 1) && own("a", 1) != own("a", 2))
  }
}
