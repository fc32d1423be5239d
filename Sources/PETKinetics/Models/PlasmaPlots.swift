package import PETCore

/// Logan plot: ∫C_T/C_T = VT ∫C_p/C_T + b for t ≥ t*.
///
/// Uniform weights are those of the plot's points, others those of frames (the equation is then not divided).
/// Source: Logan et al. 1990, doi:10.1038/jcbfm.1990.127.
package struct Logan: LinearModel {
  package static let card = ModelCard(
    id: "Logan", title: "Logan plot", needs: [.plasma, .linearStart],
    parameters: [StandardParameters.named("VT"), StandardParameters.named("intercept")],
    outcome: "VT", references: [.logan1990],
    sentence: "The total distribution volume was estimated as the slope of the Logan plot.",
    errors: LinearErrors.carried + LinearErrors.bias)

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try PlasmaTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.targetIntegral, regressors: [terms.plasmaIntegral, terms.target],
        division: input.plotDivision(.target), bloodVolume: terms.bloodVolume), input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = b[0]
    estimates[1] = b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    .identity(2)
  }
}

/// Multilinear analysis 1: C_T = β1 ∫C_p + β2 ∫C_T for t ≥ t*, VT = -β1/β2.
///
/// Source: Ichise et al. 2002, doi:10.1097/01.WCB.0000038000.34930.4E.
package struct MA1: LinearModel {
  package static let card = ModelCard(
    id: "MA1", title: "Multilinear analysis 1", needs: [.plasma, .linearStart],
    parameters: [StandardParameters.named("VT", fitted: false)],
    outcome: "VT", references: [.ichise2002],
    sentence: "The total distribution volume was estimated with multilinear analysis 1.", errors: LinearErrors.carried)

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try PlasmaTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.target, regressors: [terms.plasmaIntegral, terms.targetIntegral],
        bloodVolume: terms.bloodVolume),
      input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = -b[0] / b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    var d = OutcomeGradient()
    d[0, 0] = -1 / b[1]
    d[0, 1] = b[0] / (b[1] * b[1])
    return d
  }
}

/// Multilinear analysis 2: C_T = γ1 ∫∫C_p + γ2 ∫∫C_T + γ3 ∫C_T + γ4 ∫C_p, the two-tissue model integrated twice.
///
/// VT = -γ1/γ2, VND = -γ4²/(γ1 + γ3 γ4). Source: Ichise et al. 2002, doi:10.1097/01.WCB.0000038000.34930.4E.
package struct MA2: LinearModel {
  package static let card = ModelCard(
    id: "MA2", title: "Multilinear analysis 2", needs: [.plasma],
    parameters: [StandardParameters.named("VT", fitted: false), StandardParameters.named("VND", fitted: false)],
    outcome: "VT", references: [.ichise2002],
    sentence: "The total distribution volume was estimated with multilinear analysis 2.", errors: LinearErrors.carried)

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    try LinearKernel(try PlasmaTerms(input, card).twiceIntegrated, input: input)
  }

  package static func estimates(_ g: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = -g[0] / g[1]
    estimates[1] = -g[3] * g[3] / (g[0] + g[2] * g[3])
  }

  package static func derivatives(_ g: Coefficients, k2prime: Double) -> OutcomeGradient {
    let divisor = g[0] + g[2] * g[3]
    let squares = g[3] * g[3] / (divisor * divisor)
    var d = OutcomeGradient()
    d[0, 0] = -1 / g[1]
    d[0, 1] = g[0] / (g[1] * g[1])
    d[1, 0] = squares
    d[1, 2] = g[3] * squares
    d[1, 3] = -2 * g[3] / divisor + g[2] * squares
    return d
  }
}

extension MA2 {
  /// Bound tracer is no negative volume.
  package static func isPossible(_ estimates: Span<Double>) -> Bool { estimates[1] > 0 && estimates[0] >= estimates[1] }
}

