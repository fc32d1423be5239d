package import PETCore

/// One-tissue compartment model: dC_T/dt = K1 C_p - k2 C_T.
package struct OneTissue: KineticModel {
  package static let card = ModelCard(
    id: "1TCM", title: "One-tissue compartment model", needs: [.plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("K1"), StandardParameters.named("k2plasma"), StandardParameters.named("vB"),
      StandardParameters.named("VT", fitted: false),
    ],
    outcome: "VT", references: [.innis2007],
    sentence:
      "The total distribution volume was estimated with the one-tissue compartment model and an arterial input.",
    formulas: ["VT": ["K1", "k2"]],
    bloodVolume: .fitted, integrates: false, errors: PlasmaCompartments.statement)

  package static func kernel(for input: ScanInput) throws(PETError) -> OneTissueKernel {
    try OneTissueKernel(card, input)
  }
}

/// Two-tissue compartment model, reversible.
package struct TwoTissue: KineticModel {
  package static let card = ModelCard(
    id: "2TCM", title: "Two-tissue compartment model", needs: [.plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("K1"), StandardParameters.named("k2plasma"), StandardParameters.named("k3"),
      StandardParameters.named("k4"), StandardParameters.named("vB"), StandardParameters.named("VT", fitted: false),
      StandardParameters.named("VND", fitted: false), StandardParameters.named("BPND", fitted: false),
    ],
    outcome: "VT", references: [.innis2007],
    sentence:
      "The total distribution volume was estimated with the two-tissue compartment model and an arterial input.",
    formulas: ["VT": ["K1", "k2", "k3", "k4"], "VND": ["K1", "k2"], "BPND": ["k3", "k4"]],
    extends: "1TCM",
    bloodVolume: .fitted, integrates: false, errors: PlasmaCompartments.statement)

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    try PlasmaCompartments.kernel(card, input)
  }
}

/// Two-tissue compartment model without dissociation (k4 = 0); Ki = K1 k3/(k2 + k3).
package struct TwoTissueIrreversible: KineticModel {
  package static let card = ModelCard(
    id: "2TCM3k", title: "Two-tissue compartment model, irreversible", needs: [.plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("K1"), StandardParameters.named("k2plasma"), StandardParameters.named("k3"),
      StandardParameters.named("vB"), StandardParameters.named("Ki", fitted: false),
    ],
    outcome: "Ki", references: [.sokoloff1977],
    sentence: "The net influx rate was estimated with the irreversible two-tissue compartment model.",
    formulas: ["Ki": ["K1", "k2", "k3"]],
    bloodVolume: .fitted, integrates: false, errors: PlasmaCompartments.statement)

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    try PlasmaCompartments.kernel(card, input)
  }
}

/// Two-tissue compartment model with trapping in the vessel wall: vB Kb ∫C_p is added to what is measured.
///
/// Source: Rizzo et al. 2014, doi:10.1038/jcbfm.2014.55.
package struct TwoTissueWall: KineticModel {
  package static let card = ModelCard(
    id: "2TCM1k", title: "Two-tissue compartment model with vascular trapping", needs: [.plasma, .wholeBlood],
    parameters: [
      StandardParameters.named("K1"), StandardParameters.named("k2plasma"), StandardParameters.named("k3"),
      StandardParameters.named("k4"), StandardParameters.named("Kb"), StandardParameters.named("vB"),
      StandardParameters.named("VT", fitted: false),
    ],
    outcome: "VT", references: [.rizzo2014],
    sentence: "The total distribution volume was estimated with the two-tissue model with trapping in the vessel wall.",
    formulas: ["VT": ["K1", "k2", "k3", "k4"]],
    extends: "2TCM",
    bloodVolume: .fitted, integrates: false, errors: PlasmaCompartments.statement)

  package static func kernel(for input: ScanInput) throws(PETError) -> NonlinearKernel {
    try PlasmaCompartments.kernel(card, input)
  }
}

/// What compartment models share.
enum PlasmaCompartments {
  static let statement =
    "Errors hold the noise of the region's curve; the input function is taken as exact."

  static func kernel(_ card: ModelCard, _ input: ScanInput) throws(PETError) -> NonlinearKernel {
    let weights = input.usedWeights()
    return try NonlinearKernel(
      CompartmentModel(card, input, weights: weights), card: card, weights: weights, input: input)
  }
}
