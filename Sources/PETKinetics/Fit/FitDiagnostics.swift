import Foundation
import PETCore

/// What tells whether a fit is to be believed: residuals, how well its parameters are told apart.
package struct FitDiagnostics: Sendable {
  /// Prediction and data in the space the model is fitted in, one value a frame.
  package let predicted: [Double]
  package let observed: [Double]
  package let weights: [Double]
  /// Whether the residuals are those of the curve itself; false where it stands on both sides of the equation.
  package let isOfCurve: Bool
  /// Correlations of the card's parameters; nil without a covariance, NaN beside a parameter without an error.
  package let correlation: [[Double]]?
  /// Condition number of the weighted design with columns of unit length; large when parameters look alike.
  package let condition: Double
  /// Runs of residuals of one sign against what independent ones give: normal deviate and two-sided probability.
  package let runs: (deviate: Double, probability: Double)

  init(_ fit: Linearization, covariance: Matrix?) {
    predicted = fit.predicted
    observed = fit.observed
    weights = fit.weights
    isOfCurve = fit.dataOperator == nil
    correlation = covariance.map { matrix in
      (0..<matrix.rows).map { a in
        (0..<matrix.rows).map { b in
          let norm = (matrix[a, a] * matrix[b, b]).squareRoot()
          return norm > 0 ? matrix[a, b] / norm : .nan
        }
      }
    }
    let used = fit.weights.indices.filter { fit.weights[$0] > 0 }
    let free = (0..<fit.design.columns).filter { !fit.held.contains($0) }
    condition =
      fit.design.keepingRows(used).keepingColumns(free)
      .scalingRows(used.map { fit.weights[$0].squareRoot() }).conditionOfUnitColumns
    runs = Self.runsTest(used.map { fit.observed[$0] - fit.predicted[$0] })
  }

  /// Wald and Wolfowitz 1940, doi:10.1214/aoms/1177731909; NaN when all residuals have one sign.
  static func runsTest(_ residuals: [Double]) -> (deviate: Double, probability: Double) {
    let signs = residuals.filter { $0 != 0 }.map { $0 > 0 }
    let positive = Double(signs.count { $0 })
    let negative = Double(signs.count) - positive
    guard positive > 0, negative > 0, signs.count > 2 else { return (.nan, .nan) }
    let runs = Double(1 + zip(signs, signs.dropFirst()).count { $0 != $1 })
    let n = positive + negative
    let mean = 2 * positive * negative / n + 1
    let variance = (mean - 1) * (mean - 2) / (n - 1)
    let deviate = (runs - mean) / variance.squareRoot()
    return (deviate, Distribution.twoSidedNormal(deviate))
  }
}
