import Foundation
import Testing

@testable import PETKinetics

struct NestedCompartmentsTests {
  private static func nested(_ change: (inout [ClosedRange<Double>]) -> Void = { _ in }) -> [NestedModel] {
    // K1, k2, k3, k4, Kb, vB.
    var bounds: [ClosedRange<Double>] = [0...0.1, 1e-5...0.1, 0...0.05, 1e-6...0.05, 0...0.01, 0...0.3]
    change(&bounds)
    return NestedCompartments(bounds: bounds).all
  }

  /// Without wall, without blood, one tissue: those that the bounds let be 0.
  @Test func whatMayBeNothing() {
    #expect(Self.nested().map(\.closed) == [4, 5, 2])
    #expect(Self.nested { $0[4] = 0...0 }.map(\.closed) == [2])
    #expect(Self.nested { $0[2] = 1e-6...0.05 }.map(\.closed) == [4, 5])
    #expect(Self.nested { $0[5] = 0.05...0.05 }.map(\.closed) == [4, 2])
    #expect(Self.nested { $0[3] = 0.01...0.01 }.map(\.closed) == [4, 5])
    #expect(Self.nested { $0 = Array(repeating: 0...0, count: 6) }.isEmpty)
  }

  /// One tissue has the volume of the two that it stands for: k2/(1 + k3/k4); the rest stays.
  @Test func oneTissueKeepsTheVolume() throws {
    let one = try #require(Self.nested().last)
    let simple = one.simpler([0.01, 0.004, 0.003, 0.001, 0.002, 0.05])
    #expect(simple == [0.01, 0.001, 0, 0.001, 0.002, 0.05])
    #expect(one.simpler([0.01, 0.004, 0.003, 0, 0, 0])[1] == 0.004)
    // A little way off again, at any k4: the same volume.
    for k4 in one.values {
      let whole = one.beside(simple, k4)
      #expect(whole[2] > 0 && whole[3] == k4)
      #expect(abs(whole[0] / whole[1] * (1 + whole[2] / k4) / (simple[0] / simple[1]) - 1) < 1e-14)
    }
    #expect(one.idle == 3 && one.values.count == 12 && one.values == one.values.sorted())
    #expect(one.values.allSatisfy { (1e-6...0.05).contains($0) })
  }

  /// Without blood both ends of the wall's range are tried, and nothing else is changed.
  @Test func noBlood() throws {
    let none = try #require(Self.nested().first { $0.closed == 5 })
    #expect(none.idle == 4 && none.slopes == [0, 0.01] && none.values.isEmpty)
    #expect(none.simpler([1, 2, 3, 4, 5, 6]) == [1, 2, 3, 4, 5, 0])
    let wall = try #require(Self.nested().first)
    #expect(wall.idle == nil && wall.simpler([1, 2, 3, 4, 5, 6]) == [1, 2, 3, 4, 0, 6])
  }
}
