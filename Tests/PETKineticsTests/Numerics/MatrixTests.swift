import Foundation
import Testing

@testable import PETKinetics

struct MatrixTests {
  private static let a = Matrix(rows: [[1, 2, 3], [4, 5, 6]])
  private static let b = Matrix(rows: [[7, 8], [9, 10], [11, 12]])

  /// Small whole numbers, worked by hand: no rounding.
  @Test func productsAndScalings() {
    #expect(Self.a * Self.b == Matrix(rows: [[58, 64], [139, 154]]))
    #expect(Self.a.transposed == Matrix(columns: [[1, 2, 3], [4, 5, 6]]))
    #expect(Self.a + 2 * Self.a - Self.a == Matrix(rows: [[2, 4, 6], [8, 10, 12]]))
    #expect(Self.a.scalingRows([2, -1]) == Matrix(rows: [[2, 4, 6], [-4, -5, -6]]))
    #expect(Self.a.scalingColumns([1, 0, -2]) == Matrix(rows: [[1, 0, -6], [4, 0, -12]]))
    // 1 + 16 + 81, 4 + 40 + 162, 16 + 100 + 324.
    #expect(Self.a.squareOfRows([1, 2, 3]) == Matrix(rows: [[98, 206], [206, 440]]))
    #expect([1.0, -1, 2].withUnsafeBufferPointer { Self.a.dot(row: 1, $0) } == 11)
  }

  @Test func rowsAndColumnsAreTakenInTheOrderAskedFor() {
    #expect(Self.a.keepingColumns([2, 0]) == Matrix(rows: [[3, 1], [6, 4]]))
    #expect(Self.b.keepingRows([2, 2, 0]) == Matrix(rows: [[11, 12], [11, 12], [7, 8]]))
    #expect(Self.a.keepingColumns([]).columns == 0 && Self.a.row(1) == [4, 5, 6])
  }

  /// Hilbert's matrix of four rows has an inverse of whole numbers; its condition, 1.6e4, is what rounding grows by.
  @Test func inverseOfHilbertsMatrix() throws {
    let hilbert = Matrix(rows: (0..<4).map { (i: Int) -> [Double] in (0..<4).map { 1 / Double(i + $0 + 1) } })
    let known: [[Double]] = [
      [16, -120, 240, -140], [-120, 1200, -2700, 1680], [240, -2700, 6480, -4200], [-140, 1680, -4200, 2800],
    ]
    let inverse = try #require(hilbert.inverseOfPositiveDefinite)
    for i in 0..<4 { for j in 0..<4 { #expect(abs(inverse[i, j] - known[i][j]) < 1e-10 * abs(known[i][j])) } }
  }

  /// Units far apart are no singularity: 2 x 2, by Cramer's rule.
  @Test func inverseWhateverTheUnits() throws {
    let inverse = try #require(Matrix(rows: [[4e-24, 1], [1, 1e24]]).inverseOfPositiveDefinite)
    let known = [[1e24 / 3, -1 / 3.0], [-1 / 3.0, 4e-24 / 3]]
    for i in 0..<2 { for j in 0..<2 { #expect(abs(inverse[i, j] / known[i][j] - 1) < 1e-14) } }
    #expect(Matrix(rows: [[4]]).inverseOfPositiveDefinite == Matrix(rows: [[0.25]]))
  }

  @Test(arguments: [
    [[1.0, 1], [1, 1]], [[1, 2], [2, 1]], [[0, 0], [0, 1]], [[1, 0], [0, -1]], [[.nan, 0], [0, 1]],
  ])
  func noInverse(rows: [[Double]]) { #expect(Matrix(rows: rows).inverseOfPositiveDefinite == nil) }

  /// Two directions at an angle: the cotangent of half of it, whatever their lengths; rounding grows by its square.
  @Test(arguments: [0.01, 0.3, .pi / 2, 3])
  func conditionOfTwoDirections(angle: Double) {
    let matrix = Matrix(columns: [[1e9, 0, 0], [1e-9 * cos(angle), 1e-9 * sin(angle), 0]])
    let known = max(1 / tan(angle / 2), tan(angle / 2))
    #expect(abs(matrix.conditionOfUnitColumns / known - 1) < 1e-14 * known * known)
  }

  /// The unit matrix and a constant added: singular values 1 and 1 + n times that constant.
  @Test func conditionOfMoreColumns() {
    let matrix = Matrix(rows: (0..<5).map { i in (0..<5).map { (i == $0 ? 1 : 0) + 0.7 } })
    #expect(abs(matrix.conditionOfUnitColumns - 4.5) < 1e-13)
    #expect(Matrix(columns: [[3, 4]]).conditionOfUnitColumns == 1)
    #expect(Matrix(columns: [[1, 2], [0, 0]]).conditionOfUnitColumns == .infinity)
    #expect(Matrix(rows: 3, columns: 0).conditionOfUnitColumns == .infinity)
  }
}