/// Patlak plot: C_T/C_p = Ki ∫C_p/C_p + V0 for t ≥ t*, for irreversible uptake.
///
/// Uniform weights are those of the plot's points, others those of frames.
/// Source: Patlak, Blasberg and Fenstermacher 1983, doi:10.1038/jcbfm.1983.1.
package struct Patlak: LinearModel {
  package static let card = ModelCard(
    id: "Patlak", title: "Patlak plot", needs: [.plasma, .linearStart],
    parameters: [
      .init("Ki", "net influx rate", .clearance, in: -3.0 / 60...3.0 / 60, typical: 0.03 / 60),
      StandardParameters.named("V0"),
    ],
    outcome: "Ki", references: [.patlak1983],
    sentence: "The net influx rate was estimated as the slope of the Patlak plot.", integrates: false,
    errors: "Errors hold the noise of the region's curve; the input function is taken as exact.")

  package static func kernel(for input: ScanInput) throws(PETError) -> LinearKernel<Self> {
    let terms = try PlasmaTerms(input, card)
    return try LinearKernel(
      LinearEquation(
        target: terms.target, response: terms.target, regressors: [terms.plasmaIntegral, terms.plasma],
        division: input.plotDivision(.known(terms.plasma.constant)), bloodVolume: terms.bloodVolume), input: input)
  }

  package static func estimates(_ b: Coefficients, k2prime: Double, into estimates: inout MutableSpan<Double>) {
    estimates[0] = b[0]
    estimates[1] = b[1]
  }

  package static func derivatives(_ b: Coefficients, k2prime: Double) -> OutcomeGradient {
    .identity(2)
  }
}

/// The terms that graphical models with plasma are made of.
struct PlasmaTerms {
  let target: LinearTerm
  let targetIntegral: LinearTerm
  let targetDoubleIntegral: LinearTerm
  let plasma: LinearTerm
  let plasmaIntegral: LinearTerm
  let plasmaDoubleIntegral: LinearTerm
  /// Share of blood to be taken away.
  let bloodVolume: Double
  /// Whole blood and its integrals as the frames see them, where it is known.
  let wholeBlood: (mean: [Double], integral: [Double], double: [Double])?

  init(_ input: ScanInput, _ card: ModelCard) throws(PETError) {
    let tissue = try PlasmaTissue(input, card)
    let reconstruction = CurveReconstruction(frames: input.frames, sampling: input.sampling)
    let blood = tissue.bloodCurve.map { curve in
      let integrals = curve.observedIntegrals()
      return (mean: curve.observed(), integral: integrals.single, double: integrals.double)
    }
    wholeBlood = blood
    let frames = input.frames.count
    target = LinearTerm(onTarget: .itself, frames: frames, ofBlood: blood?.mean)
    targetIntegral = LinearTerm(
      onTarget: CurveMap(matrix: reconstruction.matrix { $0.observedIntegral() }), frames: frames,
      ofBlood: blood?.integral)
    targetDoubleIntegral = LinearTerm(
      onTarget: CurveMap(matrix: reconstruction.matrix { $0.observedIntegrals().double }), frames: frames,
      ofBlood: blood?.double)
    plasma = LinearTerm(tissue.parent.observed())
    let integrals = tissue.parent.observedIntegrals()
    plasmaIntegral = LinearTerm(integrals.single)
    plasmaDoubleIntegral = LinearTerm(integrals.double)
    switch input.bloodVolume(card) {
    case .fixed(let volume): bloodVolume = volume
    case .fitted:
      guard card.index(of: "vB") != nil else {
        throw PETError(
          .usage, field: "--vb", "\(card.id) does not fit the blood volume", remedy: "give its value, such as 0.05")
      }
      bloodVolume = 0
    }
  }

  /// The two-tissue model integrated twice.
  var twiceIntegrated: LinearEquation {
    LinearEquation(
      target: target, response: target,
      regressors: [plasmaDoubleIntegral, targetDoubleIntegral, targetIntegral, plasmaIntegral],
      bloodVolume: bloodVolume)
  }
}
