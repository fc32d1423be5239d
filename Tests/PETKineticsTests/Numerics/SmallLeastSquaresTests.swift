import Foundation
import Testing

@testable import PETKinetics

struct SmallLeastSquaresTests {
  private struct Solved {
    var values: [Double]
    /// R Rᵀ.
    var inverse: [[Double]]
    var sum: Double
  }

  private static func solve(_ columns: [[Double]], _ weights: [Double], _ data: [Double]) -> Solved? {
    let n = columns.count
    var solution: InlineArray<4, Double> = .init(repeating: 0)
    var spread: InlineArray<16, Double> = .init(repeating: 0)
    var sum = 0.0
    let isSolved = columns.flatMap(\.self).withUnsafeBufferPointer { x in
      weights.withUnsafeBufferPointer { w in
        data.withUnsafeBufferPointer { y in
          let isSolved = SmallLeastSquares.solve(
            columns: x, unknowns: n, weights: w, data: y, into: &solution, spread: &spread)
          sum = SmallLeastSquares.residualSum(columns: x, unknowns: n, weights: w, data: y, at: solution)
          return isSolved
        }
      }
    }
    guard isSolved else { return nil }
    let inverse = (0..<n).map { a in
      (0..<n).map { b in (0..<n).reduce(0) { $0 + spread[a * 4 + $1] * spread[b * 4 + $1] } }
    }
    return Solved(values: (0..<n).map { solution[$0] }, inverse: inverse, sum: sum)
  }

  /// A weighted straight line by hand: weights 1, 2, 1 at 0, 1, 2 and data 1, 2, 5 give 0.5 + 2 t and the sum 1.
  ///
  /// XᵀWX = [4 4; 4 6], its inverse [6 -4; -4 4]/8. Rounding alone.
  @Test func straightLineByHand() throws {
    let solved = try #require(Self.solve([[1, 1, 1], [0, 1, 2]], [1, 2, 1], [1, 2, 5]))
    #expect(abs(solved.values[0] - 0.5) < 1e-15 && abs(solved.values[1] - 2) < 1e-15)
    #expect(abs(solved.sum - 1) < 1e-14)
    for (row, known) in zip(solved.inverse, [[0.75, -0.5], [-0.5, 0.5]]) {
      for (a, b) in zip(row, known) { #expect(abs(a - b) < 1e-14) }
    }
  }

  /// Four unknowns and a number of frames that is no multiple of four; a frame without weight may say anything.
  @Test(arguments: 5...9)
  func cubicWhateverTheCount(count: Int) throws {
    let times = (0..<count).map { Double($0) / 4 }
    var data = times.map { 1 - 2 * $0 + 3 * $0 * $0 - 0.5 * $0 * $0 * $0 }
    var weights = times.map { 1 + $0 }
    data[1] = 1e6
    weights[1] = 0
    let columns = (0..<4).map { power in times.map { pow($0, Double(power)) } }
    let solved = try #require(Self.solve(columns, weights, data))
    // The condition of these columns is below 1e4.
    for (value, known) in zip(solved.values, [1, -2, 3, -0.5]) { #expect(abs(value - known) < 1e-11) }
    #expect(solved.sum < 1e-20)
  }

  /// Columns 1 and 1 + 1e-5 t: plain normal equations lose ten digits here, refined ones five.
  @Test func columnsThatAreMuchAlike() throws {
    let times = (0..<12).map { Double($0) / 11 }
    let columns = [times.map { _ in 1.0 }, times.map { 1 + 1e-5 * $0 }]
    let data = times.indices.map { 3 * columns[0][$0] - 2 * columns[1][$0] }
    let solved = try #require(Self.solve(columns, times.map { _ in 1 }, data))
    #expect(abs(solved.values[0] - 3) < 1e-9 && abs(solved.values[1] + 2) < 1e-9, "\(solved.values)")
  }

  /// Nothing is changed by the units of a column but its own value.
  @Test func unitsOfColumns() throws {
    let solved = try #require(Self.solve([[1e-20, 1e-20, 1e-20], [0, 1e20, 2e20]], [1, 2, 1], [1, 2, 5]))
    #expect(abs(solved.values[0] / 0.5e20 - 1) < 1e-14 && abs(solved.values[1] / 2e-20 - 1) < 1e-14)
  }

  @Test func whatCannotBeSolved() {
    let one = [1.0, 1, 1]
    #expect(Self.solve([one, [2, 2, 2]], one, [1, 2, 3]) == nil)
    #expect(Self.solve([one, [0, 0, 0]], one, [1, 2, 3]) == nil)
    // More unknowns than frames with weight.
    #expect(Self.solve([one, [0, 1, 2]], [0, 1, 0], [1, 2, 3]) == nil)
    #expect(Self.solve([one], one, [1, .nan, 3]) == nil)
    #expect(Self.solve([[1, .infinity, 1]], one, [1, 2, 3]) == nil)
  }
}
