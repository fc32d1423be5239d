/// How the card's parameters follow from a fit's unknowns and from k2': at most eight parameters and four unknowns, no
/// allocation.
package struct OutcomeGradient: Sendable {
  static let mostParameters = 8
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

  /// BPND, R1, k2, k2a and k2' from R1, 1 + BPND and k2a.
  static func rates(r1: Double, total: Double, k2a: Double) -> OutcomeGradient {
    var result = OutcomeGradient()
    result[0, 1] = 1
    result[1, 0] = 1
    result[2, 1] = k2a
    result[2, 2] = total
    result[3, 2] = 1
    result[4, 0] = -total * k2a / (r1 * r1)
    result[4, 1] = k2a / r1
    result[4, 2] = total / r1
    return result
  }

  /// The same from R1 and k2a, with k2' fixed.
  static func rates(r1: Double, k2a: Double, k2prime: Double) -> OutcomeGradient {
    var result = OutcomeGradient()
    result[0, 0] = k2prime / k2a
    result[0, 1] = -r1 * k2prime / (k2a * k2a)
    result[1, 0] = 1
    result[2, 0] = k2prime
    result[3, 1] = 1
    result.byK2prime[0] = r1 / k2a
    result.byK2prime[2] = r1
    result.byK2prime[4] = 1
    return result
  }

  func matrix(parameters: Int, unknowns: Int) -> Matrix {
    var result = Matrix(rows: parameters, columns: unknowns)
    for a in 0..<parameters { for j in 0..<unknowns { result[a, j] = self[a, j] } }
    return result
  }

  func byK2prime(parameters: Int) -> [Double] { (0..<parameters).map { byK2prime[$0] } }
}
