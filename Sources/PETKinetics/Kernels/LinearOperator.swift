/// How the terms of an equation move with a curve: the identity and one operator, each times a sum of coefficients.
struct LinearOperator: Sendable {
  /// Terms that move as the curve itself does, and as the operator makes of it; term 0 is the response.
  private let identityTerms: [Int]
  private let matrixTerms: [Int]
  /// The operator; nil where no term has one.
  let matrix: Matrix?
  /// Its rows, filled up to `width` numbers with 0, and its diagonal.
  let rows: [Double]
  let diagonal: [Double]

  /// A number of frames, filled up to a multiple of four.
  static func width(_ frames: Int) -> Int { (frames + 3) & ~3 }

  var isThere: Bool { !identityTerms.isEmpty || !matrixTerms.isEmpty }

  /// - Parameter terms: what each term makes of the curve, nil for one that does not move with it.
  /// - Returns: nil where terms have different operators.
  init?(_ terms: [Matrix?], frames: Int) {
    let identity = Matrix.identity(frames)
    var (identityTerms, matrixTerms): ([Int], [Int]) = ([], [])
    var matrix: Matrix?
    for (k, term) in terms.enumerated() {
      guard let term else { continue }
      if term == identity {
        identityTerms.append(k)
      } else if matrix == nil || matrix == term {
        matrix = term
        matrixTerms.append(k)
      } else {
        return nil
      }
    }
    self.identityTerms = identityTerms
    self.matrixTerms = matrixTerms
    self.matrix = matrix
    let filler = Array(repeating: 0.0, count: Self.width(frames) - frames)
    rows = (0..<frames).flatMap { i in matrix.map { $0.row(i) + filler } ?? [] }
    diagonal = (0..<frames).map { matrix?[$0, $0] ?? 0 }
  }

  /// Sum of the coefficients of the identity, and of the operator.
  func ofIdentity(_ coefficients: InlineArray<5, Double>) -> Double {
    var sum = 0.0
    for k in identityTerms { sum += coefficients[k] }
    return sum
  }

  func ofMatrix(_ coefficients: InlineArray<5, Double>) -> Double {
    var sum = 0.0
    for k in matrixTerms { sum += coefficients[k] }
    return sum
  }
}
