package import PETCore

/// Reference Patlak plot: C_T/C_R = Kiref ∫C_R/C_R + V0 for t ≥ t*, for irreversible uptake.
///
/// Source: Patlak and Blasberg 1985, doi:10.1038/jcbfm.1985.87.
package struct PatlakRef: LinearModel {
  package static let card = ModelCard(
    id: "PatlakRef", title: "Reference Patlak plot", needs: [.referenceCurve, .linearStart],
    parameters: [
      .init("Kiref", "influx rate relative to the reference", .perMinute, in: -1.0 / 60...1.0 / 60, typical: 0.01 / 60),
      .init("V0", "intercept of the plot", .unitless, in: -50...50, typical: 1),
    ],
    outcome: "Kiref", references: [.patlak1985],
    sentence: "The influx rate was estimated as the slope of the Patlak plot against the reference region.",
    errors: LinearErrors.carried)

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try MRTMTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.target, regressors: [terms.referenceIntegral, terms.reference],
        division: input.plotDivision(.known(terms.reference.constant))), input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = b[0]
    estimates[1] = b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    .identity(2)
  }
}
