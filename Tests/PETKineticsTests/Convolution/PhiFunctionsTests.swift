import Foundation
import Testing

@testable import PETKinetics

struct PhiFunctionsTests {
  /// φj(z) = ∫0^1 e^((1-s) z) s^(j-1)/(j-1)! ds and its derivative, by Simpson's rule.
  ///
  /// On 2000 steps and more the rule is within (|z| h)^4/180, 2e-13 here. Beyond 1 the recurrence loses a few digits: 1e-11. Arguments on both sides
  /// of every change of formula.
  @Test(arguments: [
    -20, -5, -1.0001, -1, -0.9999, -0.3001, -0.2999, -0.0501, -0.0499, -1e-3, -1e-9, 0, 0.04, 0.2, 0.7, 2,
  ])
  func integrals(z: Double) {
    let phi = PhiFunctions(z)
    #expect(abs(phi.value[0] / exp(z) - 1) < 1e-14 && abs(phi.slope[0] / exp(z) - 1) < 1e-14)
    var factorial = 1.0
    for j in 1...4 {
      if j > 1 { factorial *= Double(j - 1) }
      var (value, slope) = (0.0, 0.0)
      let steps = 2000 * max(1, Int(abs(z) / 5))
      for i in 0...steps {
        let s = Double(i) / Double(steps)
        let weight = (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4 : 2) / (3 * Double(steps))
        let term = weight * exp((1 - s) * z) * pow(s, Double(j - 1)) / factorial
        value += term
        slope += (1 - s) * term
      }
      #expect(abs(phi.value[j] / value - 1) < 1e-11, "φ\(j)(\(z))")
      #expect(abs(phi.slope[j] / slope - 1) < 1e-11, "φ\(j)'(\(z))")
    }
  }

  /// At 0 they are 1/j!, with slopes 1/(j+1)!; far below 0, φ1 is -1/z.
  @Test func ends() {
    let zero = PhiFunctions(0)
    for (j, known) in [1, 1, 0.5, 1.0 / 6, 1.0 / 24].enumerated() { #expect(abs(zero.value[j] / known - 1) < 1e-15) }
    for (j, known) in [1, 0.5, 1.0 / 6, 1.0 / 24, 1.0 / 120].enumerated() {
      #expect(abs(zero.slope[j] / known - 1) < 1e-15)
    }
    let far = PhiFunctions(-1e4)
    #expect(far.value[0] == 0 && abs(far.value[1] * 1e4 - 1) < 1e-15 && abs(far.slope[1] * 1e8 - 1) < 1e-12)
  }
}
