import Foundation
import Testing

@testable import PETKinetics

struct FitDiagnosticsTests {
  /// All orders of three residuals above and four below: the deviates have mean 0 and variance 1, but for rounding.
  @Test func runsOverAllOrders() {
    var deviates: [Double] = []
    for mask in 0..<128 where mask.nonzeroBitCount == 3 {
      deviates.append(FitDiagnostics.runsTest((0..<7).map { mask >> $0 & 1 == 1 ? 2 : -0.5 }).deviate)
    }
    #expect(deviates.count == 35)
    #expect(abs(deviates.reduce(0, +)) < 1e-12 && abs(deviates.reduce(0) { $0 + $1 * $1 } / 35 - 1) < 1e-12)
  }

  /// Five of each sign in four runs: (4 - 6)/√(20/9); its probability by the error function.
  @Test func runsByHand() {
    let found = FitDiagnostics.runsTest([1, 2, -1, 0, -1, -3, 1, 0, 1, 1, -1, -1])
    let known = -2 / (20.0 / 9).squareRoot()
    #expect(abs(found.deviate - known) < 1e-14)
    // The table of the library behind it is right to 1e-11.
    #expect(abs(found.probability - erfc(-known / 2.0.squareRoot())) < 1e-10)
    // Many runs are as odd as few.
    let many = FitDiagnostics.runsTest((0..<10).map { $0 % 2 == 0 ? 1 : -1 })
    #expect(many.deviate > 2.6 && many.probability < 0.01)
  }

  @Test(arguments: [[], [0, 0, 0], [1], [1, 2, 3], [-1, -2, 0], [1, -1]] as [[Double]])
  func noRunsToTell(residuals: [Double]) {
    let found = FitDiagnostics.runsTest(residuals)
    #expect(found.deviate.isNaN && found.probability.isNaN)
  }

  private static func linearization(_ design: Matrix, weights: [Double], held: Set<Int> = []) -> Linearization {
    Linearization(
      predicted: [1, 2, 3], observed: [2, 1, 4], weights: weights, design: design, held: held,
      outcome: Matrix.identity(design.columns))
  }

  /// 3 and 4 are told apart by half a right angle, 1 + √2; a frame without weight has no say, nor has what is held.
  @Test func condition() {
    let design = Matrix(columns: [[3, 0, 9], [4, 4, -9], [3, 0, 0]])
    let two = FitDiagnostics(Self.linearization(design.keepingColumns([0, 1]), weights: [1, 1, 0]), covariance: nil)
    #expect(abs(two.condition - (1 + 2.0.squareRoot())) < 1e-14)
    let held = FitDiagnostics(Self.linearization(design, weights: [1, 1, 0], held: [2]), covariance: nil)
    #expect(abs(held.condition - two.condition) < 1e-14)
    // A weight of 9 is a factor of 3.
    let weighted = FitDiagnostics(
      Self.linearization(Matrix(columns: [[3, 0, 9], [4, 4.0 / 3, -9]]), weights: [1, 9, 0]), covariance: nil)
    #expect(abs(weighted.condition - two.condition) < 1e-14)
    let same = FitDiagnostics(Self.linearization(design.keepingColumns([0, 2]), weights: [1, 1, 0]), covariance: nil)
    #expect(same.condition > 1e7)
  }

  @Test func correlations() throws {
    let design = Matrix(columns: [[1, 0, 0]])
    let covariance = Matrix(rows: [[4, 3, 0], [3, 9, 0], [0, 0, 0]])
    let found = FitDiagnostics(Self.linearization(design, weights: [1, 1, 1]), covariance: covariance)
    let matrix = try #require(found.correlation)
    #expect(matrix[0][..<2] == [1, 0.5] && matrix[1][..<2] == [0.5, 1])
    #expect(matrix[2].allSatisfy(\.isNaN) && matrix[0][2].isNaN && found.isOfCurve)
    #expect(FitDiagnostics(Self.linearization(design, weights: [1, 1, 1]), covariance: nil).correlation == nil)
  }
}
