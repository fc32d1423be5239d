import PETCore

extension TracerCard {
  static let mdl100907 = TracerCard(
    id: "mdl100907", name: "[11C]MDL 100907", synonyms: ["MDL", "M100907", "volinanserin"],
    target: "5-HT2A receptor", system: .serotonin, isotope: .carbon11,
    referenceRegions: ["cerebellum"], models: ["2TCM", "SRTM2", "MRTM2", "SRTM"],
    usualScan: UsualScan(0...120, source: "Talbot 2012 NeuroImage, PMID 21782029"),
    misuse: [
      Misuse(
        ["orbitofrontal"], "orbitofrontal cortex needs a scan of 120 min",
        source: "Talbot 2012 NeuroImage, PMID 21782029")
    ],
    caveats: [
      "The two-tissue model with plasma input was the best method (Talbot 2012).",
      "SRTM and MRTM often failed; SRTM2 and MRTM2 were steady but about 29% low (Meyer 2010).",
      "90 min are enough for cortex other than orbitofrontal, which needs 120 min (Talbot 2012).",
    ],
    sources: [
      "Talbot 2012 NeuroImage, PMID 21782029",
      "Meyer 2010 NeuroImage",
    ])
}
