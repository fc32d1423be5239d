import Foundation
import PETBinding
import PETCore
import Testing

struct UniverseSpreadTests {
  private static let two = [["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]]

  /// Means 1, 2, 4, 5: choice one moves by 3, choice two by 1.
  ///
  /// Of the variance 10 its main effects are 9 and 1.
  @Test func mainEffects() {
    let spread = UniverseSpread([[0.5, 1.5], [1.5, 2.5], [3.5, 4.5], [4.5, 5.5]], choices: Self.two)
    #expect(spread.universes == 4 && spread.told == 4 && spread.persons == 2)
    #expect(spread.median == 3 && spread.least == 1 && spread.most == 5)
    // Sample variance of four: 10/3.
    #expect(abs(spread.sd - (10.0 / 3).squareRoot()) < 1e-14)
    #expect(abs(spread.shares[0] - 0.9) < 1e-14 && abs(spread.shares[1] - 0.1) < 1e-14 && spread.mostMoving == 0)
  }

  /// What two choices do together alone is no main effect; of equal ones the first is named.
  @Test func interaction() {
    let spread = UniverseSpread([[1], [2], [2], [1]], choices: Self.two)
    #expect(spread.shares == [0, 0] && spread.mostMoving == 0)
  }

  /// Persons count who have a value in every universe that tells any; a universe that tells none is left out.
  @Test func onlyWhoIsInAll() {
    let values: [[Double]] = [[1, 10, .nan], [2, .nan, 7], [.nan, .nan, .nan], [4, 10, 7]]
    let spread = UniverseSpread(values, choices: Self.two)
    #expect(spread.universes == 4 && spread.told == 3 && spread.persons == 1)
    #expect(spread.least == 1 && spread.most == 4 && spread.median == 2)
  }

  /// A choice that a universe has no use for is told by the others alone: means 1, 3 with it and 8 without.
  @Test func choicesWithoutUse() {
    let spread = UniverseSpread([[1], [3], [8]], choices: [["a", "x"], ["a", "y"], ["b", "n/a"]])
    // Of 26 between all, x and y have 2.
    #expect(abs(spread.shares[1] - 2.0 / 26) < 1e-14)
    // a has the mean 2 and b 8 about 4: 2 · 4 + 16 = 24.
    #expect(abs(spread.shares[0] - 24.0 / 26) < 1e-14)
  }

  @Test func nothingToSpread() {
    let same = UniverseSpread([[2], [2], [2], [2]], choices: Self.two)
    #expect(same.sd == 0 && same.shares.allSatisfy(\.isNaN) && same.mostMoving == nil)
    let one = UniverseSpread([[2, 4]], choices: [["a"]])
    #expect(one.median == 3 && one.shares.allSatisfy(\.isNaN))
    for values in [[], [[.nan, .nan], [.nan, .nan]], [[1, .nan], [.nan, 1]]] as [[[Double]]] {
      let none = UniverseSpread(values, choices: [["a"], ["b"]])
      #expect(none.persons == 0 && none.median.isNaN && none.shares.count == 1 && none.mostMoving == nil)
    }
  }
}
