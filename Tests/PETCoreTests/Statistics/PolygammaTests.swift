import PETCore
import Testing

/// Derivatives of ln gamma, against scipy 1.17 (digamma, polygamma), and what they are at 1: -Euler's constant, π²/6, -2 zeta(3).
struct PolygammaTests {
  @Test(arguments: [
    (0.3, -3.502524222200133, 12.245364546107734, -75.27253658872601),
    (4.5, 1.388870926359529, 0.24872510303901035, -0.061556821321027695),
  ])
  func againstScipy(x: Double, first: Double, second: Double, third: Double) {
    #expect(abs(Polygamma.digamma(x) / first - 1) < 1e-13)
    #expect(abs(Polygamma.trigamma(x) / second - 1) < 1e-13 && abs(Polygamma.tetragamma(x) / third - 1) < 1e-13)
  }

  @Test func atOne() {
    #expect(abs(Polygamma.digamma(1) + 0.577215664901532861) < 1e-14)
    #expect(abs(Polygamma.trigamma(1) - Double.pi * Double.pi / 6) < 1e-13)
    #expect(abs(Polygamma.tetragamma(1) + 2 * 1.202056903159594285) < 1e-12)
    #expect(Polygamma.digamma(0).isNaN && Polygamma.trigamma(-1).isNaN && Polygamma.tetragamma(0).isNaN)
  }
}
