import PETCore

private let rabiner2002 =
  "Rabiner 2002 NeuroImage; lowest to highest of 61 healthy men, SRTM with cerebellum"

extension TracerCard {
  static let way100635 = TracerCard(
    id: "way100635", name: "[carbonyl-11C]WAY-100635", synonyms: ["WAY", "carbonyl-WAY-100635"],
    target: "5-HT1A receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["SRTM", "MRTM2"],
    usualRanges: [
      UsualRange("global", "BPND", 2.9...6.8, source: rabiner2002)
    ],
    retest: [
      Retest([], 12, source: "Rabiner 2002 NeuroImage; all regions, 9-16%")
    ],
    misuse: [
      Misuse(
        Misuse.striatum + ["thalamus"], except: Misuse.notStriatum + ["hypothalam"],
        "binds almost nothing here: no ratio can be made with it",
        source: "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3")
    ],
    caveats: [
      "Striatum and thalamus bind almost nothing: no ratio can be made with it there (Hansen 2022).",
      "Test-retest variability is about 12%, 9-16% (Rabiner 2002).",
      "No fall with age was found in 61 men of 24-53 years (Rabiner 2002).",
    ],
    sources: [
      "Rabiner 2002 NeuroImage",
      "Hansen 2022 Nat Neurosci, Table S3, doi:10.1038/s41593-022-01186-3",
    ])
}
