import PETCore

extension TracerCard {
  static let madam = TracerCard(
    id: "madam", name: "[11C]MADAM",
    target: "serotonin transporter (SERT)", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM"],
    interactions: [
      .reuptakeInhibitors
    ],
    caveats: [
      "Antidepressant treatment at usual doses occupies about 80% of the transporter (Meyer 2007)."
    ],
    sources: [
      "Lundberg 2005 J Nucl Med 46:1505",
      "Meyer 2007 J Psychiatry Neurosci 32:86, PMID 17353938",
    ])
}
