import Testing

@testable import PETBinding

/// Persons and power against tables that are not ours.
struct PlannedTestTests {
  /// Two groups: R's power.t.test gives 393.4, 63.8, 25.5 (Cohen 1988, table 2.4.1: 393, 64, 26), and 15.6 at power 0.9.
  @Test(arguments: [(0.2, 0.8, 394), (0.5, 0.8, 64), (0.8, 0.8, 26), (1.2, 0.9, 16), (2, 0.8, 6)])
  func groups(effect: Double, power: Double, persons: Int) {
    #expect(PlannedTest(design: .groups, alpha: 0.05).persons(effect, power: power) == persons)
  }

  /// The same persons twice: 198.2, 33.4 and 14.3.
  @Test(arguments: [(0.2, 199), (0.5, 34), (0.8, 15)])
  func sessions(effect: Double, persons: Int) {
    #expect(PlannedTest(design: .sessions, alpha: 0.05).persons(effect, power: 0.8) == persons)
  }

  /// A correlation of two normal quantities: 782, 84, 29, 13, 6 as exact programs have them (bivariate normal model).
  @Test(arguments: [(0.1, 782), (0.3, 84), (0.5, 29), (0.7, 13), (0.9, 6)])
  func associations(correlation: Double, persons: Int) {
    let effect = correlation / (1 - correlation * correlation).squareRoot()
    #expect(PlannedTest(design: .association, alpha: 0.05).persons(effect, power: 0.8) == persons)
  }

  /// One more person is enough, one fewer is not; the least effect has the power; alpha is the power of none.
  @Test(arguments: StudyPower.Design.allCases)
  func together(design: StudyPower.Design) throws {
    var test = PlannedTest(design: design, alpha: 0.01)
    test.held = 3
    for effect in [0.31, 0.9, 4] {
      let persons = try #require(test.persons(effect, power: 0.9))
      #expect(test.power(effect, persons: persons) >= 0.9)
      if persons > test.fewest { #expect(test.power(effect, persons: persons - 1) < 0.9) }
    }
    for persons in [test.fewest, 12, 500] {
      #expect(abs(test.power(test.effect(persons: persons, power: 0.6), persons: persons) - 0.6) < 1e-9)
      #expect(abs(test.power(0, persons: persons) - 0.01) < 1e-9)
    }
    #expect(test.power(1, persons: test.fewest - 1).isNaN && test.persons(0, power: 0.8) == nil)
    #expect(test.persons(1e-4, power: 0.8) == nil)
  }
}
