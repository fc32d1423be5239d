/// Orthonormal columns of a tall matrix, in memory of the caller.
enum GramSchmidt {
  /// Makes columns X orthonormal, X = Q T, each against those before it twice.
  ///
  /// - Parameters:
  ///   - columns: X column after column, each `length` long; receives Q.
  ///   - triangle: receives the upper triangle T, row after row of `stride` numbers; must be 0 before.
  /// - Returns: false when the columns cannot be told apart.
  static func orthonormalise(
    _ columns: UnsafeMutableBufferPointer<Double>, count: Int, length n: Int,
    triangle: UnsafeMutableBufferPointer<Double>, stride: Int
  ) -> Bool {
    guard let q = columns.baseAddress else { return count == 0 }
    for j in 0..<count {
      let own = q + j * n
      let size = SmallLeastSquares.dot(own, own, n)
      for _ in 0..<2 {
        for k in 0..<j {
          let other = q + k * n
          let dot = SmallLeastSquares.dot(other, own, n)
          triangle[k * stride + j] += dot
          for i in 0..<n { own[i] -= dot * other[i] }
        }
      }
      let left = SmallLeastSquares.dot(own, own, n)
      guard left > SmallLeastSquares.singularPivot * size, left.isFinite else { return false }
      let norm = left.squareRoot()
      triangle[j * stride + j] = norm
      for i in 0..<n { own[i] /= norm }
    }
    return true
  }
}
