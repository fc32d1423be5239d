package import PETCore

/// Simplified reference tissue model: C_T = R1 C_R + (k2 - R1 k2a) C_R ⊗ exp(-k2a t), k2a = k2/(1 + BPND).
///
/// Written as R1 (C_R - k2a B) + (1 + BPND) k2a B with B = C_R ⊗ exp(-k2a t) it is linear in R1 and 1 + BPND, both
/// bounded, for each k2a; k2a is searched globally. Source: Lammertsma and Hume 1996, doi:10.1006/nimg.1996.0066;
/// basis functions: Gunn et al. 1997, doi:10.1006/nimg.1997.0303.
package struct SRTM: KineticModel {
  package static let card = ModelCard(
    id: "SRTM", title: "Simplified reference tissue model", needs: [.referenceCurve],
    parameters: StandardParameters.reference(fitted: ["BPND", "R1", "k2"]),
    outcome: "BPND", references: [.lammertsma1996],
    sentence: "Binding potential was estimated with the simplified reference tissue model by weighted least squares, "
      + "averaging the model over each frame and searching the efflux rate globally.",
    formulas: StandardParameters.rateFormulas,
    errors: "Errors hold the noise of target and reference; that of BPND follows "
      + "it beyond the straight line, and its limits are wider above than below.")

  package static func kernel(for input: ScanInput) throws(PETError) -> RateKernel {
    try RateKernel(card, input: input, fixedRate: nil)
  }
}

/// SRTM with the reference's efflux rate k2' fixed: C_T = R1 (C_R + (k2' - k2a) C_R ⊗ exp(-k2a t)).
///
/// Source: Wu and Carson 2002, doi:10.1097/01.WCB.0000033967.83623.34.
package struct SRTM2: KineticModel {
  package static let card = ModelCard(
    id: "SRTM2", title: "Simplified reference tissue model with fixed k2'", needs: [.referenceCurve, .k2prime],
    parameters: StandardParameters.reference(fitted: ["R1", "k2a"]),
    outcome: "BPND", references: [.wu2002],
    sentence: "Binding potential was estimated with the two-parameter simplified reference tissue model, the efflux "
      + "rate of the reference region being common to all regions.",
    formulas: StandardParameters.rateFormulas,
    kinetics: "SRTM",
    errors: "Errors hold the noise of target and reference; the error of an estimated k2' is common to all regions and "
      + "carried as such.")

  package static func kernel(for input: ScanInput) throws(PETError) -> RateKernel {
    try RateKernel(card, input: input, fixedRate: try input.requiredK2prime(card))
  }
}
