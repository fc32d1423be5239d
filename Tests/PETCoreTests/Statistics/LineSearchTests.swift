import Foundation
import PETCore
import Testing

struct LineSearchTests {
  /// Near a smooth minimum a function tells places apart to the root of rounding: 1e-8 of the scale on which it bends.
  @Test(arguments: [0.1, 2.5, 3, 9.99])
  func bottomOfABowl(at place: Double) {
    let found = LineSearch.minimum(0...10, steps: 41) { 5 + ($0 - place) * ($0 - place) }
    #expect(abs(found - place) < 1e-7)
  }

  /// Where it bends sharply the place is told to 1e-10 of itself.
  @Test(arguments: [-7.3, 0.4, 1e-6])
  func bottomWithABend(at place: Double) {
    let found = LineSearch.minimum(-10...10, steps: 41) { abs($0 - place) }
    #expect(abs(found - place) <= 1e-9 * abs(place))
  }

  /// The lower of two valleys, though the other is wider.
  @Test func theLowestOfTheGridIsFollowed() {
    let found = LineSearch.minimum(0...10, steps: 101) { min(pow($0 - 7, 2), 50 * pow($0 - 1.23, 2) - 0.5) }
    #expect(abs(found - 1.23) < 1e-7)
  }

  /// An end that is as low as the rest is the end itself, to the last bit.
  @Test func ends() {
    #expect(LineSearch.minimum(0.1...0.7, steps: 5) { $0 } == 0.1)
    #expect(LineSearch.minimum(0.1...0.7, steps: 5) { -$0 } == 0.7)
    #expect(LineSearch.minimum(0.1...0.7, steps: 5) { _ in 3 } == 0.1)
    #expect(LineSearch.minimum(0.1...0.7, steps: 5) { _ in .infinity } == 0.1)
    #expect(LineSearch.minimum(2...2, steps: 5) { $0 } == 2)
  }

  /// Zero has no digits of its own to count down to: the search must end all the same.
  @Test func aMinimumAtZero() {
    var calls = 0
    let found = LineSearch.minimum(-1...1, steps: 4) { place in
      calls += 1
      // Past any sensible number the function is level, which ends the search.
      return calls < 5000 ? abs(place) : 0
    }
    // Rounding of 1e-16 grows by the golden ratio with each step, as the width falls: both meet near 1e-22.
    #expect(abs(found) < 1e-20 && calls < 200)
  }

  /// A rising function is 0 at one place, to its last digits; not outside of the interval.
  @Test func zeros() {
    for place in [-3.0, 1e-9, 0.1, 7.5] {
      let found = LineSearch.zero(-10...10) { pow($0 - place, 3) + 1e-3 * ($0 - place) }
      #expect(abs(found - place) < 1e-12 * max(1, abs(place)))
    }
    // Level at first, and steep: many secants from the left fall short.
    var calls = 0
    let steep = LineSearch.zero(0...100) { place in
      calls += 1
      return exp(place) - exp(50)
    }
    #expect(abs(steep - 50) < 1e-11 && calls < 120, "\(calls)")
    #expect(LineSearch.zero(0...1) { $0 } == 0 && LineSearch.zero(-1...0) { $0 } == 0)
    #expect(LineSearch.zero(1...2) { $0 }.isNaN && LineSearch.zero(0...1) { $0 - 2 }.isNaN)
  }
}
