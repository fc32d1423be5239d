import Foundation
package import PETCore

/// Fieller's confidence set of a ratio a/b of two estimates: {t : (a - t b)² ≤ c² (va - 2 t cov + t² vb)}.
///
/// It keeps its level also where the denominator is weak; then it is not an interval (Fieller 1954, J R Stat Soc B
/// 16:175). With A = b² - c² vb, B = a b - c² cov, C = a² - c² va and D = B² - A C the set solves A t² - 2 B t + C ≤ 0.
package struct FiellerSet: Sendable, Equatable {
  package enum Kind: String, Sendable {
    /// [low, high].
    case bounded
    /// (-inf, high] ∪ [low, inf): written with low > high.
    case exclusive
    case halfLine = "half_line"
    case wholeLine = "whole_line"
  }

  package let kind: Kind
  package let low: Double
  package let high: Double
  /// c² vb / b²: the denominator is indistinct from 0 at this level when g ≥ 1.
  package let g: Double

  /// - Parameters:
  ///   - quantile: two-sided factor c of the level.
  ///   - covariance: of a and b.
  package init(_ a: Estimate, over b: Estimate, covariance: Double = 0, quantile c: Double) {
    let va = a.standardError * a.standardError
    let vb = b.standardError * b.standardError
    let quadratic = b.value * b.value - c * c * vb
    let middle = a.value * b.value - c * c * covariance
    let constant = a.value * a.value - c * c * va
    let discriminant = middle * middle - quadratic * constant
    g = c * c * vb / (b.value * b.value)
    if abs(quadratic) <= 8 * Double.ulpOfOne * b.value * b.value {
      if middle == 0 {
        (kind, low, high) = (.wholeLine, -.infinity, .infinity)
      } else {
        let end = constant / (2 * middle)
        (kind, low, high) = middle > 0 ? (.halfLine, end, .infinity) : (.halfLine, -.infinity, end)
      }
      return
    }
    if quadratic < 0, discriminant <= 0 {
      (kind, low, high) = (.wholeLine, -.infinity, .infinity)
      return
    }
    // The root without cancellation first, the other from their product C/A.
    let root = max(0, discriminant).squareRoot()
    let sum = middle >= 0 ? middle + root : middle - root
    let first = sum / quadratic
    let second = sum == 0 ? first : constant / sum
    let roots = (Swift.min(first, second), Swift.max(first, second))
    (kind, low, high) = quadratic > 0 ? (.bounded, roots.0, roots.1) : (.exclusive, roots.1, roots.0)
  }

  /// Whether a value belongs to the set.
  package func contains(_ t: Double) -> Bool {
    kind == .exclusive ? t <= high || t >= low : t >= low && t <= high
  }
}
