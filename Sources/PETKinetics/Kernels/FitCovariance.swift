import Foundation
import PETCore

/// Standard errors of one regional fit, to first order.
///
/// With residual r = K C - f(θ; R, k2'), H = (JᵀWJ)⁻¹JᵀW and G = ∂card/∂θ, an error e of the curve, ε of the reference
/// and η of k2' move the card's parameters by G H K e + (q gᵀ - G H M) ε + q η, where M = ∂f/∂R, g = dk2'/dR and
/// q = ∂card/∂k2' - G H ∂f/∂k2'. The frames of curve and reference have variance s² v (`FrameWeights.variance`):
/// s² of the reference is that of its own roughness, s² of the curve follows from the residuals less the share that
/// the reference's noise has in them. (Least squares as in Seber and Wild 1989, chapter 2; propagation by the chain rule.)
/// √W J = Q T with orthonormal Q, so that H = T⁻¹ Qᵀ √W and what a map A leaves in the residuals is A - Q Qᵀ A.
struct FitCovariance {
  /// Covariance of the card's parameters.
  let covariance: Matrix
  /// Its part from the curve's own noise.
  let ownCovariance: Matrix
  /// d(card parameter)/d(reference value), parameters x frames.
  let referenceSensitivity: Matrix
  /// Errors that fits of one scan share, parameters x (frames + 1).
  ///
  /// Those that the reference's noise in each frame makes, then that of k2' of its own. The covariance of two regions is
  /// the product of their rows.
  let shared: Matrix
  /// Variance scale of the curve's own noise.
  let curveScale: Double
  /// d(card parameter)/d(curve value), parameters x frames, with what lies at a bound as known.
  let curveSensitivity: Matrix
  /// Card parameters that nothing fitted has a say in (held at a bound, or given without an error): no standard error.
  let withoutError: Set<Int>

  /// The standard error of a card's parameter; NaN where there is none.
  func standardError(_ parameter: Int, of value: Double) -> Double {
    let variance = covariance[parameter, parameter]
    return value.isFinite && variance >= 0 && !withoutError.contains(parameter) ? variance.squareRoot() : .nan
  }

  init?(_ fit: Linearization, curve: [Double], input: ScanInput) {
    let n = fit.weights.count
    let roots = fit.weights.map { $0 > 0 ? $0.squareRoot() : 0 }
    let free = (0..<fit.design.columns).filter { !fit.held.contains($0) }
    guard fit.weights.count(where: { $0 > 0 }) > fit.design.columns,
      let basis = OrthonormalBasis(fit.design, rows: roots, columns: free)
    else { return nil }
    // G T⁻¹: what a change of Qᵀ √W r does to the card's parameters.
    let gain = basis.solvingTriangle(fit.outcome, columns: free)
    let parameters = gain.rows
    let deviations = input.weights.variance(of: curve).map { $0.squareRoot() }
    var rss = 0.0
    for i in 0..<n {
      let residual = roots[i] * (fit.observed[i] - fit.predicted[i])
      if roots[i] > 0 { rss += residual * residual }
    }

    var referenceScale = input.reference?.noise ?? 0
    var referenceMap = Matrix(rows: parameters, columns: n)
    var sharedSum = 0.0
    if let map = fit.referenceOperator, let variance = input.reference?.variance {
      let (projected, share) = basis.project(map, deviations: variance.map { $0.squareRoot() })
      referenceMap = -1 * (gain * projected)
      // The residuals hold the reference's noise as well, so they bound it: a larger estimate is taken as what they allow.
      referenceScale = min(referenceScale, rss / share)
      sharedSum = referenceScale * share
    }
    let (projected, share) = basis.project(fit.dataOperator, deviations: deviations)
    curveScale = max(0, rss - sharedSum) / share
    curveSensitivity = gain * projected
    var ownCovariance = curveSensitivity.squareOfRows(deviations)
    ownCovariance = curveScale * ownCovariance
    var total = ownCovariance

    var shared = Matrix(rows: parameters, columns: n + 1)
    if let rate = input.k2prime, let gradient = fit.k2primeGradient {
      let byRate = gain * basis.project(gradient)
      let direct = fit.outcomeByK2prime ?? Array(repeating: 0, count: parameters)
      let q = (0..<parameters).map { direct[$0] - byRate[$0, 0] }
      for a in 0..<parameters {
        for j in 0..<n { referenceMap[a, j] += q[a] * rate.referenceGradient[j] }
        shared[a, n] = q[a] * rate.ownVariance.squareRoot()
        for b in 0..<parameters { total[a, b] += q[a] * q[b] * rate.ownVariance }
      }
    }
    if referenceScale > 0, let variance = input.reference?.variance {
      for a in 0..<parameters {
        for j in 0..<n { shared[a, j] = referenceMap[a, j] * (referenceScale * variance[j]).squareRoot() }
      }
      total = total + referenceScale * referenceMap.squareOfRows(variance.map { $0.squareRoot() })
    }
    covariance = total
    self.shared = shared
    self.ownCovariance = ownCovariance
    referenceSensitivity = referenceMap
    let known = (input.k2prime?.standardError ?? 0) > 0
    withoutError = Set(
      (0..<parameters).filter { a in
        !free.contains { fit.outcome[a, $0] != 0 } && !(known && fit.outcomeByK2prime?[a] ?? 0 != 0)
      })
  }
}

