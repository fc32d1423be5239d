import Foundation
import PETCore
import PETImaging
import PETRegistration
import PETResults
import Testing

@testable import PETPipeline

/// What two scans of a pair take for one place.
struct ScansApartTests {
  private static func placement(_ step: [Double], error: Double = 0.1) -> AlignmentText.Placement {
    AlignmentText.Placement(
      misplacement: Affine.rigid(step, about: (10, -20, 30)), centre: [10, -20, 30], error: error)
  }

  /// A shift is its length, and a turn by w about the centre of a ball of radius R moves it by w R √(2/5) in the mean square.
  @Test func distances() {
    let still = Self.placement([0, 0, 0, 0, 0, 0])
    let shifted = ScansApart(still, Self.placement([1, -2, 2, 0, 0, 0]))
    #expect(abs(shifted.displacement - 3) < 1e-12 && abs(shifted.standardError - 0.02.squareRoot()) < 1e-12)
    let turned = ScansApart(Self.placement([0, 0, 0, 0, 0, 0.02]), still)
    #expect(abs(turned.displacement - 0.02 * 60 * 0.4.squareRoot()) < 1e-3, "\(turned.displacement)")
    // What both are off by is no matter here.
    let alike = Self.placement([4, 0, 1, 0.1, 0, 0])
    #expect(ScansApart(alike, alike).displacement == 0)
  }

  /// Above the limit, and above twice what it is known by.
  @Test func finding() {
    let still = Self.placement([0, 0, 0, 0, 0, 0])
    let finding = ScansApart(still, Self.placement([3, 0, 0, 0, 0, 0])).finding(limit: 2, file: "x")
    #expect(finding?.castsDoubt == true && finding?.value == "3.0")
    #expect(ScansApart(still, Self.placement([1.9, 0, 0, 0, 0, 0])).finding(limit: 2, file: "x") == nil)
    let vague = ScansApart(still, Self.placement([3, 0, 0, 0, 0, 0], error: 2))
    #expect(vague.finding(limit: 2, file: "x") == nil)
  }
}
