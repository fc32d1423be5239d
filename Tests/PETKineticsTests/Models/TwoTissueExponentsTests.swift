import Foundation
import PETCore
import Testing

@testable import PETKinetics

struct TwoTissueExponentsTests {
  /// Bounds drawn over decades; the lower end of k3 and k4 is 0 now and then.
  private static func bounds(_ random: inout SeededGenerator) -> TwoTissueExponents {
    func range(mayBeZero: Bool) -> ClosedRange<Double> {
      let low = 1e-4 * pow(1000, random.uniform())
      let high = low * pow(300, random.uniform())
      return mayBeZero && random.uniform() < 0.3 ? 0...high : low...high
    }
    return TwoTissueExponents(k2: range(mayBeZero: false), k3: range(mayBeZero: true), k4: range(mayBeZero: true))
  }

  private static func contains(_ range: ClosedRange<Double>, _ value: Double, by slack: Double) -> Bool {
    value >= range.lowerBound * (1 - slack) - 1e-300 && value <= range.upperBound * (1 + slack)
  }

  /// Each k2 of a fine walk is in one of the two intervals when, and only when, the rates that it makes with a pair of
  /// exponents are within their bounds; nearer to an end than rounding either will do.
  @Test(arguments: 1...12)
  func intervalsAgainstAWalk(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var inside = 0
    for _ in 0..<25 {
      let plane = Self.bounds(&random)
      let slow = 1e-5 * pow(1e5, random.uniform())
      let fast = slow * (1 + pow(1e3, random.uniform()))
      let intervals = (0...1).map { plane.interval($0, slow: slow, fast: fast) }
      for i in 0...120 {
        let k2 = slow * 0.5 * pow(4 * fast / slow, Double(i) / 120)
        let k4 = slow * fast / k2
        let k3 = slow + fast - k2 - k4
        func holds(_ slack: Double) -> Bool {
          Self.contains(plane.k2, k2, by: slack) && Self.contains(plane.k4, k4, by: slack)
            && k3 >= plane.k3.lowerBound - slack * fast && k3 <= plane.k3.upperBound + slack * fast
        }
        guard holds(1e-9) == holds(-1e-9) else { continue }
        let isInside = intervals.contains { $0?.contains(k2) == true }
        #expect(isInside == holds(0), "\(plane) \(slow) \(fast) \(k2): \(intervals)")
        inside += isInside ? 1 : 0
      }
    }
    #expect(inside > 0)
  }

  /// Rates within their bounds have their exponents within the plane, and its four ends are those of some corner.
  @Test(arguments: 1...6)
  func endsOfThePlane(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let plane = Self.bounds(&random)
    func exponents(_ k2: Double, _ k3: Double, _ k4: Double) -> (slow: Double, fast: Double) {
      let sum = k2 + k3 + k4
      let root = (sum * sum - 4 * k2 * k4).squareRoot()
      return (2 * k2 * k4 / (sum + root), (sum + root) / 2)
    }
    func within(_ range: ClosedRange<Double>) -> Double {
      range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
    }
    for _ in 0..<300 {
      let pair = exponents(within(plane.k2), within(plane.k3), within(plane.k4))
      // The two are held apart by 1e-7 of their sum.
      #expect(Self.contains(plane.slow, pair.slow, by: 1e-6) && Self.contains(plane.fast, pair.fast, by: 1e-6))
    }
    func ends(_ range: ClosedRange<Double>) -> [Double] { [range.lowerBound, range.upperBound] }
    var corners: [(slow: Double, fast: Double)] = []
    for k2 in ends(plane.k2) {
      for k3 in ends(plane.k3) { for k4 in ends(plane.k4) { corners.append(exponents(k2, k3, k4)) } }
    }
    for (found, known) in [
      (plane.slow.lowerBound, corners.map(\.slow).min()), (plane.slow.upperBound, corners.map(\.slow).max()),
      (plane.fast.lowerBound, corners.map(\.fast).min()), (plane.fast.upperBound, corners.map(\.fast).max()),
    ] { #expect(abs(found - (known ?? .nan)) <= 1e-6 * found) }
  }

  /// There and back: k3 and k4 of exponents; what rounding would make negative is not.
  @Test func ratesOfExponents() {
    let rates = TwoTissueRates(k2: 0.02, k3: 0.005, k4: 0.001)
    let back = TwoTissueExponents.rates(slow: rates.slow, fast: rates.fast, k2: 0.02)
    #expect(abs(back.k3 / 0.005 - 1) < 1e-12 && abs(back.k4 / 0.001 - 1) < 1e-12)
    for k2 in [0.1, 0.3] {
      let none = TwoTissueExponents.rates(slow: 0.1, fast: 0.3, k2: k2).k3
      #expect(none >= 0 && none < 1e-16)
    }
  }

  /// Two rates that are all but known leave no plane; nor is there a k2 where the exponents are in the wrong order.
  @Test func noPlane() {
    let wide = 1e-3...1.0
    #expect(!TwoTissueExponents(k2: wide, k3: 0.01...0.04, k4: wide).isThin)
    #expect(TwoTissueExponents(k2: wide, k3: 0.01...0.04, k4: 0.1...0.1).isThin)
    #expect(TwoTissueExponents(k2: wide, k3: 0...1e-7, k4: 0...0).isThin)
    let plane = TwoTissueExponents(k2: wide, k3: 0...1, k4: wide)
    #expect(plane.interval(0, slow: 0.2, fast: 0.1) == nil && plane.interval(0, slow: 0.1, fast: 0.1) == nil)
  }
}
