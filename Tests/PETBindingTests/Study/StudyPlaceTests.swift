import Testing

@testable import PETBinding

/// Where a value lies among those of everybody.
struct StudyPlaceTests {
  /// Of 1 to 20 the middles of values are at 2.5, 7.5 … 97.5 %: two values a tenth, three more a quarter.
  @Test func partsOfTwenty() {
    let places = StudyPlace.all((1...20).reversed().map(Double.init))
    let expected: [StudyPlace] =
      [.highestTenth, .highestTenth, .highestQuarter, .highestQuarter, .highestQuarter]
      + [StudyPlace](repeating: .middleHalf, count: 10)
      + [.lowestQuarter, .lowestQuarter, .lowestQuarter, .lowestTenth, .lowestTenth]
    #expect(places == expected)
  }

  /// Equal values have one place; what is missing has none and does not count.
  @Test func equalAndMissing() {
    let places = StudyPlace.all([.nan, 1, 1, 1, 1, 1, 1, 1, 2, .infinity])
    #expect(places[0] == nil && places[9] == nil)
    #expect(places[1...7].allSatisfy { $0 == .middleHalf } && places[8] == .highestTenth)
    #expect(StudyPlace.all([1, 2, 3, 4, 5, 6, 7]).allSatisfy { $0 == nil }, "seven have no tenths")
  }
}
