import PETCore

extension TracerCard {
  static let abp688 = TracerCard(
    id: "abp688", name: "[11C]ABP688", synonyms: ["ABP"],
    target: "metabotropic glutamate receptor 5 (mGluR5)", system: .glutamate, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM"],
    retest: [
      Retest([], 16, source: "Smart 2018 Synapse, doi:10.1002/syn.22041; middle of 11-21% over regions, 3 weeks apart")
    ],
    caveats: [
      "A second scan on the same day can read far higher: keep to one time of day (PMC5536783).",
      "Three weeks apart, variability is 11-21% over regions (Smart 2018).",
      "Whole-brain BPND was 17% higher in men than in women (Smart 2019).",
    ],
    sources: [
      "DuBois 2016 Eur J Nucl Med Mol Imaging 43:152, doi:10.1007/s00259-015-3167-6",
      "Smart 2018 Synapse, doi:10.1002/syn.22041",
      "Smart 2019 Eur J Nucl Med Mol Imaging 46:1179",
    ])
}
