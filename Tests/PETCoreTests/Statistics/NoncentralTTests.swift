import PETCore
import Testing

/// Student's t with an effect.
struct NoncentralTTests {
  /// Against mpmath's quadrature with 40 digits; doubles leave some 1e-13 of the density's norm.
  @Test(arguments: [
    (2.0, 1.0, 0.5, 0.7484855842392901), (3, 4, 2.5, 0.5788055350924713), (-1.5, 4, 1, 0.015039406785150238),
    (2, 10, 2.8, 0.21827824042081795), (12, 3, 5, 0.9076318569704602), (0, 7, 1.3, 0.09680048458561033),
    (2.1, 38, 1.5, 0.7156157120651127), (50, 4, 30, 0.8367773578571739), (1.98, 998, 3, 0.15398390633840542),
    (2.5, 2, 0, 0.9351941398892446),
  ])
  func againstManyDigits(t: Double, freedom: Double, noncentrality: Double, expected: Double) {
    #expect(abs(NoncentralT.lower(t, freedom: freedom, noncentrality: noncentrality) - expected) < 1e-12)
  }

  /// Without an effect it is Student's; with endless degrees of freedom normal; nothing with none.
  @Test func borders() {
    for (t, freedom) in [(0.3, 1.0), (2.2, 5), (-4, 11), (1.9, 1e4)] {
      let upper = 2 * (1 - NoncentralT.lower(abs(t), freedom: freedom, noncentrality: 0))
      #expect(abs(upper - Distribution.twoSidedT(t, freedom)) < 1e-12)
    }
    let normal = NoncentralT.lower(1, freedom: .infinity, noncentrality: 2)
    #expect(abs(normal - Distribution.twoSidedNormal(1) / 2) < 1e-14)
    #expect(NoncentralT.lower(1, freedom: 0, noncentrality: 2).isNaN)
    #expect(NoncentralT.lower(.infinity, freedom: 3, noncentrality: 2).isNaN)
    #expect(NoncentralT.limits(.nan, freedom: 3, level: 0.95).low.isNaN)
  }

  /// Against scipy's distribution (1.17) turned round, which is itself good to 1e-8 or so.
  @Test(arguments: [
    (3.0, 4.0, 0.12114156184988187, 5.723898353105956), (0.5, 4, -1.5173655389473282, 2.459207106404994),
    (2.2, 22, 0.11376616832383968, 4.241284585383699),
  ])
  func limits(t: Double, freedom: Double, low: Double, high: Double) {
    let limits = NoncentralT.limits(t, freedom: freedom, level: 0.95)
    #expect(abs(limits.low - low) < 1e-7 && abs(limits.high - high) < 1e-7, "\(limits)")
  }

  /// A t of anything leaves its tails, from one degree of freedom on.
  @Test(arguments: [0, 0.01, -3, 40, 1000], [1.0, 2, 9, 5000])
  func limitsLeaveTheirTails(t: Double, freedom: Double) {
    let limits = NoncentralT.limits(t, freedom: freedom, level: 0.9)
    #expect(abs(NoncentralT.lower(t, freedom: freedom, noncentrality: limits.low) - 0.95) < 1e-9)
    #expect(abs(NoncentralT.lower(t, freedom: freedom, noncentrality: limits.high) - 0.05) < 1e-9)
  }
}
