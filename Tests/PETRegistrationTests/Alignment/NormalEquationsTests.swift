import Testing

@testable import PETRegistration

struct NormalEquationsTests {
  /// A Hilbert matrix of four, whose inverse is known in whole numbers.
  @Test func inverseOfHilbert() throws {
    var equations = NormalEquations(4)
    for i in 0..<4 { for j in i..<4 { equations.matrix[4 * i + j] = 1 / Double(i + j + 1) } }
    let inverse = try #require(equations.factor).inverse(0..<4)
    let truth = [
      [16.0, -120, 240, -140], [-120, 1200, -2700, 1680], [240, -2700, 6480, -4200], [-140, 1680, -4200, 2800],
    ]
    for (row, other) in zip(inverse, truth) {
      // Its condition is 15,514: twelve digits are left.
      for (a, b) in zip(row, other) { #expect(abs(a - b) < 1e-8 * abs(b)) }
    }
  }

  /// A column that no row has stays out of the others' way; columns that are one cannot be told apart.
  @Test func emptyAndAlikeColumns() throws {
    var equations = NormalEquations(3)
    (equations.matrix[0], equations.matrix[8]) = (2, 4)
    let solved = try #require(equations.factor).solve([2, 0, 2])
    #expect(zip(solved, [1, 0, 0.5]).allSatisfy { abs($0 - $1) < 1e-15 }, "\(solved)")
    var alike = NormalEquations(2)
    alike.matrix = [1, 1, 0, 1]
    #expect(alike.factor == nil)
  }
}
