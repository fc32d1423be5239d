import PETCore

extension TracerCard {
  static let flumazenil = TracerCard(
    id: "flumazenil", name: "[11C]flumazenil", synonyms: ["FMZ"],
    target: "GABA-A receptor, benzodiazepine site", system: .gaba, isotope: .carbon11,
    referenceRegions: ["pons", "white matter"], models: ["SRTM", "1TCM", "Logan"],
    caveats: [
      "BPND is 23% higher with pons than with white matter as the reference (Klumpers 2008).",
      "SRTM with white matter failed in 5.5% of fits and never with pons (Klumpers 2008).",
    ],
    sources: [
      "Klumpers 2008 J Cereb Blood Flow Metab, doi:10.1038/sj.jcbfm.9600554",
      "Geeraerts 2011 Ann Nucl Med",
    ])
}
