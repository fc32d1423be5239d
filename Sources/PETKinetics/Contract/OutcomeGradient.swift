/// How the card's parameters follow from a fit's unknowns and from k2': at most eight parameters and four unknowns, no
/// allocation.
package struct OutcomeGradient: Sendable {
  static let mostUnknowns = 4

  private var values = InlineArray<32, Double>(repeating: 0)
  /// ∂parameter/∂k2' with the unknowns held; 0 for models that do not fix it.
  var byK2prime = InlineArray<8, Double>(repeating: 0)

  /// ∂parameter/∂unknown.
  subscript(_ parameter: Int, _ unknown: Int) -> Double {
    get { values[Self.mostUnknowns * parameter + unknown] }
    set { values[Self.mostUnknowns * parameter + unknown] = newValue }
  }

  /// Parameters that are the unknowns themselves.
  static func identity(_ count: Int) -> OutcomeGradient {
    var result = OutcomeGradient()
    for i in 0..<count { result[i, i] = 1 }
    return result
  }

  func matrix(parameters: Int, unknowns: Int) -> Matrix {
    var result = Matrix(rows: parameters, columns: unknowns)
    for a in 0..<parameters { for j in 0..<unknowns { result[a, j] = self[a, j] } }
    return result
  }

  func byK2prime(parameters: Int) -> [Double] { (0..<parameters).map { byK2prime[$0] } }
}
