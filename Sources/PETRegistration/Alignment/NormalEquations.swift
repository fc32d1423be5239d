import Foundation

/// Least squares by its normal equations, A x = b with A = JᵀJ: for many rows and few columns that few rows share.
struct NormalEquations {
  let count: Int
  /// Row after row; the upper triangle is summed up.
  var matrix: [Double]

  init(_ count: Int) {
    self.count = count
    matrix = [Double](repeating: 0, count: count * count)
  }

  /// The lower triangle L of A = L Lᵀ, row after row; a column that no row has stands alone.
  struct Factor {
    fileprivate let count: Int
    fileprivate let lower: [Double]

    /// Nil where the columns cannot be told apart.
    fileprivate init?(_ equations: NormalEquations) {
      let n = equations.count
      var lower = [Double](repeating: 0, count: n * n)
      for j in 0..<n {
        let own = equations.matrix[j * n + j]
        var rest = own > 0 ? own : 1
        for k in 0..<j { rest -= lower[j * n + k] * lower[j * n + k] }
        guard rest > 1e-12 * max(own, 1e-300), rest.isFinite else { return nil }
        let pivot = rest.squareRoot()
        lower[j * n + j] = pivot
        for i in j + 1..<max(n, j + 1) {
          var sum = equations.matrix[j * n + i]
          for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
          lower[i * n + j] = sum / pivot
        }
      }
      count = n
      self.lower = lower
    }

    func solve(_ right: [Double]) -> [Double] {
      var x = right
      for i in 0..<count {
        for k in 0..<i { x[i] -= lower[i * count + k] * x[k] }
        x[i] /= lower[i * count + i]
      }
      for i in (0..<count).reversed() {
        for k in i + 1..<max(count, i + 1) { x[i] -= lower[k * count + i] * x[k] }
        x[i] /= lower[i * count + i]
      }
      return x
    }

    /// Some columns of A⁻¹, as far as the rows of the same places.
    func inverse(_ places: Range<Int>) -> [[Double]] {
      places.map { place in
        var unit = [Double](repeating: 0, count: count)
        unit[place] = 1
        let column = solve(unit)
        return places.map { column[$0] }
      }
    }
  }

  var factor: Factor? { Factor(self) }
}
