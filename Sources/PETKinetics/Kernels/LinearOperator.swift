/// How the terms of an equation move with a curve: the curve itself and one operator, each times a sum of coefficients.
struct LinearOperator: Sendable {
  /// Response and regressors, as far as they move with the curve.
  private let terms: [(place: Int, ofItself: Double, hasMatrix: Bool)]
  /// The operator; nil where no term has one.
  let matrix: Matrix?
  /// Its rows, filled up to `width` numbers with 0, and its diagonal.
  let rows: [Double]
  let diagonal: [Double]

  var isThere: Bool { !terms.isEmpty }

  /// A number of frames, filled up to a multiple of four.
  static func width(_ frames: Int) -> Int { (frames + 3) & ~3 }

  /// - Parameter maps: what the response, then each regressor, makes of the curve; nil for one that does not move with it.
  /// - Returns: nil where terms have different operators.
  init?(_ maps: [CurveMap?], frames: Int) {
    let matrices = maps.compactMap { $0?.matrix }
    guard matrices.allSatisfy({ $0 == matrices[0] }) else { return nil }
    let matrix = matrices.first
    self.matrix = matrix
    terms = maps.enumerated().compactMap { place, map in
      map.map { (place, $0.ofItself, $0.matrix != nil) }
    }
    let filler = Array(repeating: 0.0, count: Self.width(frames) - frames)
    rows = matrix.map { matrix in (0..<frames).flatMap { matrix.row($0) + filler } } ?? []
    diagonal = (0..<frames).map { matrix?[$0, $0] ?? 0 }
  }

  /// What the curve itself counts, and the operator.
  func counts(_ coefficients: InlineArray<5, Double>) -> (itself: Double, matrix: Double) {
    var (itself, matrix) = (0.0, 0.0)
    for term in terms {
      itself += coefficients[term.place] * term.ofItself
      if term.hasMatrix { matrix += coefficients[term.place] }
    }
    return (itself, matrix)
  }
}
