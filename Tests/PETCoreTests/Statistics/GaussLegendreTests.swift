import Foundation
import PETCore
import Testing

struct GaussLegendreTests {
  /// Sixteen places hold polynomials up to degree 31, and not 32.
  @Test func polynomials() {
    for degree in [0, 1, 7, 30, 31] {
      let exact = (pow(2, Double(degree + 1)) - pow(-1, Double(degree + 1))) / Double(degree + 1)
      let sum = GaussLegendre.integral(from: -1, to: 2) { pow($0, Double(degree)) }
      #expect(abs(sum / exact - 1) < 1e-13, "\(degree)")
    }
    let beyond = GaussLegendre.integral(from: -1, to: 1) { pow($0, 32) }
    #expect(abs(beyond - 2.0 / 33) > 1e-12)
  }
}
