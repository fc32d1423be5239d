package import PETCore

/// Reference Logan plot: ∫C_T/C_T = DVR (∫C_R + C_R/k2')/C_T + b for t ≥ t*; BPND = DVR - 1.
///
/// Running integrals are averaged over each frame. With uniform weights the points of the plot count alike, so every
/// frame from t* on needs activity; other weights are those of frames, and the equation is fitted without the division.
/// Source: Logan et al. 1996, doi:10.1097/00004647-199609000-00008.
package struct LoganRef: LinearModel {
  package static let card = ModelCard(
    id: "LoganRef", title: "Reference Logan plot", needs: [.referenceCurve, .k2prime, .linearStart],
    parameters: [StandardParameters.named("BPND"), StandardParameters.named("intercept")],
    outcome: "BPND", references: [.logan1996],
    sentence: "Binding potential was estimated as the slope of the reference Logan plot less one.",
    errors: LinearErrors.carried + LinearErrors.bias
      + " In simulated scans of [11C]DASB, t* 35 min, BPND was low by 4 to 17 % in regions of 0.5 mL or less with 3 to 6 % "
      + "noise in a 5 min frame at 40 min, by 15 to 53 % with 6 to 12 %.")

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let tissue = try ReferenceTissue(input, card)
    let rate = try input.requiredK2prime(card).value
    let integral = tissue.integralOperator
    let running = tissue.curve.observedIntegral()
    let itself = LinearTerm(onTarget: .itself, frames: running.count)
    let reference = LinearTerm(
      zip(running, tissue.values).map { $0 + $1 / rate },
      onReference: tissue.carriesNoise ? CurveMap(ofItself: 1 / rate, matrix: integral) : nil,
      byK2prime: tissue.values.map { -$0 / (rate * rate) })
    return try LinearKernel(
      LinearEquation(
        target: itself, response: LinearTerm(onTarget: CurveMap(matrix: integral), frames: running.count),
        regressors: [reference, itself],
        division: input.plotDivision(.target)), input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = b[0] - 1
    estimates[1] = b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    .identity(2)
  }
}

/// What the cards of linear models say of their errors.
enum LinearErrors {
  static let carried =
    "Errors are propagated from the noise of every frame through the integrals that stand on both sides of the "
    + "equation, not taken from the regression's covariance, which is too small."

  static let bias =
    " Noise biases the outcome low; the standard error does not hold that bias. Where it is, to second order, more than "
    + "the error or a twentieth of 1 + BPND or VT a row says so and is poorlyIdentified; from half the error on it says so."
}
