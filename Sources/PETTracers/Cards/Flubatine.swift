import PETCore

extension TracerCard {
  static let flubatine = TracerCard(
    id: "flubatine", name: "(-)-[18F]flubatine", synonyms: ["NCFHEB"],
    target: "alpha4beta2 nicotinic acetylcholine receptor", system: .acetylcholine, isotope: .fluorine18,
    referenceRegions: [], models: ["MA1"],
    usualScan: UsualScan(90...120, .bolusInfusion, source: "Synapse 2018 72(3), doi:10.1002/syn.22016"),
    misuse: [
      Misuse(
        ["thalamus"], except: ["hypothalam"], "thalamus is to be left out of an equilibrium analysis",
        source: "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3")
    ],
    interactions: [
      Interaction(
        ["nicotine", "smoking", "smoker", "cigarette", "tobacco"],
        "nicotine takes 17-36% of the distribution volume after one cigarette",
        source: "Synapse 2018 72(3), doi:10.1002/syn.22016")
    ],
    caveats: [
      "No region is free of receptor: smoking displaced it even in corpus callosum (doi:10.1002/syn.22016).",
      "The usual outcome is VT at equilibrium, 90-120 min into bolus plus infusion (doi:10.1002/syn.22016).",
      "MA1 was shown in monkeys (doi:10.1002/syn.21767).",
      "Leave thalamus out of an equilibrium analysis (Hansen 2022).",
    ],
    sources: [
      "Synapse 2018 72(3), doi:10.1002/syn.22016",
      "Synapse 2014 68:556, doi:10.1002/syn.21767",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
