/// A symmetric 3 x 3 matrix, in which rows of zeros stand for unknowns that are held.
struct SymmetricThree {
  private var aa = 0.0, ab = 0.0, ac = 0.0, bb = 0.0, bc = 0.0, cc = 0.0

  mutating func add(_ a: Double, _ b: Double, _ c: Double, times weight: Double) {
    let (wa, wb) = (weight * a, weight * b)
    aa += wa * a
    ab += wa * b
    ac += wa * c
    bb += wb * b
    bc += wb * c
    cc += weight * c * c
  }

  /// gᵀ A⁻¹ g, by Cholesky of the matrix scaled to a unit diagonal; infinite when columns cannot be told apart.
  func variance(_ a: Double, _ b: Double, _ c: Double) -> Double {
    func root(_ value: Double) -> Double { value > 0 ? 1 / value.squareRoot() : 0 }
    let (sa, sb, sc) = (root(aa), root(bb), root(cc))
    let singular = SmallLeastSquares.singularPivot
    let r = ab * sa * sb
    let p = ac * sa * sc
    let second = 1 - r * r
    guard sb == 0 || second > singular else { return .infinity }
    let (l22, l21) = (second.squareRoot(), r)
    let l32 = (bc * sb * sc - r * p) / l22
    let third = 1 - p * p - l32 * l32
    guard sc == 0 || third > singular else { return .infinity }
    let x = a * sa
    let y = (b * sb - l21 * x) / l22
    let z = (c * sc - p * x - l32 * y) / third.squareRoot()
    return x * x + y * y + z * z
  }
}
