package import PETCore

/// Ratio of mean activity in target and reference over a window, frames counted by their overlap with it.
///
/// SUVR = Σ o C_T / Σ o C_R, o the seconds of each frame inside the window. Its error is that of a ratio estimated
/// from the scatter of the frames, so it needs two. Nomenclature: Innis et al. 2007, doi:10.1038/sj.jcbfm.9600493.
package struct SUVR: KineticModel {
  package static let card = ModelCard(
    id: "SUVR", title: "Standardised uptake value ratio", needs: [.referenceCurve, .window],
    parameters: [.init("SUVR", "target to reference activity over the window", .unitless, in: 0...100, typical: 1.8)],
    outcome: "SUVR", references: [.innis2007],
    sentence: "Uptake ratios of target to reference were taken over a window of the scan.",
    errors: "From the scatter of the frames in the window; n/a for one frame.")

  package static func kernel(for input: ScanInput) throws(PETError) -> Kernel { try Kernel(input) }

  package struct Kernel: FitKernel {
    package let weights: [Double]
    private let reference: [Double]
    private let denominator: Double

    init(_ input: ScanInput) throws(PETError) {
      weights = try input.overlap(try input.requiredWindow(card), "window")
      try input.check(card, used: weights, parameters: 0)
      reference = try input.requiredReference(card).values
      denominator = zip(weights, reference).reduce(0) { $0 + $1.0 * $1.1 }
      guard denominator > 0 else {
        throw PETError(
          .wrongInput, field: "reference", "the reference has no activity in the window", remedy: "choose another")
      }
    }

    package func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus {
      var sum = 0.0
      for i in 0..<curve.count where weights[i] > 0 { sum += weights[i] * curve[i] }
      estimates[0] = sum / denominator
      return .converged
    }

    /// Least squares of C_T on C_R with weights o/C_R has the ratio of sums as its solution.
    package func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization {
      Linearization(
        predicted: reference.map { estimates[0] * $0 }, observed: curve,
        weights: weights.indices.map { reference[$0] > 0 ? weights[$0] / reference[$0] : 0 },
        design: Matrix(columns: [reference]), outcome: Matrix.identity(1))
    }
  }
}
