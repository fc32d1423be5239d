import Foundation
import PETBinding
import PETCore
import Testing

/// The coupling of two markers without the errors of their estimates.
struct CorrectedCouplingTests {
  /// 24 persons, errors as large as nine tenths of the spread between persons, a correlation of 0.6: of 4000 studies (an error of the
  /// share of 0.4 %) the median is 0.60 to 0.68, and the limits hold the truth in 94 to 96.5 %, where they are told; those of the
  /// plain correlation in about 63 %.
  @Test func errorsAreTakenOut() {
    let studies = 4000
    var random = SeededGenerator(seed: 17)
    var values: [Double] = []
    var (held, plain, told) = (0, 0, 0)
    for _ in 0..<studies {
      var (a, b, ea, eb) = ([Double](), [Double](), [Double](), [Double]())
      for _ in 0..<24 {
        let z = random.normal()
        let w = 0.6 * z + 0.8 * random.normal()
        let (va, vb) = (0.12 * exp(0.3 * random.normal()), 0.12 * exp(0.3 * random.normal()))
        a.append(2 * exp(0.14 * z + va * random.normal()))
        b.append(1.5 * exp(0.14 * w + vb * random.normal()))
        // Errors are stated of the estimates.
        ea.append(va * (a.last ?? 0))
        eb.append(vb * (b.last ?? 0))
      }
      let own = Correlation(a.map { log($0) }, b.map { log($0) })
      if own.low <= 0.6 && 0.6 <= own.high { plain += 1 }
      let corrected = CorrectedCoupling(a, b, errors: (ea, eb), level: 0.95)
      guard corrected.value.isFinite else { continue }
      told += 1
      values.append(corrected.value)
      if corrected.low <= 0.6 && 0.6 <= corrected.high { held += 1 }
    }
    let (median, coverage) = (Order.median(values), Double(held) / Double(told))
    print("coupling: told \(told), median \(median), limits \(coverage), plain \(Double(plain) / Double(studies))")
    #expect((0.6...0.68).contains(median) && (0.94 - 0.007...0.965 + 0.007).contains(coverage))
    #expect(Double(plain) / Double(studies) < 0.7 && told > studies / 2)
  }

  /// Without errors it is the correlation of logarithms; errors of the size of the spread leave nothing to be told.
  @Test func whatIsNotToldIsNot() {
    let (a, b) = ([1.0, 2, 3, 5, 4], [2.0, 3, 3.5, 6, 7])
    let none = [Double](repeating: 0, count: 5)
    let exact = CorrectedCoupling(a, b, errors: (none, none), level: 0.95)
    let plain = Correlation(a.map { log($0) }, b.map { log($0) })
    #expect(exact.value == plain.value && exact.reliabilities == (1, 1) && exact.low == plain.low)
    let large = CorrectedCoupling(a, b, errors: (a, none), level: 0.95)
    #expect(large.value.isNaN && large.low.isNaN && large.reliabilities.a < 0.3)
    let unknown = CorrectedCoupling(a, b, errors: (a.map { _ in .nan }, none), level: 0.95)
    #expect(unknown.value.isNaN && unknown.reliabilities.a.isNaN)
    let signs = CorrectedCoupling([-1] + a, [2] + b, errors: ([0] + none, [0] + none), level: 0.95)
    #expect(signs.value == plain.value)
  }
}
