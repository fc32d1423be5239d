/// What a term makes of a curve: the curve itself a number of times, and an operator on it.
struct CurveMap: Sendable, Equatable {
  var ofItself = 0.0
  /// Frames x frames; nil for none.
  var matrix: Matrix?

  /// The curve as it is.
  static let itself = CurveMap(ofItself: 1)

  /// Adds it, times a factor, to a matrix.
  func add(to sum: inout Matrix, times factor: Double) {
    if let matrix { sum = sum + factor * matrix }
    if ofItself != 0 { for i in 0..<sum.rows { sum[i, i] += factor * ofItself } }
  }
}
