import PETCore

extension TracerCard {
  static let carfentanil = TracerCard(
    id: "carfentanil", name: "[11C]carfentanil", synonyms: ["CFN", "CARF"],
    target: "mu opioid receptor", system: .opioid, isotope: .carbon11,
    referenceRegions: ["occipital cortex"], models: ["SRTM", "LoganRef", "2TCM"],
    k2prime: ReferenceRate(
      perMinute: 0.1237,
      source: "default of the toolbox magia (github.com/tkkarjal/magia), after Hirvonen 2009, occipital cortex, Logan"),
    retest: [
      Retest(
        [], 10, source: "Hirvonen 2009 Eur J Nucl Med Mol Imaging 36:275, doi:10.1007/s00259-008-0935-6; upper bound")
    ],
    interactions: [
      Interaction(
        ["naltrexone"], "50 mg of naltrexone hold 92-98% of the receptors",
        source: "Neuropsychopharmacology 2022, doi:10.1038/s41386-022-01416-z, Table 1"),
      Interaction(
        ["naloxone"], "naloxone at usual doses holds most of the receptors",
        source: "Neuropsychopharmacology 2022, doi:10.1038/s41386-022-01416-z, Table 1"),
    ],
    caveats: [
      "Variability of BPND is under 10%, and 40 min of data were enough (Hirvonen 2009).",
      "Availability depends on age and sex and is lower in smokers (Kantonen 2020).",
    ],
    sources: [
      "Hirvonen 2009 Eur J Nucl Med Mol Imaging 36:275, doi:10.1007/s00259-008-0935-6",
      "Endres 2003 Nucl Med Biol 30:177, doi:10.1016/s0969-8051(02)00411-0",
      "Kantonen 2020 NeuroImage 116922, PMID 32407992",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
