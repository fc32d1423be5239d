import PETCore

extension TracerCard {
  static let lsn3172176 = TracerCard(
    id: "lsn3172176", name: "[11C]LSN3172176", synonyms: ["LSN", "EMO"],
    target: "M1 muscarinic acetylcholine receptor", system: .acetylcholine, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM2", "1TCM", "SRTM"],
    retest: [
      Retest([], 10, source: "Naganawa 2021 J Nucl Med 62:553; upper bound")
    ],
    caveats: [
      "SRTM reads slightly low; SRTM2 is closer to the one-tissue model (Naganawa 2021).",
      "Two-tissue parameters often could not be estimated reliably (Naganawa 2021).",
      "BPND test-retest variability is within 10% (Naganawa 2021).",
    ],
    sources: [
      "Naganawa 2021 J Nucl Med 62:553",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
