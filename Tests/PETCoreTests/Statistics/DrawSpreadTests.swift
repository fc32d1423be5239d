import PETCore
import Testing

struct DrawSpreadTests {
  /// Of normal deviates the SD, within three errors of such a count (3 %); of Student's t with five degrees of freedom its tails too.
  @Test func tailsCount() {
    var random = SeededGenerator(seed: 2)
    let normal = (0..<5000).map { _ in random.normal() }
    #expect(abs(DrawSpread.of(normal) - 1) < 0.03)
    let wide = (0..<5000).map { _ in
      let square = (0..<5).reduce(0.0) { sum, _ in
        let own = random.normal()
        return sum + own * own
      }
      return random.normal() * (5 / square).squareRoot()
    }
    // SD of t5 is √(5/3) = 1.29, half of its central 68.3 % 1.11; what lies beyond 5.5 makes 0.02 of the SD, chance 0.03.
    #expect(abs(DrawSpread.of(wide) - 1.27) < 0.05)
  }

  /// Two of 64 that ended a hundred times further off make less than half of the spread more.
  @Test func whatWentAstrayDoesNot() {
    var random = SeededGenerator(seed: 3)
    var draws = (0..<64).map { _ in random.normal() }
    let before = DrawSpread.of(draws)
    draws[5] = 100
    draws[9] = -400
    #expect(DrawSpread.of(draws) < 1.5 * before)
    #expect(DrawSpread.of([1]).isNaN && DrawSpread.of([2, 2, 2]) == 0)
  }
}