/// Orthonormal columns that span a weighted design.
struct OrthonormalBasis {
  /// Column after column, frames long.
  private let q: [Double]
  /// Upper triangle T with design = Q T.
  private let triangle: Matrix
  private let roots: [Double]
  private let count: Int

  /// Nil when the columns cannot be told apart.
  init?(_ design: Matrix, rows roots: [Double], columns: [Int]) {
    let n = roots.count
    let p = columns.count
    var q = [Double](repeating: 0, count: n * p)
    var triangle = Matrix(rows: p, columns: p)
    for (j, column) in columns.enumerated() {
      for i in 0..<n { q[j * n + i] = roots[i] > 0 ? roots[i] * design[i, column] : 0 }
    }
    var areTold = false
    triangle.withValues { triangle in
      q.withUnsafeMutableBufferPointer { q in
        areTold = GramSchmidt.orthonormalise(q, count: p, length: n, triangle: triangle, stride: p)
      }
    }
    guard areTold else { return nil }
    self.q = q
    self.triangle = triangle
    self.roots = roots
    count = p
  }

  /// X T⁻¹ for the given columns of X.
  func solvingTriangle(_ x: Matrix, columns: [Int]) -> Matrix {
    var result = Matrix(rows: x.rows, columns: count)
    for a in 0..<x.rows {
      for j in 0..<count {
        var value = x[a, columns[j]]
        for k in 0..<j { value -= result[a, k] * triangle[k, j] }
        result[a, j] = value / triangle[j, j]
      }
    }
    return result
  }

  /// Qᵀ √W v.
  func project(_ vector: [Double]) -> Matrix {
    let n = roots.count
    var result = Matrix(rows: count, columns: 1)
    for j in 0..<count {
      for i in 0..<n where roots[i] > 0 { result[j, 0] += q[j * n + i] * roots[i] * vector[i] }
    }
    return result
  }

  /// Qᵀ √W A, and ‖(1 - Q Qᵀ) √W A D‖² with D the deviations; no A is the identity.
  func project(_ map: Matrix?, deviations: [Double]) -> (projected: Matrix, left: Double) {
    let n = roots.count
    var projected = Matrix(rows: count, columns: n)
    var left = 0.0
    if let map {
      map.values.withUnsafeBufferPointer { a in
        projected.withValues { out in
          q.withUnsafeBufferPointer { q in
            deviations.withUnsafeBufferPointer { d in
              for i in 0..<n where roots[i] > 0 {
                var square = 0.0
                for c in 0..<n {
                  let value = a[i * n + c] * d[c]
                  square += value * value
                }
                left += roots[i] * roots[i] * square
                for j in 0..<count {
                  let factor = q[j * n + i] * roots[i]
                  for c in 0..<n { out[j * n + c] += factor * a[i * n + c] }
                }
              }
            }
          }
        }
      }
    } else {
      for i in 0..<n {
        left += roots[i] * roots[i] * deviations[i] * deviations[i]
        for j in 0..<count { projected[j, i] = q[j * n + i] * roots[i] }
      }
    }
    for j in 0..<count {
      for c in 0..<n {
        let value = projected[j, c] * deviations[c]
        left -= value * value
      }
    }
    return (projected, left)
  }
}

/// The unscaled covariance of a least-squares fit.
package enum LeastSquaresErrors {
  /// (XᵀX)⁻¹ from orthonormal columns, which squares no condition number; empty when it is singular.
  package static func inverseGram(_ columns: [[Double]]) -> [[Double]] {
    let design = Matrix(columns: columns)
    let all = Array(columns.indices)
    guard let basis = OrthonormalBasis(design, rows: Array(repeating: 1, count: design.rows), columns: all) else {
      return []
    }
    let root = basis.solvingTriangle(Matrix.identity(all.count), columns: all)
    let product = root * root.transposed
    return all.map { product.row($0) }
  }
}
