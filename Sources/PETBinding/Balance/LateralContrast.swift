import Foundation
package import PETCore

/// Right against left: of each marker, and of the balance.
package struct LateralContrast: Sendable {
  /// 200 (R - L)/(R + L) of each marker, %; NaN where one is below 0.
  package let asymmetry: BothSides<Double>
  /// L_right - L_left = ln(a_R/a_L) - ln(b_R/b_L): free of the scale of either tracer.
  package let contrast: Estimate
  /// Degrees of freedom of its limits, the fewer of the two rows; nil where the normal quantile is used.
  package let freedom: Double?

  static func asymmetry(left: Double, right: Double) -> Double {
    left >= 0 && right >= 0 && left + right > 0 ? 200 * (right - left) / (right + left) : .nan
  }
}
