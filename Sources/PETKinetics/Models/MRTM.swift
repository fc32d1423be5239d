package import PETCore

/// Multilinear reference tissue model, in the form of a plot: ∫C_T = (k2/k2a) ∫C_R + (R1/k2a) C_R - C_T/k2a.
///
/// Uniform weights are those of the plot's points (the equation divided by C_T), others those of frames.
/// Source: MRTM0 in Ichise et al. 2003, doi:10.1097/01.WCB.0000085441.37552.CA.
package struct MRTM0: LinearModel {
  package static let card = ModelCard(
    id: "MRTM0", title: "Multilinear reference tissue model, original form", needs: [.referenceCurve, .linearStart],
    parameters: StandardParameters.reference(fitted: ["BPND", "R1", "k2"]),
    outcome: "BPND", references: [.ichise2003],
    sentence: "Binding potential was estimated with the original multilinear reference tissue model.",
    kinetics: "SRTM",
    errors: LinearErrors.carried + LinearErrors.bias
      + " In simulated scans of [11C]DASB, weights of frames and all of them, BPND was low by 27 to 76 % in regions of "
      + "0.5 mL or less, none of which converged.")

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try MRTMTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.targetIntegral,
        regressors: [terms.referenceIntegral, terms.reference, terms.target],
        division: input.plotDivision(.target)), input: input)
  }

  // k2a = -1/b2, k2 = b0 k2a, R1 = b1 k2a.
  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    let k2a = -1 / b[2]
    estimates[0] = b[0] - 1
    estimates[1] = b[1] * k2a
    estimates[2] = b[0] * k2a
    estimates[3] = k2a
    estimates[4] = b[0] / b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    let k2a = -1 / b[2]
    let slope = k2a * k2a
    var d = OutcomeGradient()
    d[0, 0] = 1
    d[1, 1] = k2a
    d[1, 2] = b[1] * slope
    d[2, 0] = k2a
    d[2, 2] = b[0] * slope
    d[3, 2] = slope
    d[4, 0] = 1 / b[1]
    d[4, 1] = -b[0] / (b[1] * b[1])
    return d
  }
}

/// Multilinear reference tissue model: C_T = γ1 ∫C_R + γ2 ∫C_T + γ3 C_R, γ1 = k2, γ2 = -k2a, γ3 = R1.
///
/// The running integrals are averaged over each frame as the data are. Frames from t* on.
/// Source: Ichise et al. 2003, doi:10.1097/01.WCB.0000085441.37552.CA.
package struct MRTM1: LinearModel {
  package static let card = ModelCard(
    id: "MRTM1", title: "Multilinear reference tissue model", needs: [.referenceCurve, .linearStart],
    parameters: StandardParameters.reference(fitted: ["BPND", "R1", "k2"]),
    outcome: "BPND", references: [.ichise2003],
    sentence: "Binding potential was estimated with the multilinear reference tissue model.",
    kinetics: "SRTM",
    errors: LinearErrors.carried)

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try MRTMTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.target,
        regressors: [terms.referenceIntegral, terms.targetIntegral, terms.reference]),
      input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    let (k2, k2a, r1) = (b[0], -b[1], b[2])
    estimates[0] = k2 / k2a - 1
    estimates[1] = r1
    estimates[2] = k2
    estimates[3] = k2a
    estimates[4] = k2 / r1
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    let (k2, k2a, r1) = (b[0], -b[1], b[2])
    var d = OutcomeGradient()
    d[0, 0] = 1 / k2a
    d[0, 1] = k2 / (k2a * k2a)
    d[1, 2] = 1
    d[2, 0] = 1
    d[3, 1] = -1
    d[4, 0] = 1 / r1
    d[4, 2] = -k2 / (r1 * r1)
    return d
  }
}

/// MRTM with the reference's efflux rate fixed: C_T = γ1 (∫C_R + C_R/k2') + γ2 ∫C_T.
///
/// Source: Ichise et al. 2003, doi:10.1097/01.WCB.0000085441.37552.CA.
package struct MRTM2: LinearModel {
  package static let card = ModelCard(
    id: "MRTM2", title: "Multilinear reference tissue model with fixed k2'",
    needs: [.referenceCurve, .k2prime, .linearStart],
    parameters: StandardParameters.reference(fitted: ["k2", "k2a"]),
    outcome: "BPND", references: [.ichise2003],
    sentence: "Binding potential was estimated with the two-parameter multilinear reference tissue model, the efflux "
      + "rate of the reference region being common to all regions.",
    kinetics: "SRTM",
    errors: LinearErrors.carried + " The error of an estimated k2' is common to all regions and carried as such.")

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try MRTMTerms(input, card)
    let rate = try input.requiredK2prime(card).value
    let joined = LinearTerm(
      zip(terms.referenceIntegral.constant, terms.reference.constant).map { $0 + $1 / rate },
      onReference: terms.referenceIntegral.onReference.map { CurveMap(ofItself: 1 / rate, matrix: $0.matrix) },
      byK2prime: terms.reference.constant.map { -$0 / (rate * rate) })
    return try LinearKernel(
      LinearEquation(target: terms.target, response: terms.target, regressors: [joined, terms.targetIntegral]),
      input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    let (k2, k2a) = (b[0], -b[1])
    estimates[0] = k2 / k2a - 1
    estimates[1] = k2 / k2prime
    estimates[2] = k2
    estimates[3] = k2a
    estimates[4] = k2prime
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    let (k2, k2a) = (b[0], -b[1])
    var d = OutcomeGradient()
    d[0, 0] = 1 / k2a
    d[0, 1] = k2 / (k2a * k2a)
    d[1, 0] = 1 / k2prime
    d[2, 0] = 1
    d[3, 1] = -1
    d.byK2prime[1] = -k2 / (k2prime * k2prime)
    d.byK2prime[4] = 1
    return d
  }
}

/// The terms that the multilinear reference models are made of.
struct MRTMTerms {
  let target: LinearTerm
  let targetIntegral: LinearTerm
  let reference: LinearTerm
  let referenceIntegral: LinearTerm

  init(_ input: ScanInput, _ card: ModelCard) throws(PETError) {
    let tissue = try ReferenceTissue(input, card)
    let integral = CurveMap(matrix: tissue.integralOperator)
    let frames = tissue.values.count
    target = LinearTerm(onTarget: .itself, frames: frames)
    targetIntegral = LinearTerm(onTarget: integral, frames: frames)
    reference = LinearTerm(tissue.values, onReference: tissue.carriesNoise ? .itself : nil)
    referenceIntegral = LinearTerm(
      tissue.curve.observedIntegral(), onReference: tissue.carriesNoise ? integral : nil)
  }
}
