import Foundation
import PETCore
import PETTestSupport
import Testing

struct LinearRegressionTests {
  /// A straight line by hand: 1, 2, 2, 5 at 0, 1, 2, 3 give 0.7 + 1.2 t, residuals 0.3, 0.1, -1.1, 0.7 and 1.8 / 2.
  ///
  /// (XᵀX)⁻¹ = [0.7 -0.3; -0.3 0.2]. Rounding alone.
  @Test func straightLineByHand() throws {
    let line = try #require(LinearRegression(columns: [[1, 1, 1, 1], [0, 1, 2, 3]]))
    let fit = line.fit([1, 2, 2, 5])
    #expect(line.rows == 4 && line.columns == 2 && line.freedom == 2)
    #expect(abs(fit.coefficients[0] - 0.7) < 1e-14 && abs(fit.coefficients[1] - 1.2) < 1e-14)
    for (a, b) in zip(fit.residuals, [0.3, 0.1, -1.1, 0.7]) { #expect(abs(a - b) < 1e-14) }
    #expect(abs(fit.variance - 0.9) < 1e-14)
    for (row, known) in zip(line.inverseGram, [[0.7, -0.3], [-0.3, 0.2]]) {
      for (a, b) in zip(row, known) { #expect(abs(a - b) < 1e-14) }
    }
    // At 5: 0.7 - 3 + 5.
    #expect(abs(LinearRegression.leverage(of: [1, 5], inverseGram: line.inverseGram) - 2.7) < 1e-14)
  }

  /// A polynomial of degree 7 over 0...19 comes back though XᵀX has a condition beyond 1e20: the columns are never squared.
  ///
  /// The columns' own condition is some 1e11 unscaled and 1e6 scaled: 1e-8 of each coefficient's share.
  @Test func nearlyParallelColumns() throws {
    let times = (0..<20).map(Double.init)
    let design = (0...7).map { power in times.map { pow($0, Double(power)) } }
    let line = try #require(LinearRegression(columns: design))
    let known = (0...7).map { pow(-0.1, Double($0)) }
    let fit = line.fit(times.indices.map { i in (0...7).reduce(0) { $0 + known[$1] * design[$1][i] } })
    for (a, b) in zip(fit.coefficients, known) { #expect(abs(a / b - 1) < 1e-6) }
    // Taken off once, what the others share of the last column would leave some 1e-12 of it.
    for column in design.dropLast() {
      let size = LinearRegression.dot(column, column).squareRoot()
      #expect(abs(LinearRegression.dot(line.lastDirection, column)) < 1e-14 * size)
    }
  }

  /// As many unknowns as rows: no residual and no variance.
  @Test func noFreedom() throws {
    let line = try #require(LinearRegression(columns: [[1, 1], [1, 3]]))
    let fit = line.fit([4, 8])
    #expect(fit.variance.isNaN && line.freedom == 0)
    #expect(abs(fit.coefficients[0] - 2) < 1e-14 && abs(fit.coefficients[1] - 2) < 1e-14)
  }

  @Test(
    arguments: [
      [], [[]], [[1], [2]], [[0, 0]], [[1, 1, 1], [2, 2, 2]], [[1, 2, 4], [1, 0, 1], [2, 2, 5]], [[1, .nan]],
      [[1, .infinity]], [[1, 1, 1], [1e9, 1e9, 1e9]],
    ] as [[[Double]]])
  func columnsThatTellNothing(design: [[Double]]) { #expect(LinearRegression(columns: design) == nil) }

  /// Units of a column are its own affair.
  @Test func unitsOfColumns() throws {
    let line = try #require(LinearRegression(columns: [[1e-9, 1e-9, 1e-9, 1e-9], [0, 1e9, 2e9, 3e9]]))
    let fit = line.fit([1, 2, 2, 5])
    #expect(abs(fit.coefficients[0] / 0.7e9 - 1) < 1e-13 && abs(fit.coefficients[1] / 1.2e-9 - 1) < 1e-13)
  }

  /// The last direction tells t of the last coefficient: as coefficient over its error says it.
  @Test func tOfTheLastCoefficient() throws {
    var random = SeededGenerator(seed: 3)
    let design = [Array(repeating: 1.0, count: 12)] + (0..<2).map { _ in (0..<12).map { _ in random.normal() } }
    let y = (0..<12).map { _ in random.normal() }
    let line = try #require(LinearRegression(columns: design))
    let fit = line.fit(y)
    let t = fit.coefficients[2] / (fit.variance * line.inverseGram[2][2]).squareRoot()
    let cleared = line.residualsWithoutLast(y)
    // What is left without the last column is what its own regression leaves.
    let shorter = try #require(LinearRegression(columns: Array(design.dropLast()))).fit(y).residuals
    for (a, b) in zip(cleared, shorter) { #expect(abs(a - b) < 1e-13) }
    let along = LinearRegression.dot(line.lastDirection, cleared)
    let left = (LinearRegression.dot(cleared, cleared) - along * along) / Double(line.freedom)
    #expect(abs(along / left.squareRoot() / t - 1) < 1e-12)
    #expect(abs(LinearRegression.dot(line.lastDirection, line.lastDirection) - 1) < 1e-14)
    for column in design.dropLast() { #expect(abs(LinearRegression.dot(line.lastDirection, column)) < 1e-13) }
  }
}
